"""What the choice of a record is called (layer orm)."""

from __future__ import annotations

from typing import Any

from core.errors import Message
from core.i18n import _


def label_of(record: Any, field: str) -> Message:
    """Return the label of the value that a Selection field of a record has, to be told in any language.

    Raises:
        KeyError: The field is empty.
    """
    return _(record._info.fields[field].options[getattr(record, field)])
