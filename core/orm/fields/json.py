"""`Json`: any JSON value. Layer: orm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.base import Field
from core.orm.types import JsonType

if TYPE_CHECKING:
    from core.orm.environment import Environment


class Json(Field[Any]):
    """Any JSON value; None means not set. Set it anew to change it: changes inside a list or mapping are not seen."""

    kind = "json"

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
