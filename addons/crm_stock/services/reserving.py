"""What requests hold back of stock until the keeper confirms them (STOCK-10)."""

from decimal import Decimal
from typing import Any

from addons.crm_stock.services.kinds import RESERVING
from addons.crm_stock.services.locking import level_key, lock_document, lock_levels, lock_products, make_level
from core.api import Environment, system_of


def reserve(document: Any) -> None:
    """Let the lines of a document hold back what they ask for, if it is requested and takes goods out; else free what they held.

    More than is there may be asked for: what is available is negative then, and what is missing shows (STOCK-11).
    """
    system = system_of(document.env)
    fresh = lock_document(system, document.id)
    _hold(system, fresh, on=fresh.state == "requested" and fresh.kind in RESERVING)


def release(system: Environment, document: Any) -> None:
    """Free what the lines of a locked document hold back."""
    _hold(system, document, on=False)


def _hold(system: Environment, document: Any, *, on: bool) -> None:
    lines = [line for line in document.lines if on or line.reserved]
    if not lines:
        return
    products = {line.product_id for line in lines} | {line.level.product_id for line in lines if line.level}
    lock_products(system, sorted(products))
    keys = {_key(document, line) for line in lines} | {line.level.key for line in lines if line.level}
    levels = lock_levels(system, sorted(products), keys)
    for line in lines:
        wanted = line.base_quantity if on else Decimal(0)
        if line.reserved and line.level is not None:
            line.level.reserved -= line.reserved
        if wanted:
            place = (line.product_id, _key(document, line))
            if place not in levels:
                levels[place] = make_level(system, line.product_id, document.warehouse, line.place, line.batch)
            line.level = levels[place]
            line.level.reserved += wanted
        line.reserved = wanted
    system.flush()


def _key(document: Any, line: Any) -> str:
    return level_key(document.warehouse, line.place, line.batch)
