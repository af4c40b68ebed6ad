"""The report of competitors: how often they were met, and what was won and lost against them (COMP-13)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from addons.crm_base.api import percent
from core.api import Environment, ValidationError, _

MET = "crm.opportunity.competitor"
UNITS = ("", "month", "quarter", "year")
"""What the lines of a competitor may be split by; empty: one line for the whole time."""


@dataclass
class Figures:
    """What was met, won and lost. Amounts are those of the opportunities, in the company's currency."""

    met: int = 0
    """Opportunities that were opened in the time."""
    won: int = 0
    """Opportunities won against the competitor, by the day they were closed, as all that follows."""
    lost: int = 0
    """Opportunities lost to it."""
    lost_otherwise: int = 0
    """Opportunities in which it took part and that were lost to somebody else, or to nobody known."""
    won_amount: Decimal = Decimal(0)
    lost_amount: Decimal = Decimal(0)

    @property
    def rate(self) -> Decimal | None:
        """The share won of what was decided between us and the competitor, in percent with 2 decimals half up; None: nothing was."""
        return percent(self.won, self.won + self.lost)

    def add(self, other: Figures) -> None:
        """Add the figures of another line."""
        for name in ("met", "won", "lost", "lost_otherwise", "won_amount", "lost_amount"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class ReportLine:
    """One competitor over the time asked for, with its periods."""

    id: int
    name: str
    threat: str | None
    figures: Figures = field(default_factory=Figures)
    periods: Mapping[dt.date, Figures] = field(default_factory=dict)
    """First day of a period → its figures, in order; empty without periods."""


@dataclass(frozen=True)
class Report:
    """The lines, the most lost to first, and their sum. An opportunity with two competitors counts in the line of each."""

    lines: Sequence[ReportLine]
    total: Figures


def competitor_report(
    env: Environment, first: dt.date, last: dt.date, *, unit: str = "", product: int | None = None
) -> Report:
    """Return the report over the opportunities that the user may see. Three statements.

    Args:
        env: Whose rights hold.
        first: First day.
        last: Last day, included.
        unit: One of `UNITS`.
        product: Only opportunities in which this product was offered, by a quote; None: all.

    Raises:
        ValidationError: The last day is before the first, or the unit is not known.
    """
    if last < first:
        raise ValidationError(_("The period ends before it begins."), field="to")
    if unit not in UNITS:
        raise ValidationError(_("There is no such period."), field="unit")
    about: list[Any] = [["opportunity.offers.lines.product", "=", product]] if product else []
    lines: dict[int, ReportLine] = {}
    periods: dict[int, dict[dt.date, Figures]] = defaultdict(lambda: defaultdict(Figures))
    for day, domain in (("opened_on", []), ("closed_on", [["result", "!=", "open"]])):
        for row in _groups(env, [*about, *domain], f"opportunity.{day}", first, last, unit):
            number = row["competitor"]
            line = lines.setdefault(number, ReportLine(number, row["competitor.name"], row["competitor.threat.name"]))
            found = _figures(row, is_met=day == "opened_on")
            line.figures.add(found)
            if unit:
                periods[number][row[f"opportunity.{day}:{unit}"]].add(found)
    total = Figures()
    for line in lines.values():
        line.periods = dict(sorted(periods[line.id].items())) if unit else {}
        total.add(line.figures)
    order = sorted(lines.values(), key=lambda each: (-each.figures.lost_amount, -each.figures.met, each.name))
    return Report(order, total)


def _groups(
    env: Environment, domain: Sequence[Any], day: str, first: dt.date, last: dt.date, unit: str
) -> list[dict[str, Any]]:
    by = ["competitor", "competitor.name", "competitor.threat.name", "result", *([f"{day}:{unit}"] if unit else [])]
    within = [*domain, [day, ">=", first], [day, "<=", last]]
    return env[MET].aggregate(within, {"id": "count", "opportunity.amount": "sum"}, by)


def _figures(row: Mapping[str, Any], *, is_met: bool) -> Figures:
    count, amount = row["id"], row["opportunity.amount"] or Decimal(0)
    if is_met:
        return Figures(met=count)
    if row["result"] == "won":
        return Figures(won=count, won_amount=amount)
    if row["result"] == "lost":
        return Figures(lost=count, lost_amount=amount)
    return Figures(lost_otherwise=count)
