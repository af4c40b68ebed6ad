"""Feedback, complaints and service tasks that came in, and how many of them are handled, by month or fiscal period (SERV-27)."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from core.api import Environment, fiscal_period

KINDS = ("feedback", "complaint", "service")
HANDLED = ("done", "closed")
PERIODS = ("month", "fiscal_month", "fiscal_year")
YEARS = 5
"""So many fiscal years are shown beside one another."""


@dataclass
class ReportLine:
    """The tickets received in one period."""

    first: dt.date
    last: dt.date
    label: str
    """Empty for a calendar month, which is called in the reader's language."""
    count: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    """Kind of ticket → how many came."""
    handled: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    """Kind of ticket → how many of those are done or closed."""

    @property
    def total(self) -> int:
        """All tickets received."""
        return sum(self.count.values())


def read_report(env: Environment, by: str, year: int) -> list[ReportLine]:
    """Return the periods of a year in order, those without tickets too. One statement.

    Args:
        env: The environment of the reader; only tickets that they may see count.
        by: ``month`` (the months of the calendar year), ``fiscal_month`` (those of the fiscal year that begins in ``year``) or
            ``fiscal_year`` (that year and those before it).
        year: Such as 2025.
    """
    lines = _lines(env, by, year)
    rows = env["crm.ticket"].aggregate(
        [["received_at", ">=", lines[0].first], ["received_at", "<=", lines[-1].last]],
        {"id": "count"},
        ["received_at:month", "kind", "state"],
    )
    for row in rows:
        line = next(line for line in lines if line.first <= row["received_at:month"] <= line.last)
        line.count[row["kind"]] += row["id"]
        if row["state"] in HANDLED:
            line.handled[row["kind"]] += row["id"]
    return lines


def _lines(env: Environment, by: str, year: int) -> list[ReportLine]:
    company = env.company
    start = int(company.fiscal_year_start or 1) if company is not None else 1
    if by == "fiscal_year":
        periods = [fiscal_period(dt.date(each, start, 1), "year", start) for each in range(year - YEARS + 1, year + 1)]
        return [ReportLine(each.first, each.last, each.label) for each in periods]
    begin = dt.date(year, start if by == "fiscal_month" else 1, 1)
    found = []
    for number in range(12):
        months = begin.month - 1 + number
        first = dt.date(year + months // 12, months % 12 + 1, 1)
        period = fiscal_period(first, "month", start)
        found.append(ReportLine(period.first, period.last, period.label if by == "fiscal_month" else ""))
    return found


def totals(lines: list[ReportLine]) -> dict[str, Any]:
    """Return the sums over all periods: mappings ``count`` and ``handled`` by kind, and ``total``."""
    return {
        "count": {kind: sum(line.count[kind] for line in lines) for kind in KINDS},
        "handled": {kind: sum(line.handled[kind] for line in lines) for kind in KINDS},
        "total": sum(line.total for line in lines),
    }
