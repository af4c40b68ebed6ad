"""Which suggested and which lowest price a unit has for a customer (PRICE-02, PRICE-03, D3, D26).

Policies are reached through their unit, so that a control finds them whoever writes the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")


def suggested_price(unit: Any, customer: Any) -> Decimal | None:
    """Return what the policies suggest: of type and region, else of the type, else of the region; the nearest region counts.

    Args:
        unit: A record of ``crm.product.unit``.
        customer: A record of ``crm.customer``, or None: then no policy fits.

    Returns:
        In the company's currency; None: no policy says anything, so the list price of the unit counts.
    """
    if customer is None:
        return None
    prices = {(_key(each.type), _key(each.region)): each.price for each in unit.policies if each.price is not None}
    kind = _key(customer.type)
    regions = list(_regions(customer.region))
    for wanted in (
        *((kind, region) for region in regions if kind),
        *([(kind, None)] if kind else []),
        *((None, region) for region in regions),
    ):
        if wanted in prices:
            return Decimal(prices[wanted])
    return None


def floor_price(unit: Any, customer: Any) -> Decimal | None:
    """Return the lowest price of a unit: that of the customer's region, else its own, else that of the base unit times the ratio.

    Returns:
        In the company's currency; None: there is none.
    """
    found = _own_floor(unit, customer)
    base = unit.product.base_unit
    if found is None and base is not None and base is not unit:
        floor = _own_floor(base, customer)
        found = None if floor is None else (floor * unit.ratio).quantize(CENT, ROUND_HALF_UP)
    return found


def _own_floor(unit: Any, customer: Any) -> Decimal | None:
    if customer is not None:
        floors = {
            _key(each.region): each.floor_price
            for each in unit.policies
            if each.floor_price is not None and each.type is None
        }
        for region in _regions(customer.region):
            if region in floors:
                return Decimal(floors[region])
    return None if unit.floor_price is None else Decimal(unit.floor_price)


def _regions(region: Any) -> Iterator[int]:
    """Yield the ids of a region and those above it, the nearest first."""
    while region is not None:
        yield region.id
        region = region.parent


def _key(item: Any) -> int | None:
    return None if item is None else item.id
