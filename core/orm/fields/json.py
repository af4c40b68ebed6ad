"""`Json`: any JSON value. Layer: orm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.base import Field
from core.orm.types import JsonType

if TYPE_CHECKING:
    from core.orm.environment import Environment


class Json(Field[Any]):
    """Any JSON value; None means not set. Set it anew to change it: changes inside a list or mapping are not seen."""

    kind = "json"
    own_options: ClassVar[frozenset[str]] = frozenset({"conditions_of"})
    conditions_of: str | None = None
    """For a domain: the model whose records it chooses, or the path from the record to the name of that model, such as ``flow.model``. Pages
    then show the domain in words and have it put together in a dialog. None: any JSON."""

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        return JsonType()

    def convert(self, value: Any, env: Environment | None = None) -> Any:
        """Return a copy that can be written as JSON; refuses other objects, NaN and infinity."""
        if value is None:
            return None
        try:
            return json.loads(json.dumps(value, allow_nan=False))
        except (TypeError, ValueError, RecursionError):
            raise self.wrong_type(value, _("a JSON value")) from None
