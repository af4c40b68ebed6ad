"""Until when goods are in warranty (D9)."""

import calendar
import datetime as dt


def last_day_of_warranty(begin: dt.date, months: int | None) -> dt.date | None:
    """Return the day n months later, which is in warranty still; where that month has no such day, its last one.

    >>> last_day_of_warranty(dt.date(2025, 1, 15), 12)
    datetime.date(2026, 1, 15)
    >>> last_day_of_warranty(dt.date(2024, 8, 31), 6)
    datetime.date(2025, 2, 28)

    Args:
        begin: Day of acceptance or delivery.
        months: Length of the warranty; None or 0 means that there is none.
    """
    if not months:
        return None
    year, month = divmod(begin.year * 12 + begin.month - 1 + months, 12)
    if year > dt.MAXYEAR:
        return dt.date.max
    return dt.date(year, month + 1, min(begin.day, calendar.monthrange(year, month + 1)[1]))
