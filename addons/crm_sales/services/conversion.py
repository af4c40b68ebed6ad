"""Conversion rates from real history: how many leads became opportunities, how far these came, and how many were won (SALE-16, SALE-04)."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_base.api import percent
from addons.crm_sales.services.funnel import read_stages
from addons.crm_sales.services.periods import CENT, month_after
from core.api import Environment, get_parameter

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Step:
    """How many opportunities reached a stage, and how many of these came further."""

    name: str
    reached: int
    went_on: int
    """Those that reached the next stage, or were won where it is the last."""

    @property
    def rate(self) -> Decimal | None:
        """Share that went on, in percent; None if none came here."""
        return percent(self.went_on, self.reached)


@dataclass(frozen=True)
class Conversion:
    """What became of the leads received and the opportunities opened in a period."""

    leads: int
    lead_opportunities: int
    """Leads that became opportunities."""
    leads_won: int
    """Leads whose opportunity was won."""
    opportunities: int
    won: int
    lost: int
    won_amount: Decimal
    steps: tuple[Step, ...] = ()

    @property
    def lead_rate(self) -> Decimal | None:
        """Leads that became opportunities, in percent."""
        return percent(self.lead_opportunities, self.leads)

    @property
    def win_rate(self) -> Decimal | None:
        """Opportunities won, in percent of those opened."""
        return percent(self.won, self.opportunities)

    @property
    def lead_win_rate(self) -> Decimal | None:
        """Leads whose opportunity was won, in percent."""
        return percent(self.leads_won, self.leads)

    @property
    def mean_won(self) -> Decimal | None:
        """Mean amount of what was won; None if nothing was."""
        return (self.won_amount / self.won).quantize(CENT, ROUND_HALF_UP) if self.won else None


def usual_period(env: Environment) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the history: so many whole months before the present one (``crm_sales.history_months``)."""
    this_month = env.today().replace(day=1)
    return month_after(this_month, -get_parameter(env, "crm_sales.history_months")), this_month - dt.timedelta(days=1)


def read_conversion(
    env: Environment,
    first: dt.date,
    last: dt.date,
    *,
    process: int,
    opportunities: list[Any],
    leads: list[Any],
) -> Conversion:
    """Return what became of the leads and opportunities of a period: three statements.

    Args:
        env: The environment of the reader; only what they may see is counted.
        first: First day on which leads were received and opportunities opened.
        last: Last day, included.
        process: Id of the sales process.
        opportunities: Further condition on `crm.opportunity`.
        leads: Further condition on `crm.lead`.
    """
    span = [["date", ">=", first], ["date", "<=", last], *leads]
    of_leads = {
        row["opportunity.state"]: row["id"] for row in env["crm.lead"].aggregate(span, None, ["opportunity.state"])
    }
    opened = [["process", "=", process], ["opened_on", ">=", first], ["opened_on", "<=", last], *opportunities]
    rows = env["crm.opportunity"].aggregate(opened, {"id": "count", "amount": "sum"}, ["furthest", "state"])
    stages = read_stages(env, process)
    count = {state: sum(row["id"] for row in rows if row["state"] == state) for state in ("open", "won", "lost")}
    return Conversion(
        leads=sum(of_leads.values()),
        lead_opportunities=sum(number for state, number in of_leads.items() if state is not None),
        leads_won=of_leads.get("won", 0),
        opportunities=sum(count.values()),
        won=count["won"],
        lost=count["lost"],
        won_amount=sum((row["amount"] or ZERO for row in rows if row["state"] == "won"), ZERO),
        steps=tuple(_steps(rows, stages, count["won"])),
    )


def _steps(rows: list[dict[str, Any]], stages: list[dict[str, Any]], won: int) -> list[Step]:
    """Return the steps; who reached a stage passed all before it, and what was won passed all."""
    order = {stage["id"]: place for place, stage in enumerate(stages)}
    used = {row["furthest"] for row in rows}
    shown = [stage for stage in stages if stage["active"] or stage["id"] in used]
    reached = [
        sum(row["id"] for row in rows if row["state"] == "won" or order.get(row["furthest"], -1) >= order[stage["id"]])
        for stage in shown
    ]
    return [
        Step(stage["name"], here, further)
        for stage, here, further in zip(shown, reached, [*reached[1:], won], strict=True)
    ]
