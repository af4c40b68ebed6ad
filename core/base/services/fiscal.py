"""Fiscal calendar (CORE-11): fiscal years, quarters and months follow from the first month of the fiscal year.

Pure functions without a database. A fiscal year is named after the calendar year in which it begins, so with April as
first month 2026-03-31 lies in fiscal year 2025, its quarter 4 and its month 12.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from core.errors import ValidationError
from core.i18n import _

Unit = Literal["month", "quarter", "year"]

MONTHS_OF: dict[Unit, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, order=True)
class FiscalPeriod:
    """One fiscal month, quarter or year."""

    year: int
    """The fiscal year: the calendar year in which it begins."""
    number: int
    """1–12 for a month, 1–4 for a quarter, always 1 for a year."""
    unit: Unit
    first: dt.date
    last: dt.date
    """The last day, included."""

    @property
    def label(self) -> str:
        """Short text such as ``FY2026``, ``FY2026 Q1`` or ``FY2026 M01``, which sorts by time."""
        if self.unit == "year":
            return f"FY{self.year}"
        return f"FY{self.year} Q{self.number}" if self.unit == "quarter" else f"FY{self.year} M{self.number:02d}"


def fiscal_period(day: dt.date, unit: Unit, start_month: int = 1) -> FiscalPeriod:
    """Return the fiscal month, quarter or year in which ``day`` lies.

    Args:
        day: A calendar day.
        unit: ``"month"``, ``"quarter"`` or ``"year"``.
        start_month: First month of the fiscal year, 1–12.

    Raises:
        ValidationError: ``start_month`` is not a month.
    """
    _check_month(start_month)
    year = day.year if day.month >= start_month else day.year - 1
    months_in = (day.month - start_month) % 12
    length = MONTHS_OF[unit]
    number = months_in // length
    first = _month_start(year, start_month + number * length)
    return FiscalPeriod(
        year, number + 1, unit, first, _month_start(first.year, first.month + length) - dt.timedelta(days=1)
    )


def fiscal_year(year: int, start_month: int = 1) -> FiscalPeriod:
    """Return the fiscal year that begins in calendar year ``year``."""
    _check_month(start_month)
    return fiscal_period(dt.date(year, start_month, 1), "year", start_month)


def fiscal_quarter(year: int, number: int, start_month: int = 1) -> FiscalPeriod:
    """Return quarter ``number`` (1–4) of fiscal year ``year``."""
    _check_month(start_month)
    if not 1 <= number <= 4:
        raise ValidationError(_("There is no quarter %(number)s.", number=number))
    return fiscal_period(_month_start(year, start_month + (number - 1) * 3), "quarter", start_month)


def periods_between(first: dt.date, last: dt.date, unit: Unit, start_month: int = 1) -> list[FiscalPeriod]:
    """Return all fiscal periods that touch the days from ``first`` to ``last``, in order; empty if ``last`` is earlier."""
    found: list[FiscalPeriod] = []
    day = first
    while day <= last:
        period = fiscal_period(day, unit, start_month)
        found.append(period)
        day = period.last + dt.timedelta(days=1)
    return found


def _check_month(start_month: int) -> None:
    if not 1 <= start_month <= 12:
        raise ValidationError(
            _("The first month of the fiscal year must be 1 to 12, not %(month)s.", month=start_month),
            field="fiscal_year_start",
        )


def _month_start(year: int, month: int) -> dt.date:
    """Return the first day of ``month``, which may lie beyond 12 and then counts into the next years."""
    return dt.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
