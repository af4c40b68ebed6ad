"""Spans of time that statistics look at, the spans they are compared with, and the periods within. Pure functions."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.api import PERIOD_LABELS, ValidationError, _, fiscal_period, formats

RANGES: Mapping[str, Any] = {
    "today": _("Today"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    "fiscal_quarter": _("This fiscal quarter"),
    "fiscal_year": _("This fiscal year"),
    "last_fiscal_year": _("Last fiscal year"),
    "last_12": _("The last 12 months"),
    "custom": _("From … to …"),
}
COMPARED: Mapping[str, Any] = {"before": _("Period before"), "year": _("Same period last year")}
MOST_PERIODS = 400
"""Periods of one span at most: a year of days."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "fiscal_month": 1, "fiscal_quarter": 3, "fiscal_year": 12}
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days from ``start`` to ``last``, both included."""

    start: dt.date
    last: dt.date

    @property
    def end(self) -> dt.date:
        """The day after."""
        return self.last + _DAY


def span_of(name: str, today: dt.date, first_month: int = 1, start: str = "", last: str = "") -> Span:
    """Return the days of a range.

    Args:
        name: One of `RANGES`.
        today: The present day.
        first_month: First month of the fiscal year.
        start: First day of ``custom``, ISO text.
        last: Its last day.

    Raises:
        ValidationError: The range is not known, or its days are wrong.
    """
    if name == "custom" and not (start or last):
        name = "this_month"
    if name == "custom":
        first, final = _day(start, "from"), _day(last, "to")
        if final < first:
            raise ValidationError(_("The period ends before it begins."), field="to")
        return Span(first, final)
    if name not in RANGES:
        raise ValidationError(_("There is no such period."), field="range")
    if name == "today":
        return Span(today, today)
    if name == "last_12":
        return Span(shifted(today.replace(day=1), -11), _month_end(today))
    if name in ("fiscal_quarter", "fiscal_year", "last_fiscal_year"):
        day = shifted(today, -12) if name.startswith("last_") else today
        unit = "quarter" if name.endswith("quarter") else "year"
        period = fiscal_period(day, unit, first_month)  # type: ignore[arg-type]  # one of its units
        return Span(period.first, period.last)
    which, _bar, unit = name.partition("_")
    first = period_start(unit, today)
    if which == "last":
        first = period_start(unit, first - _DAY)
    return Span(first, period_end(unit, first) - _DAY)


def compared_span(span: Span, how: str) -> Span:
    """Return the span to compare with: as long and just before, or the same of the year before.

    Whole months go back by months, so that the quarter before a quarter is a quarter.

    Raises:
        ValidationError: There is no such comparison, or it would lie before all calendars.
    """
    if how not in COMPARED:
        raise ValidationError(_("There is no such comparison."), field="compare")
    try:
        if how == "year":
            return Span(shifted(span.start, -12), shifted(span.end, -12) - _DAY)
        if span.start.day == 1 and span.end.day == 1:
            months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month
            return Span(shifted(span.start, -months), span.start - _DAY)
        return Span(span.start - (span.end - span.start), span.start - _DAY)
    except (OverflowError, ValueError):
        raise ValidationError(_("There is nothing to compare with."), field="compare") from None


def periods_of(span: Span, unit: str, first_month: int = 1) -> list[dt.date]:
    """Return the first days of the periods that touch a span, in order.

    Raises:
        ValidationError: There is no such unit, or there are too many periods.
    """
    if unit not in PERIOD_LABELS:
        raise ValidationError(_("There is no such period."), field="unit")
    found = [period_start(unit, span.start, first_month)]
    while True:
        following = period_end(unit, found[-1])
        if following > span.last:
            return found
        found.append(following)
        if len(found) > MOST_PERIODS:
            raise ValidationError(
                _("More than %(limit)s periods can't be shown: choose longer ones.", limit=MOST_PERIODS), field="unit"
            )


def period_start(unit: str, day: dt.date, first_month: int = 1) -> dt.date:
    """Return the first day of the period in which a day lies; weeks begin on Monday."""
    if unit == "day":
        return day
    if unit == "week":
        return day - dt.timedelta(days=day.weekday())
    if unit.startswith("fiscal_"):
        return fiscal_period(day, unit.removeprefix("fiscal_"), first_month).first  # type: ignore[arg-type]  # one of its units
    return fiscal_period(day, unit, 1).first  # type: ignore[arg-type]  # one of its units


def period_end(unit: str, start: dt.date) -> dt.date:
    """Return the day after a period that begins on ``start``."""
    if unit in ("day", "week"):
        return start + dt.timedelta(days=1 if unit == "day" else 7)
    return shifted(start, _MONTHS[unit])


def period_label(unit: str, start: dt.date, lang: str, first_month: int = 1, *, in_year: bool = False) -> str:
    """Return what a period is called, short enough for an axis, such as ``2026-11``, ``2026 Q4`` or ``FY2026 Q3``.

    Args:
        unit: One of `PERIOD_LABELS`.
        start: Its first day.
        lang: Language of the reader.
        first_month: First month of the fiscal year.
        in_year: Whether all periods shown lie in one year, so that months need not name it.
    """
    if unit in ("month", "fiscal_month"):
        return _month(start, lang) if in_year else f"{start:%Y-%m}"
    if unit == "week":
        year, week, _weekday = start.isocalendar()
        return (
            f"{year} 第 {week} {'週' if formats.is_traditional(lang) else '周'}"
            if formats.is_chinese(lang)
            else f"{year} W{week:02}"
        )
    if unit == "quarter":
        return f"{start.year} Q{(start.month + 2) // 3}"
    if unit == "year":
        return str(start.year)
    if unit == "day":
        return formats.date(start, lang)
    return formats.fiscal_period(start, unit, first_month, lang)


def shifted(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later or earlier; the 31st becomes the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _month(day: dt.date, lang: str) -> str:
    return f"{day.month}月" if formats.is_chinese(lang) else formats.period(day, "month", lang).split()[0]


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _day(text: str, name: str) -> dt.date:
    try:
        found = dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2200:
        raise ValidationError(_("Days are written as 2026-11-30."), field=name)
    return found
