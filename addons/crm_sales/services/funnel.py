"""The sales funnel: open opportunities by stage, with what they are expected to bring (SALE-15, SALE-16)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_sales.services.periods import CENT
from core.api import Environment

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class FunnelStep:
    """The open opportunities in one stage."""

    stage: int
    """Id of the stage."""
    name: str
    probability: int
    count: int
    amount: Decimal
    expected: Decimal
    """Amount × probability, in the company's currency."""


@dataclass(frozen=True)
class Funnel:
    """A funnel of one process."""

    steps: tuple[FunnelStep, ...]

    @property
    def count(self) -> int:
        """Open opportunities."""
        return sum(step.count for step in self.steps)

    @property
    def amount(self) -> Decimal:
        """Their amounts."""
        return sum((step.amount for step in self.steps), ZERO)

    @property
    def expected(self) -> Decimal:
        """Expected sales."""
        return sum((step.expected for step in self.steps), ZERO)


def read_processes(env: Environment) -> list[dict[str, Any]]:
    """Return the processes in use as rows with ``id`` and ``name``, in order."""
    return env["crm.sales.process"].read([["active", "=", True]], ["id", "name"])


def read_stages(env: Environment, process: int) -> list[dict[str, Any]]:
    """Return the stages of a process as rows, in order; also retired ones, in which opportunities may still stand."""
    names = ["id", "name", "probability", "sequence", "active"]
    return env["crm.sales.stage"].read([["process", "=", process]], names, "sequence, id")


def funnel_domain(process: int, whose: list[Any]) -> list[Any]:
    """Return which opportunities stand in the funnel."""
    return [["state", "=", "open"], ["process", "=", process], *whose]


def read_funnel(env: Environment, process: int, whose: list[Any]) -> Funnel:
    """Return the funnel of a process: two statements.

    Args:
        env: The environment of the reader; only what they may see is counted.
        process: Id of the process.
        whose: Condition on `crm.opportunity`; empty: all.
    """
    rows = env["crm.opportunity"].aggregate(
        funnel_domain(process, whose), {"id": "count", "amount": "sum"}, by=["stage"]
    )
    found = {row["stage"]: row for row in rows}
    steps = []
    for stage in read_stages(env, process):
        row = found.get(stage["id"], {"id": 0, "amount": ZERO})
        if not stage["active"] and not row["id"]:
            continue
        amount = row["amount"] or ZERO
        expected = (amount * stage["probability"] / 100).quantize(CENT, ROUND_HALF_UP)
        steps.append(FunnelStep(stage["id"], stage["name"], stage["probability"], row["id"], amount, expected))
    return Funnel(tuple(steps))
