"""`Date` (a calendar day) and `Datetime` (an instant, aware UTC). Layer: orm."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.base import Field
from core.orm.types import UtcDateTime

if TYPE_CHECKING:
    from core.orm.environment import Environment


class Date(Field[datetime.date]):
    """A calendar day without time zone."""

    kind = "date"

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        return sa.Date()

    def convert(self, value: Any, env: Environment | None = None) -> datetime.date | None:
        """Return the day; accepts a date or ``"2026-11-22"``, refuses a time."""
        if value is None or (isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)):
            return value
        if isinstance(value, str):
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                pass
        raise self.wrong_type(value, _("a date such as 2026-11-22"))

    def to_json(self, value: datetime.date | None) -> Any:
        """Return the day as ISO text."""
        return None if value is None else value.isoformat()


class Datetime(Field[datetime.datetime]):
    """An instant. Always aware and in UTC; pages show it in the user's time zone."""

    kind = "datetime"

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        return UtcDateTime()

    def convert(self, value: Any, env: Environment | None = None) -> datetime.datetime | None:
        """Return the instant in UTC; accepts an aware datetime or ISO text with an offset, refuses a naive one."""
        if value is None:
            return None
        if isinstance(value, str):
            try:
                value = datetime.datetime.fromisoformat(value)
            except ValueError:
                raise self.wrong_type(value, _("a time such as 2026-11-22T14:30:00+08:00")) from None
        if not isinstance(value, datetime.datetime):
            raise self.wrong_type(value, _("a time such as 2026-11-22T14:30:00+08:00"))
        if value.tzinfo is None:
            raise self.invalid(_("%(label)s needs a time zone.", label=self.label), code="validation.naive_time")
        try:
            return value.astimezone(datetime.UTC)
        except OverflowError:
            raise self.invalid(_("%(label)s lies too far off.", label=self.label), code="validation.range") from None

    def to_json(self, value: datetime.datetime | None) -> Any:
        """Return the instant as ISO text in UTC."""
        return None if value is None else value.isoformat()
