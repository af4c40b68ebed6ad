"""Earlier prices of a product: what this customer and others were quoted and paid, as far as the reader may see (PRICE-10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.crm_base.api import may
from addons.crm_price.services.price_check import net_of
from core.api import Environment

MOST = 50
"""Lines of each kind of document, the latest."""
KINDS = (("crm.order.line", "order"), ("crm.quote.line", "quote"))


@dataclass(frozen=True)
class Earlier:
    """One line of an earlier quote or order."""

    model: str
    document: int
    number: str
    day: Any
    state: str
    customer: str
    unit: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    currency: str
    net: Decimal
    """Price of one unit after discount, in base currency."""
    is_below: bool


@dataclass(frozen=True)
class Range:
    """Prices of one base unit after discount, in base currency."""

    count: int
    lowest: Decimal
    highest: Decimal
    last: Decimal


def readable_kinds(env: Environment) -> list[tuple[str, str]]:
    """Return those of `KINDS` that the user may read at all: a cashier reads orders, but no quotes."""
    return [(model, document) for model, document in KINDS if may(env, model, "read")]


def earlier_prices(
    env: Environment, product: int, customer: int | None = None, unit: int | None = None
) -> list[Earlier]:
    """Return the latest lines of quotes and orders with a product that the user may see, the latest first.

    Args:
        env: Whose rights count.
        product: Id of ``crm.product``.
        customer: Id of ``crm.customer``; None: of all customers.
        unit: Id of ``crm.product.unit``; None: in any unit.
    """
    found: list[Earlier] = []
    for model, document in readable_kinds(env):
        domain: list[Any] = [["product", "=", product]]
        if customer is not None:
            domain.append([f"{document}.customer", "=", customer])
        if unit is not None:
            domain.append(["unit", "=", unit])
        paths = [f"{document}.{name}" for name in ("number", "date", "state", "customer.name", "currency", "rate")]
        fields = [document, *paths, "unit.unit.name", "quantity", "price", "discount", "is_below"]
        rows = env[model].read(domain, fields, f"{document}.date desc, id desc", MOST)
        found += [_earlier(model, document, row) for row in rows]
    return sorted(found, key=lambda each: (each.day, each.model == "crm.order", each.document), reverse=True)


def price_range(lines: list[Earlier], model: str = "crm.order") -> Range | None:
    """Return lowest, highest and last price of the lines of one kind of document; cancelled ones don't count; None if there are none.

    Lines in several units can't be compared: ask for those of one unit.
    """
    prices = [each.net for each in lines if each.model == model and each.state not in ("cancelled", "draft", "refused")]
    return Range(len(prices), min(prices), max(prices), prices[0]) if prices else None


def _earlier(model: str, document: str, row: Mapping[str, Any]) -> Earlier:
    return Earlier(
        model=model.removesuffix(".line"),
        document=row[document],
        number=row[f"{document}.number"] or "",
        day=row[f"{document}.date"],
        state=row[f"{document}.state"],
        customer=row[f"{document}.customer.name"] or "",
        unit=row["unit.unit.name"] or "",
        quantity=row["quantity"],
        price=row["price"],
        discount=row["discount"] or Decimal(0),
        currency=row[f"{document}.currency"],
        net=net_of(row, document),
        is_below=bool(row["is_below"]),
    )
