"""The forecast of a fiscal quarter, for oneself and rolled up over the positions below (SALE-18 to 20, D12)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from addons.crm_base.api import percent
from addons.crm_sales.services.people import Branch, Circle
from core.api import Environment, FiscalPeriod

MODEL = "crm.opportunity"
ZERO = Decimal("0.00")


@dataclass
class Figures:
    """Amounts of a quarter in the company's currency."""

    quota: Decimal | None = None
    """None: none is set."""
    closed: Decimal = ZERO
    """Won in the quarter."""
    expected: Decimal = ZERO
    best: Decimal = ZERO
    pipeline: Decimal = ZERO
    left_out: Decimal = ZERO

    @property
    def quota_percent(self) -> Decimal | None:
        """Closed in percent of the quota."""
        return percent(self.closed, self.quota)

    @property
    def expected_total(self) -> Decimal:
        """Closed and expected."""
        return self.closed + self.expected

    @property
    def best_total(self) -> Decimal:
        """Closed, expected and best case."""
        return self.closed + self.expected + self.best

    @property
    def left(self) -> Decimal | None:
        """What is missing to the quota; 0 once it is reached; None without a quota."""
        return None if self.quota is None else max(ZERO, self.quota - self.closed)


@dataclass(frozen=True)
class ForecastLine:
    """The figures of one branch."""

    branch: Branch
    figures: Figures


@dataclass(frozen=True)
class Forecast:
    """The forecast of a quarter."""

    quarter: FiscalPeriod
    circle: Circle
    lines: tuple[ForecastLine, ...]
    total: Figures = field(default_factory=Figures)


def quarter_domain(quarter: FiscalPeriod, categories: Iterable[str] | None = None) -> dict[str, Any]:
    """Return which opportunities count in a quarter: won in it, or open and expected in it.

    Args:
        quarter: The quarter.
        categories: Only those forecast categories; None: all.
    """
    span = [[["closed_on", ">=", quarter.first], ["closed_on", "<=", quarter.last]]]
    won = {"all": [["state", "=", "won"], *span[0]]}
    due = {"all": [["state", "=", "open"], ["date", ">=", quarter.first], ["date", "<=", quarter.last]]}
    wanted = None if categories is None else set(categories)
    if wanted == {"closed"}:
        return won
    if wanted is not None:
        due["all"].append(["category", "in", sorted(wanted - {"closed"})])
        return {"any": [won, due]} if "closed" in wanted else due
    return {"any": [won, due]}


def read_forecast(env: Environment, quarter: FiscalPeriod, circle: Circle) -> Forecast:
    """Return the figures of all lines of ``circle``: two statements, however many people and opportunities there are.

    Only opportunities and quotas that the user may see are counted.
    """
    amounts = _amounts(env, quarter, circle)
    own, team = _quotas(env, quarter, circle)
    lines = []
    for branch in circle.branches:
        figures = _added_up(amounts, branch.members)
        is_rolled = len(branch.members) > 1 or (branch.user is not None and not branch.is_own)
        figures.quota = team.get(branch.user) if is_rolled and branch.user in team else _sum(own, branch.members)
        if circle.head is None and len(branch.members) == 1 and figures == Figures():
            # Of the whole company only those who sell are shown.
            continue
        lines.append(ForecastLine(branch, figures))
    total = _added_up(amounts, circle.members)
    quotas = [line.figures.quota for line in lines if line.figures.quota is not None]
    total.quota = team[circle.head] if circle.head in team else sum(quotas, ZERO) if quotas else None
    return Forecast(quarter, circle, tuple(lines), total)


def _amounts(env: Environment, quarter: FiscalPeriod, circle: Circle) -> dict[tuple[int, str], Decimal]:
    """Return (owner, category) → amount; what is won counts as closed whatever its category says."""
    domain: dict[str, Any] = {"all": [quarter_domain(quarter), ["owner", "in", sorted(circle.members)]]}
    found: dict[tuple[int, str], Decimal] = {}
    for row in env[MODEL].aggregate(domain, {"amount": "sum"}, by=["owner", "state", "category"]):
        key = (row["owner"], "closed" if row["state"] == "won" else row["category"] or "pipeline")
        found[key] = found.get(key, ZERO) + (row["amount"] or ZERO)
    return found


def _quotas(
    env: Environment, quarter: FiscalPeriod, circle: Circle
) -> tuple[Mapping[int, Decimal], Mapping[int | None, Decimal]]:
    """Return the quotas of people, and those of whole teams by who heads them."""
    domain = [
        ["owner", "in", sorted(circle.members)],
        ["year", "=", quarter.year],
        ["quarter", "=", str(quarter.number)],
    ]
    own: dict[int, Decimal] = {}
    team: dict[int | None, Decimal] = {}
    for row in env["crm.quota"].read(domain, ["owner", "scope", "amount"]):
        (own if row["scope"] == "person" else team)[row["owner"]] = row["amount"]
    return own, team


def _added_up(amounts: Mapping[tuple[int, str], Decimal], members: frozenset[int]) -> Figures:
    figures = Figures()
    for (owner, category), amount in amounts.items():
        if owner in members:
            setattr(figures, category, getattr(figures, category) + amount)
    return figures


def _sum(quotas: Mapping[int, Decimal], members: frozenset[int]) -> Decimal | None:
    found = [quotas[user] for user in members if user in quotas]
    return sum(found, ZERO) if found else None
