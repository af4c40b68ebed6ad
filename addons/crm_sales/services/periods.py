"""Fiscal quarters and years of the company, and shares in percent (CORE-11)."""

import datetime as dt
from decimal import Decimal

from core.api import Environment, FiscalPeriod, ValidationError, _, fiscal_period

CENT = Decimal("0.01")


def first_month(env: Environment) -> int:
    """Return the first month of the fiscal year of the user's company, 1–12; 1 where there is no company."""
    company = env.company
    return int(company.fiscal_year_start or 1) if company is not None else 1


def quarter_on(env: Environment, day: dt.date) -> FiscalPeriod:
    """Return the fiscal quarter in which a day lies."""
    return fiscal_period(day, "quarter", first_month(env))


def quarter(env: Environment, year: int, number: int) -> FiscalPeriod:
    """Return quarter ``number`` (1–4) of the fiscal year that begins in ``year``.

    Raises:
        ValidationError: There is no such quarter.
    """
    if not 1 <= number <= 4 or not 1900 <= year <= 9000:
        raise ValidationError(_("There is no quarter %(number)s of the year %(year)s.", number=number, year=year))
    return quarter_on(env, month_after(dt.date(year, first_month(env), 1), 3 * (number - 1)))


def months_of_year(env: Environment, year: int) -> list[dt.date]:
    """Return the first days of the twelve months of the fiscal year that begins in ``year``."""
    start = dt.date(year, first_month(env), 1)
    return [month_after(start, number) for number in range(12)]


def month_after(day: dt.date, count: int) -> dt.date:
    """Return the first day of the month ``count`` months after that of ``day``; negative: before."""
    months = day.year * 12 + day.month - 1 + count
    return dt.date(months // 12, months % 12 + 1, 1)


def month_end(day: dt.date) -> dt.date:
    """Return the last day of the month of ``day``."""
    return month_after(day, 1) - dt.timedelta(days=1)
