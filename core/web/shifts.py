"""Moving a day or a moment in a calendar (layer web; BASE-51)."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

MOST_SHIFT_DAYS = 400
"""An event is moved no farther at once."""
_MOST_SECONDS = MOST_SHIFT_DAYS * 86400
_MOST_DIGITS = 9


def read_shift(text: str) -> dt.timedelta | None:
    """Return how far to move: seconds on the clock, negative for earlier; None where the text is no such number, or too large.

    >>> read_shift("-3600"), read_shift("soon")
    (datetime.timedelta(days=-1, seconds=82800), None)
    """
    digits = text.removeprefix("-")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
    return dt.timedelta(seconds=int(text)) if is_number and int(digits) <= _MOST_SECONDS else None


def shifted(old: Any, shift: dt.timedelta, zone: ZoneInfo) -> Any:
    """Return a day, or a moment moved on the clock of the user: nine o'clock stays nine o'clock over a change to summer time."""
    if not isinstance(old, dt.datetime):
        return old + dt.timedelta(days=shift.days)
    return (old.astimezone(zone).replace(tzinfo=None) + shift).replace(tzinfo=zone).astimezone(dt.UTC)
