"""Leads by source, campaign, person or region: how many came, what became of them, and how fast (SALE-04)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_base.api import percent
from addons.crm_sales.services.periods import CENT
from core.api import Environment

GROUPS: Mapping[str, str] = {
    "source": "source.name",
    "campaign": "campaign",
    "owner": "owner.name",
    "region": "region.name",
    "month": "date:month",
}
"""What leads are grouped by → the path of what a group is called."""


@dataclass(frozen=True)
class LeadLine:
    """The leads of one group, received in the period."""

    key: Any
    """Id, text or day of the group; None: leads that name none."""
    name: Any
    count: int
    open: int
    converted: int
    dropped: int
    mean_days: Decimal | None
    """Mean days from receiving to converting; None if none was converted."""

    @property
    def rate(self) -> Decimal | None:
        """Converted in percent of those received."""
        return percent(self.converted, self.count)


def read_leads(
    env: Environment, by: str, first: dt.date, last: dt.date, whose: list[Any]
) -> tuple[list[LeadLine], LeadLine]:
    """Return the lines of a report, those with most leads first, and the total. One statement.

    Args:
        env: The environment of the reader; only leads that they may see count.
        by: Key of `GROUPS`.
        first: First day on which leads were received.
        last: Last day, included.
        whose: Further condition on `crm.lead`.
    """
    path = "date:month" if by == "month" else by
    name = GROUPS[by]
    measures: dict[str, Any] = {"id": "count", "days_to_convert": ["sum", "count"]}
    rows = env["crm.lead"].aggregate(
        [["date", ">=", first], ["date", "<=", last], *whose],
        measures,
        list(dict.fromkeys([path, name, "state"])),
    )
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[path], []).append(row)
    lines = [_line(key, found[0][name], found) for key, found in groups.items()]
    lines.sort(key=lambda line: (line.key is None, line.key) if by == "month" else (line.key is None, -line.count))
    return lines, _line(None, None, rows)


def _line(key: Any, name: Any, rows: list[dict[str, Any]]) -> LeadLine:
    def count(*states: str) -> int:
        return sum(row["id"] for row in rows if row["state"] in states)

    days = sum(row["days_to_convert:sum"] or 0 for row in rows)
    converted = sum(row["days_to_convert:count"] for row in rows)
    mean = (Decimal(days) / converted).quantize(CENT, ROUND_HALF_UP) if converted else None
    return LeadLine(
        key,
        name,
        sum(row["id"] for row in rows),
        count("new", "working"),
        count("converted"),
        count("dropped"),
        mean,
    )
