"""The sales plan against what was sold and what is expected (SALE-22, SALE-23)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_base.api import percent
from addons.crm_sales.models.plan import SUBJECTS
from addons.crm_sales.services.order_states import EFFECTIVE
from addons.crm_sales.services.periods import CENT, month_end
from addons.crm_sales.services.plan_months import weeks_of
from addons.crm_sales.services.target_figures import SOLD, with_below
from core.api import Environment

PLAN = "crm.sales.plan"
MONTH = "crm.sales.plan.month"
ZERO = Decimal("0.00")
ORGANISATION = frozenset({"company", "department", "person"})
"""Kinds of parts that together break down one amount; products and distributors break it down once more each."""


@dataclass(frozen=True)
class PlanLine:
    """One part of the plan, or one period of it, with what was reached."""

    id: int
    name: str
    kind: str
    depth: int
    year_amount: Decimal
    plan: Decimal
    """Plan of the period asked for."""
    actual: Decimal
    """Contracts that took effect in the period, in the company's currency."""
    expected: Decimal
    """Open opportunities forecast as expected in the period."""
    differences: tuple[Decimal, ...] = ()
    """Year's amount less the sum of the parts, for each way in which it is broken down; only those that are not 0."""

    @property
    def percent(self) -> Decimal | None:
        """Actual in percent of the plan."""
        return percent(self.actual, self.plan)

    @property
    def gap(self) -> Decimal:
        """Actual less plan; negative: missing."""
        return self.actual - self.plan

    @property
    def forecast(self) -> Decimal:
        """What it will be if everything expected comes."""
        return self.actual + self.expected


def read_plan(env: Environment, year: int, first: dt.date, last: dt.date) -> list[PlanLine]:
    """Return the parts of a year's plan as a tree in order, with the figures of a period.

    A part whose parent the user may not see stands at the top. Statements: two for the plan, two for each kind of part, one each for
    departments and companies.

    Args:
        env: The environment of the reader.
        year: Fiscal year of the plan.
        first: First day of the period, that of a month.
        last: Last day of the period, that of a month.
    """
    names = ["id", "name", "kind", "parent", "amount", "owner", "department", "company", "product", "distributor"]
    rows = env[PLAN].read([["year", "=", year]], names, "sequence, id")
    months = env[MONTH].aggregate(
        [["plan.year", "=", year], ["month", ">=", first], ["month", "<=", last]], {"amount": "sum"}, ["plan"]
    )
    planned = {row["plan"]: row["amount"] or ZERO for row in months}
    kinds = {row["kind"] for row in rows}
    sold = {kind: _sold(env, kind, first, last) for kind in sorted(kinds)}
    due = {kind: _expected(env, kind, first, last) for kind in sorted(kinds)}
    children: dict[int | None, list[dict[str, Any]]] = {}
    known = {row["id"] for row in rows}
    for row in rows:
        children.setdefault(row["parent"] if row["parent"] in known else None, []).append(row)

    found: list[PlanLine] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in children.get(parent, ()):
            subject = _subject(row)
            parts = children.get(row["id"], ())
            found.append(
                PlanLine(
                    row["id"],
                    row["name"],
                    row["kind"],
                    depth,
                    row["amount"],
                    planned.get(row["id"], ZERO),
                    sold[row["kind"]].get(subject, ZERO),
                    due[row["kind"]].get(subject, ZERO),
                    _differences(row["amount"], parts),
                )
            )
            walk(row["id"], depth + 1)

    walk(None, 0)
    return found


def read_periods(env: Environment, plan: Any, *, by_weeks: dt.date | None = None) -> list[tuple[dt.date, PlanLine]]:
    """Return the months of one part of the plan, or the weeks of one month, each with its first day. Three statements.

    Args:
        env: The environment of the reader.
        plan: The record of the plan.
        by_weeks: First day of the month whose weeks are wanted; None: the months of the year.
    """
    months = env[MONTH].read([["plan", "=", plan.id]], ["month", "amount"], "month")
    spans: list[tuple[dt.date, dt.date, Decimal]] = []
    for row in months:
        if by_weeks is None:
            spans.append((row["month"], month_end(row["month"]), row["amount"]))
        elif row["month"] == by_weeks:
            spans += [(week.first, week.last, week.amount) for week in weeks_of(by_weeks, row["amount"])]
    if not spans:
        return []
    first, last = spans[0][0], spans[-1][1]
    is_product = plan.kind == "product"
    sold = _by_day(env, _SOLD_LINES if is_product else _SOLD, plan, first, last)
    due = _by_day(env, _DUE_LINES if is_product else _DUE, plan, first, last)

    def within(days: Mapping[dt.date, Decimal], start: dt.date, end: dt.date) -> Decimal:
        return sum((amount for day, amount in days.items() if start <= day <= end), ZERO)

    return [
        (
            start,
            PlanLine(plan.id, "", plan.kind, 0, plan.amount, amount, within(sold, start, end), within(due, start, end)),
        )
        for start, end, amount in spans
    ]


_PATHS = {"company": "company", "person": "owner", "product": "product", "distributor": "customer"}


def _subject(row: Mapping[str, Any]) -> Any:
    return row[SUBJECTS[row["kind"]]] if row["kind"] in SUBJECTS else None


def _differences(amount: Decimal, parts: Sequence[Mapping[str, Any]]) -> tuple[Decimal, ...]:
    found = []
    for kinds in (ORGANISATION, frozenset({"product"}), frozenset({"distributor"})):
        own = [part["amount"] for part in parts if part["kind"] in kinds]
        if own and sum(own) != amount:
            found.append(amount - sum(own))
    return tuple(found)


@dataclass(frozen=True)
class _Source:
    """Where amounts in the company's currency come from."""

    model: str
    amount: str
    date: str
    domain: tuple[Any, ...]
    """Which of them count."""
    rate: str | None = None
    """Path of what one unit of the amount costs in the company's currency; None: it is in that currency."""


_SOLD = _Source("crm.order", "base_amount", "effective_date", (SOLD,))
_DUE = _Source("crm.opportunity", "amount", "date", (["state", "=", "open"], ["category", "=", "expected"]))
_SOLD_LINES = _Source(
    "crm.order.line",
    "amount",
    "order.effective_date",
    (["order.state", "in", EFFECTIVE],),
    rate="order.rate",
)
_DUE_LINES = _Source(
    "crm.opportunity.line",
    "amount",
    "opportunity.date",
    (["opportunity.state", "=", "open"], ["opportunity.category", "=", "expected"]),
)
"""Products are counted by lines, everything else by documents."""


def _sold(env: Environment, kind: str, first: dt.date, last: dt.date) -> dict[Any, Decimal]:
    return _grouped(env, _SOLD_LINES if kind == "product" else _SOLD, kind, first, last)


def _expected(env: Environment, kind: str, first: dt.date, last: dt.date) -> dict[Any, Decimal]:
    return _grouped(env, _DUE_LINES if kind == "product" else _DUE, kind, first, last)


def _grouped(env: Environment, source: _Source, kind: str, first: dt.date, last: dt.date) -> dict[Any, Decimal]:
    """Return the sums of a period by what a kind of part is about; the group's under None."""
    domain = [*source.domain, [source.date, ">=", first], [source.date, "<=", last]]
    path = None if kind == "group" else _PATHS.get(kind, f"owner:department@{source.date}")
    found = _sums(env, source, domain, path)
    if kind in ("department", "company"):
        return with_below(env, f"core.{kind}", found)
    return found


def _by_day(env: Environment, source: _Source, plan: Any, first: dt.date, last: dt.date) -> dict[dt.date, Decimal]:
    """Return the sums by day, of what one part of the plan is about."""
    domain = [*source.domain, [source.date, ">=", first], [source.date, "<=", last], *_of(plan, source.date)]
    return _sums(env, source, domain, f"{source.date}:day")


def _sums(env: Environment, source: _Source, domain: list[Any], path: str | None) -> dict[Any, Decimal]:
    """Return the sums by a path, in the company's currency; of no path one sum under None. One statement."""
    by = [each for each in (path, source.rate) if each is not None]
    found: dict[Any, Decimal] = {}
    for row in env[source.model].aggregate(domain, {source.amount: "sum"}, by):
        amount = row[source.amount] or ZERO
        if source.rate is not None:
            amount = (amount * (row[source.rate] or 1)).quantize(CENT, ROUND_HALF_UP)
        key = row[path] if path is not None else None
        found[key] = found.get(key, ZERO) + amount
    return found


def _of(plan: Any, day: str) -> list[Any]:
    if plan.kind == "group" or plan.subject is None:
        return []
    if plan.kind == "department":
        return [["owner", "employed", {"on": day, "where": ["department", "under", plan.subject.id]}]]
    if plan.kind == "company":
        return [["company", "under", plan.subject.id]]
    return [[_PATHS[plan.kind], "=", plan.subject.id]]
