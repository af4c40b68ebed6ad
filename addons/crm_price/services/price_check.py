"""What an approver looks at: each line's price beside suggested and lowest price, the last price to this customer, the margin (PRICE-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.crm_price.services.line_floor import HUNDRED
from addons.crm_sales.api import EFFECTIVE
from core.api import Environment


@dataclass(frozen=True)
class LineCheck:
    """One line of a quote or order; prices of one unit in the currency of the document unless said otherwise."""

    product: int | None
    name: str
    unit: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    suggested: Decimal | None
    floor: Decimal | None
    is_below: bool
    below: Decimal | None
    """In base currency."""
    below_percent: Decimal | None
    last: Decimal | None
    """Last price after discount in base currency that this customer bought the unit for, as far as the reader may see; None: never."""
    last_order: int | None
    last_day: Any
    margin: Decimal | None
    """Percent of the line's amount; None where the reader may not see costs, or nothing is to be paid."""


def check_lines(document: Any) -> list[LineCheck]:
    """Return what there is to say about the prices of a quote or order, with three statements however many lines it has."""
    env = document.env
    lines = list(document.lines)
    last = last_sales(env, document.customer, [line.unit.id for line in lines if line.unit is not None], document)
    sees_cost = "cost" not in env.hidden_fields(lines[0]._info, "read") if lines else False
    rate = Decimal(document.rate or 1)
    return [_check(line, last.get(line.unit.id if line.unit else None), sees_cost, rate) for line in lines]


def last_sales(
    env: Environment, customer: Any, units: Sequence[int], beside: Any = None
) -> Mapping[int | None, Mapping[str, Any]]:
    """Return for each unit what this customer bought it for last: a row of ``crm.order.line``; units never sold to them are left out.

    Args:
        env: Whose rights count.
        customer: A record of ``crm.customer``.
        units: Ids of ``crm.product.unit``.
        beside: A quote or order that does not count itself.
    """
    domain: list[Any] = [
        ["unit", "in", list(units)],
        ["order.customer", "=", customer],
        ["order.state", "in", EFFECTIVE],
    ]
    if beside is not None and beside._info.name == "crm.order":
        domain.append(["order", "!=", beside.id])
    ids = [row["id"] for row in env["crm.order.line"].first_of_groups(domain, ["unit"], "order.date desc, id desc", 1)]
    fields = ["unit", "price", "discount", "order", "order.date", "order.rate"]
    return {row["unit"]: row for row in env["crm.order.line"].read([["id", "in", ids]], fields)} if ids else {}


def _check(line: Any, last: Mapping[str, Any] | None, sees_cost: bool, rate: Decimal) -> LineCheck:
    amount = Decimal(line.amount or 0) * rate
    margin = (amount - (line.cost or 0)) * HUNDRED / amount if sees_cost and amount else None
    return LineCheck(
        product=line.product.id if line.product else None,
        name=line.name,
        unit=str(line.unit.name) if line.unit else "",
        quantity=line.quantity,
        price=line.price,
        discount=line.discount or Decimal(0),
        suggested=line.suggested_price,
        floor=line.floor_price,
        is_below=line.is_below,
        below=line.below_amount,
        below_percent=line.below_percent,
        last=None if last is None else net_of(last),
        last_order=None if last is None else last["order"],
        last_day=None if last is None else last["order.date"],
        margin=margin,
    )


def net_of(row: Mapping[str, Any], document: str = "order") -> Decimal:
    """Return the price after discount in base currency of a row read with ``price``, ``discount`` and the rate of its document."""
    price = Decimal(row["price"] or 0) * (HUNDRED - (row["discount"] or 0)) / HUNDRED
    return price * Decimal(row[f"{document}.rate"] or 1)
