"""Reads days and instants as people write them: 2026-11-26, 2026/11/26, 26.11.2026, 2026年11月26日, 20261126, numbers of Excel."""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Literal

DateOrder = Literal["auto", "dmy", "mdy"]
"""What ``03/04/2026`` means; ``auto`` does not guess."""
_EPOCH = datetime.date(1899, 12, 30)
_SERIALS = range(1, 2_958_466)
"""Days that a spreadsheet can count: 1900 to 9999."""
_LIKELY_SERIALS = range(14_610, 109_575)
"""1940 to 2199: whole numbers that are taken for days."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
    for name in [names]
}
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_DAY_MONTH = re.compile(r"(\d{1,2})[-. ]?([a-z]{3,9})\.?,?[-. ]?(\d{4})\Z")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? ?(\d{1,2}),? (\d{4})\Z")
_TIME = re.compile(
    r"(?:T|\s+)((?:上午|下午)?\s*\d{1,2}[:时点]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?分?)\s*(am|pm)?\Z", re.IGNORECASE
)
_YEAR_MONTH = re.compile(r"(\d{4}|\d{2})[-/.年](\d{1,2})月?\Z")
_MONTH_AND_DAY = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?\Z")
_SHORT_YEAR = re.compile(r"(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z")


class Ambiguous(Exception):
    """Day and month could be either way round."""


def parse_date(text: str, order: DateOrder = "auto") -> datetime.date | None:
    """Return the day that a text means, None if it means none.

    >>> [str(parse_date(text)) for text in ("2026/11/26", "26.11.2026", "2026年11月26日", "20261126", "26 Nov 2026", "46352")]
    ['2026-11-26', '2026-11-26', '2026-11-26', '2026-11-26', '2026-11-26', '2026-11-26']

    Raises:
        Ambiguous: Such as ``03/04/2026`` where ``order`` does not say which is the month.
    """
    rest = " ".join(unicodedata.normalize("NFKC", text).split()).lower()
    if found := _YEAR_FIRST.match(rest) or _COMPACT.match(rest):
        return _day(*(int(part) for part in found.groups()))
    if found := _YEAR_LAST.match(rest):
        first, mark, second, year = int(found[1]), found[2], int(found[3]), int(found[4])
        return _year_last(first, second, year, "dmy" if mark == "." and order == "auto" else order)
    if found := _DAY_MONTH.match(rest):
        return _day(int(found[3]), _MONTHS.get(found[2][:3], 0), int(found[1]))
    if found := _MONTH_DAY.match(rest):
        return _day(int(found[3]), _MONTHS.get(found[1][:3], 0), int(found[2]))
    if rest.isdecimal() and int(rest) in _LIKELY_SERIALS:
        return serial_date(int(rest))
    return None


def _year_last(first: int, second: int, year: int, order: DateOrder) -> datetime.date | None:
    if first > 12 or order == "dmy":
        return _day(year, second, first)
    if second > 12 or order == "mdy":
        return _day(year, first, second)
    if first == second:
        return _day(year, first, second)
    raise Ambiguous


def parse_instant(text: str, order: DateOrder = "auto") -> datetime.datetime | None:
    """Return the instant that a text means: with a zone if the text has one, else without; None if it means none.

    Raises:
        Ambiguous: As `parse_date`.
    """
    try:
        return datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        pass
    rest = unicodedata.normalize("NFKC", text).strip()
    found = _TIME.search(rest)
    day = parse_date(rest[: found.start()] if found else rest, order)
    if day is None:
        return None
    if found is None:
        return datetime.datetime.combine(day, datetime.time())
    clock = _clock(found[1], (found[2] or "").lower())
    return None if clock is None else datetime.datetime.combine(day, clock)


def _clock(text: str, half: str) -> datetime.time | None:
    late = text.startswith("下午") or half == "pm"
    early = text.startswith("上午") or half == "am"
    parts = [int(float(part)) for part in re.findall(r"\d+(?:\.\d+)?", text)]
    hour, minute, second = (*parts, 0)[:3]
    if late and hour < 12:
        hour += 12
    elif early and hour == 12:
        hour = 0
    try:
        return datetime.time(hour, minute, second)
    except ValueError:
        return None


def serial_date(number: float) -> datetime.date | None:
    """Return the day that a spreadsheet counts as ``number``, None if it can't be one."""
    return _EPOCH + datetime.timedelta(days=int(number)) if int(number) in _SERIALS else None


def serial_instant(number: float) -> datetime.datetime | None:
    """Return the instant, to the second, that a spreadsheet counts as ``number`` of days."""
    day = serial_date(number)
    seconds = round(number % 1 * 86_400)
    return (
        None if day is None else datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(seconds=seconds)
    )


def propose_date(text: str, today: datetime.date) -> list[datetime.date]:
    """Return days that an incomplete text may mean: a missing day is the first, a missing year the present one.

    >>> propose_date("26年4月", datetime.date(2026, 11, 26)), propose_date("3/5", datetime.date(2026, 11, 26))
    ([datetime.date(2026, 4, 1)], [datetime.date(2026, 3, 5)])
    """
    rest = "".join(unicodedata.normalize("NFKC", text).split())
    if found := _SHORT_YEAR.match(rest):
        return _some(_day(2000 + int(found[1]), int(found[2]), int(found[3])))
    if (found := _YEAR_MONTH.match(rest)) and (len(found[1]) == 4 or "年" in rest):
        return _some(_day(int(found[1]) + (2000 if len(found[1]) == 2 else 0), int(found[2]), 1))
    if found := _MONTH_AND_DAY.match(rest):
        return _some(_day(today.year, int(found[1]), int(found[2])))
    if found := _YEAR_LAST.match(rest):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        return [*_some(_day(year, first, second)), *_some(_day(year, second, first))]
    return []


def _some(day: datetime.date | None) -> list[datetime.date]:
    return [] if day is None else [day]


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
