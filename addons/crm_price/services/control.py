"""Which price control holds for a document, and what follows (PRICE-05 to PRICE-07, D1, D2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from addons.crm_price.services.line_floor import HUNDRED, net_price
from core.api import CoreError, Environment, ValidationError, _, get_parameter


def mode_of(document: Any) -> str:
    """Return ``off``, ``a``, ``b`` or ``c``: that of the contract's category, else that of the system.

    Args:
        document: A record of ``crm.quote`` or ``crm.order``. Quotes have no category, and may be left out of the control (D2).
    """
    env = document.env
    mode = _setting(env, "control", "b")
    if document._info.name == "crm.quote":
        return str(mode) if _setting(env, "quotes_too", True) else "off"
    if document.category is not None:
        own = env["crm.price.control"].read([["category", "=", document.category]], ["mode"], limit=1)
        if own:
            mode = own[0]["mode"]
    return str(mode)


def needs_approval(document: Any, mode: str) -> bool:
    """Tell whether somebody has to approve the prices: in C always, in B if a line is below its lowest price.

    In B a contract isn't asked about what its quote had approved: lines that are not cheaper than there (D2).
    """
    if mode == "c":
        return True
    if mode != "b":
        return False
    return any(line.is_below and not _was_approved(line, document) for line in document.lines)


def refuse_below(line: Any) -> None:
    """Refuse a line below its lowest price in mode A.

    Raises:
        ValidationError: It is below; the message names product, price and lowest price.
    """
    document = line.sales_document()
    if not line.is_below or document is None or mode_of(document) != "a":
        return
    price = Decimal(line.price or 0) * (HUNDRED - (line.discount or 0)) / HUNDRED
    raise ValidationError(
        _(
            "%(product)s: %(price)s is below the lowest price of %(floor)s for one %(unit)s.",
            product=_named(line.product),
            price=f"{price.quantize(Decimal('0.0001')).normalize():f}",
            floor=f"{line.floor_price:f}",
            unit=line.unit.name,
        ),
        code="price.below_floor",
        field="price",
    )


def _setting(env: Environment, name: str, usual: Any) -> Any:
    """Return a parameter of ours; its default while demo documents are loaded before our own data."""
    try:
        return get_parameter(env, f"crm_price.{name}")
    except CoreError:
        return usual


def _was_approved(line: Any, document: Any) -> bool:
    """Tell whether the quote of a contract went through the control with this unit at this price or a lower one."""
    quote = getattr(document, "quote", None)
    if quote is None or quote.price_mode in (None, "off"):
        return False
    approved = [net_price(each) for each in quote.lines if each.unit is line.unit]
    return bool(approved) and net_price(line) >= min(approved)


def _named(product: Any) -> str:
    return " ".join(str(part) for part in (product.model_number, product.name) if part)
