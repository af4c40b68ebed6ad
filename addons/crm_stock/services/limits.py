"""Limits of stock follow what is available; crossing one warns the keepers of the warehouse (STOCK-12)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.crm_stock.services.in_units import in_units
from addons.crm_stock.services.locking import LEVEL
from core.api import Environment, _, notify, record_url, system_of

LIMIT = "crm.stock.limit"


@dataclass(frozen=True)
class Need:
    """A product that a warehouse has too little of.

    Attributes:
        product: The record of ``crm.product``.
        warehouse: The record of ``crm.warehouse``.
        quantity: What is missing to the upper limit, in base units; what is on order is not taken off.
    """

    product: Any
    warehouse: Any
    quantity: Decimal


def needs(env: Environment, warehouse: Any = None) -> list[Need]:
    """Return what lies below its lower limit, as far as the user may see it; for purchasing.

    Args:
        env: Who asks.
        warehouse: Record or id; None: all.
    """
    domain: list[Any] = [["state", "=", "below"]]
    if warehouse is not None:
        domain.append(["warehouse", "=", warehouse])
    return [Need(each.product, each.warehouse, each.to_buy) for each in env[LIMIT].search(domain)]


def available_of(limit: Any) -> Decimal:
    """Return what is available of the product of a limit in its warehouse, in base units."""
    if limit.product is None or limit.warehouse is None:
        return Decimal(0)
    found = _available(system_of(limit.env), [limit.product.id], [limit.warehouse.id])
    return found.get((limit.product.id, limit.warehouse.id), Decimal(0))


def follow_levels(env: Environment, ids: Iterable[int]) -> None:
    """Let the limits of what was posted or requested follow; saves at once.

    Args:
        env: Whose change it is.
        ids: Ids of levels that changed.
    """
    system = system_of(env)
    pairs = {(level.product_id, level.warehouse_id) for level in system.load(LEVEL, sorted(ids))}
    products, warehouses = sorted({pair[0] for pair in pairs}), sorted({pair[1] for pair in pairs})
    limits = system[LIMIT].search([["product", "in", products], ["warehouse", "in", warehouses]], order="id")
    if not limits:
        return
    found = _available(system, products, warehouses)
    for limit in limits:
        there = found.get((limit.product_id, limit.warehouse_id), Decimal(0))
        if limit.available != there:
            limit.turns += 1
    system.flush()


def warn_keepers(env: Environment, created: Collection[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Tell the keepers of limits that were crossed: of new ones that begin so, too."""
    crossed = [*created, *(number for number, before in changed.items() if "state" in before)]
    for limit in system_of(env).load(LIMIT, crossed):
        if limit.state == "within":
            continue
        values = {
            "product": limit.product.name,
            "warehouse": limit.warehouse.name,
            "there": in_units(limit.product, limit.available),
        }
        notify(
            env,
            limit.warehouse.keepers,
            _("Stock below the limit: %(product)s", values)
            if limit.state == "below"
            else _("Stock above the limit: %(product)s", values),
            text=_("Available in %(warehouse)s: %(there)s", values),
            url=record_url(LIMIT, limit.id),
            kind="warning",
        )


def _available(
    system: Environment, products: Collection[int], warehouses: Collection[int]
) -> dict[tuple[int, int], Decimal]:
    domain = [["product", "in", list(products)], ["warehouse", "in", list(warehouses)]]
    rows = system[LEVEL].aggregate(domain, {"available": "sum"}, by=["product", "warehouse"])
    return {(row["product"], row["warehouse"]): Decimal(row["available"] or 0) for row in rows}
