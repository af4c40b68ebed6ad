"""Fill in what a line of a repair leaves empty."""

from decimal import Decimal
from typing import Any


def usual_charge(repair: Any) -> str:
    """Return who pays a line of ``repair`` that says nothing: ``warranty`` or ``customer``."""
    return "warranty" if repair is not None and repair.in_warranty else "customer"


def fill_part(part: Any) -> None:
    """Fill in unit, price and cost of a part by its product; of another product than the unit's, all three are filled in anew.

    Args:
        part: A record of ``crm.repair.part``, saved or not; changed in memory only.
    """
    product = part.product
    if product is None:
        return
    if part.unit is not None and part.unit.product != product:
        part.unit = part.price = part.unit_cost = None
    if part.unit is None:
        part.unit = product.base_unit
    if part.price is None:
        part.price = part.unit.price if part.unit is not None else Decimal(0)
    if part.unit_cost is None:
        part.unit_cost = product.cost
