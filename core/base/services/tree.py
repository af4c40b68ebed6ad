"""Trees without loops: departments, positions, companies, dictionary items, superiors."""

from __future__ import annotations

from typing import Any

from core.errors import ValidationError
from core.i18n import _


def refuse_loop(record: Any, field: str = "parent") -> None:
    """Refuse a record that would stand above itself.

    Args:
        record: The record whose ``field`` changed.
        field: Many2one to the same model.

    Raises:
        ValidationError: Following ``field`` from the record leads back to it.
    """
    seen = [record]
    above = getattr(record, field)
    while above is not None:
        if any(above is one for one in seen):
            path = " → ".join(one.display_name for one in [*seen, above])
            raise ValidationError(
                _("It can't stand above itself: %(path)s.", path=path), code="validation.loop", field=field
            )
        seen.append(above)
        above = getattr(above, field)
