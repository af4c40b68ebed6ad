"""The monthly statement of a customer: opening + new − settled = closing (FIN-21)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.api import Environment

ZERO = Decimal(0)


@dataclass(frozen=True)
class Statement:
    """What a customer owed and paid in a month, in base currency; receivables keep the rate of their document."""

    opening: Decimal
    new: Decimal
    settled: Decimal
    lines: list[dict[str, Any]]
    """By day: ``date``, ``label`` (number), ``url`` and ``amount``, which is negative for what was settled."""

    @property
    def closing(self) -> Decimal:
        """What is owed at the end of the month."""
        return self.opening + self.new - self.settled


def read_statement(env: Environment, customer: int, first: dt.date, last: dt.date) -> Statement:
    """Return the statement of a customer (id) from ``first`` to ``last``; four statements by the index of the customer.

    Only what the reader may see counts. Cancelled receivables are not in it.
    """
    of_receivable = [["customer", "=", customer], ["cancelled", "=", False]]
    of_settlement = [["customer", "=", customer]]
    span = [["date", ">=", first], ["date", "<=", last]]
    before = [["date", "<", first]]
    opening = _sum(env, "crm.receivable", [*of_receivable, *before]) - _sum(
        env, "crm.settlement", [*of_settlement, *before]
    )
    debts = env["crm.receivable"].read(
        [*of_receivable, *span], ["date", "number", "order.number", "base_amount"], order="date, id"
    )
    paid = env["crm.settlement"].read(
        [*of_settlement, *span],
        ["date", "receivable", "receivable.number", "receipt.number", "base_amount"],
        order="date, id",
    )
    lines = [
        {
            "date": row["date"],
            "kind": "new",
            "label": row["order.number"] or row["number"],
            "url": f"/records/crm.receivable/{row['id']}",
            "amount": row["base_amount"],
        }
        for row in debts
    ]
    lines += [
        {
            "date": row["date"],
            "kind": "receipt" if row["receipt.number"] else "prepayment",
            "label": row["receipt.number"] or row["receivable.number"],
            "url": f"/records/crm.receivable/{row['receivable']}",
            "amount": -row["base_amount"],
        }
        for row in paid
    ]
    return Statement(
        opening,
        sum((row["base_amount"] for row in debts), ZERO),
        sum((row["base_amount"] for row in paid), ZERO),
        sorted(lines, key=lambda line: line["date"]),
    )


def _sum(env: Environment, model: str, domain: list[Any]) -> Decimal:
    return env[model].aggregate(domain, {"base_amount": "sum"})[0]["base_amount"] or ZERO
