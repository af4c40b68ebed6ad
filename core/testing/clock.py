"""A clock that tests freeze and move; layer ``core.testing``."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

NOON = dt.datetime(2026, 7, 31, 4, 0, tzinfo=dt.UTC)
"""Where a frozen clock begins: noon of 31 July 2026 in Shanghai, the last day of a month with 31 days."""


class Clock:
    """The clock of an application under test: the machine's until it is frozen.

    Args:
        timezone: Time zone in which `set` reads days and times without one.
    """

    def __init__(self, timezone: str = "Asia/Shanghai") -> None:
        self._zone = ZoneInfo(timezone)
        self._frozen: dt.datetime | None = None

    def __call__(self) -> dt.datetime:
        """Return the current instant in UTC."""
        return self._frozen or dt.datetime.now(dt.UTC)

    @property
    def now(self) -> dt.datetime:
        """The current instant in UTC, as ``env.now()`` gives it."""
        return self()

    @property
    def today(self) -> dt.date:
        """The current day in the clock's time zone, as ``env.today()`` gives it to a user without a time zone of their own."""
        return self().astimezone(self._zone).date()

    def freeze(self) -> None:
        """Stand still at `NOON` until moved."""
        self._frozen = NOON

    def release(self) -> None:
        """Go on with the machine's time."""
        self._frozen = None

    def forward(self, **parts: float) -> None:
        """Move on by ``days``, ``hours``, ``minutes`` … (the arguments of `datetime.timedelta`)."""
        self._frozen = self() + dt.timedelta(**parts)

    def set(self, moment: dt.date | dt.datetime | str) -> None:
        """Stand still at a day (its noon) or an instant; a text such as ``"2026-02-28"`` or ``"2026-02-28 23:59"`` is read, too."""
        if isinstance(moment, str):
            moment = dt.datetime.fromisoformat(moment) if len(moment) > 10 else dt.date.fromisoformat(moment)
        if not isinstance(moment, dt.datetime):
            moment = dt.datetime.combine(moment, dt.time(12))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        self._frozen = moment.astimezone(dt.UTC)
