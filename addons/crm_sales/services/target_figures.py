"""Targets against what was reached (SALE-21)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.crm_base.api import percent
from addons.crm_sales.services.order_states import EFFECTIVE
from addons.crm_sales.services.periods import month_end
from core.api import Environment

ZERO = Decimal(0)
SOLD = ["state", "in", EFFECTIVE]
"""Contracts that count."""


@dataclass(frozen=True)
class Source:
    """Where a figure comes from."""

    model: str
    value: str
    """Field and measure, such as ``base_amount:sum``."""
    date: str
    domain: tuple[Any, ...] = ()


SOURCES: Mapping[str, Source] = {
    "amount": Source("crm.order", "base_amount:sum", "effective_date", (SOLD,)),
    "contracts": Source("crm.order", "id:count", "effective_date", (SOLD,)),
    "receipts": Source("crm.receipt", "base_amount:sum", "date", (["state", "=", "confirmed"],)),
    "customers": Source("crm.customer", "id:count", "created_at"),
}


@dataclass(frozen=True)
class TargetLine:
    """One target with what was reached."""

    id: int
    scope: str
    name: str
    target: Decimal
    actual: Decimal
    rank: int = 0
    """Place among those of the same kind by percentage, from 1; equal ones share it."""

    @property
    def percent(self) -> Decimal | None:
        """What was reached, in percent of the target."""
        return percent(self.actual, self.target)

    @property
    def gap(self) -> Decimal:
        """What was reached less the target; negative: missing."""
        return self.actual - self.target


def read_targets(env: Environment, measure: str, month: dt.date) -> list[TargetLine]:
    """Return the targets of a month that the user may see, the best of each kind first. At most five statements.

    Teams and departments are those that the owner had on the day of the record (decision 0033); a department includes those below it.

    Args:
        env: The environment of the reader; only records that they may see count.
        measure: Key of `SOURCES`.
        month: First day of the month.
    """
    names = ["id", "scope", "name", "value", "owner", "team", "department"]
    rows = env["crm.target"].read([["measure", "=", measure], ["month", "=", month]], names)
    reached = {scope: reached_by(env, measure, scope, month) for scope in sorted({row["scope"] for row in rows})}
    if "department" in reached:
        reached["department"] = with_below(env, "core.department", reached["department"])
    lines = []
    for row in rows:
        subject = row["owner" if row["scope"] == "person" else row["scope"]]
        lines.append(
            TargetLine(row["id"], row["scope"], row["name"], row["value"], reached[row["scope"]].get(subject, ZERO))
        )
    return _ranked(lines)


def reached_by(env: Environment, measure: str, scope: str, month: dt.date) -> dict[Any, Decimal]:
    """Return what was reached in a month by owner, team or department; one statement."""
    source = SOURCES[measure]
    path = "owner" if scope == "person" else f"owner:{scope}@{source.date}"
    field, how = source.value.split(":")
    rows = env[source.model].aggregate(
        [*source.domain, *_within(source.date, month, month_end(month), env)], {field: how}, [path]
    )
    return {row[path]: Decimal(row[field] or 0) for row in rows}


def _within(path: str, first: dt.date, last: dt.date, env: Environment) -> list[Any]:
    """Return the condition that a day or instant lies within days of the deployment's time zone."""
    if path != "created_at":
        return [[path, ">=", first], [path, "<=", last]]
    start = dt.datetime.combine(first, dt.time(), env.timezone)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), env.timezone)
    return [[path, ">=", start], [path, "<", end]]


def with_below(env: Environment, model: str, figures: Mapping[Any, Decimal]) -> dict[Any, Decimal]:
    """Return figures by records of a tree that include those of the records below; one statement.

    Args:
        env: The environment.
        model: ``core.department`` or ``core.company``.
        figures: Figures by id; what belongs to none stands under None.
    """
    parents = {row["id"]: row["parent"] for row in env[model].read(None, ["id", "parent"])}
    found: dict[Any, Decimal] = {}
    for number, amount in figures.items():
        above = number
        while above is not None:
            found[above] = found.get(above, ZERO) + amount
            above = parents.get(above)
    return found


def _ranked(lines: Iterable[TargetLine]) -> list[TargetLine]:
    found: list[TargetLine] = []
    for scope in ("person", "team", "department"):
        own = sorted(
            (line for line in lines if line.scope == scope), key=lambda each: (-(each.percent or ZERO), each.name)
        )
        rank = 0
        for place, line in enumerate(own, 1):
            if place == 1 or line.percent != own[place - 2].percent:
                rank = place
            found.append(TargetLine(line.id, line.scope, line.name, line.target, line.actual, rank))
    return found
