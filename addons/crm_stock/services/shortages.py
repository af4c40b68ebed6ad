"""What is missing for goods that were asked for (STOCK-11)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.crm_stock.services.kinds import RESERVING
from addons.crm_stock.services.locking import LEVEL, LINE
from core.api import system_of

ZERO = Decimal(0)


@dataclass(frozen=True)
class Shortage:
    """What is missing for one line.

    Attributes:
        line: The record of ``crm.stock.line``.
        missing: Quantity in base units, above 0.
    """

    line: Any
    missing: Decimal


def shortages(document: Any) -> list[Shortage]:
    """Return what is missing in the warehouse for the lines of a draft or requested document, in their order; two statements.

    Goods go to whoever asked first: requests made before this one come before it, later ones do not count. Empty for documents that take
    nothing out, and for those that were posted or cancelled.
    """
    if document.kind not in RESERVING or document.state not in ("draft", "requested"):
        return []
    lines = sorted(document.lines, key=lambda line: int(line.id))
    left = _left(document, sorted({line.product_id for line in lines}))
    found = []
    for line in lines:
        there = left.get(line.product_id, ZERO)
        missing = min(line.base_quantity, line.base_quantity - there)
        if missing > 0:
            found.append(Shortage(line, missing))
        left[line.product_id] = there - line.base_quantity
    return found


def _left(document: Any, products: list[int]) -> dict[int, Decimal]:
    """Return by product what earlier requests leave of the stock on hand; negative if they ask for more."""
    system = system_of(document.env)
    where: list[Any] = [["product", "in", products], ["warehouse", "=", document.warehouse_id]]
    rows = system[LEVEL].aggregate(where, {"on_hand": "sum"}, by=["product"])
    left = {row["product"]: Decimal(row["on_hand"] or 0) for row in rows}
    before: list[Any] = [
        ["product", "in", products],
        ["document.state", "=", "requested"],
        ["document.kind", "in", sorted(RESERVING)],
        ["document.warehouse", "=", document.warehouse_id],
    ]
    # One row for each open request of the products; those before this one have a lower number.
    for row in system[LINE].aggregate(before, {"base_quantity": "sum"}, by=["product", "document"]):
        if document.state == "draft" or row["document"] < document.id:
            left[row["product"]] = left.get(row["product"], ZERO) - Decimal(row["base_quantity"] or 0)
    return left
