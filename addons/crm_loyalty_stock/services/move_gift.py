"""Move gifts out of stock and back."""

from decimal import Decimal
from typing import Any

from addons.crm_stock.api import StockLine, request_issue
from core.api import system_of


def issue_gift(redemption: Any) -> None:
    """Let the gift of a redemption leave stock: requested and confirmed at once, by the system.

    Raises:
        ValidationError: There is no warehouse, or too few are on hand.
    """
    gift = redemption.gift
    if gift.without_stock:
        return
    document = request_issue(
        redemption.env,
        reason="gift",
        lines=[StockLine(gift.product, gift.unit, Decimal(redemption.quantity))],
        customer=redemption.customer,
        source=redemption,
        date=redemption.date,
    )
    document.confirm()
    redemption.stock_document = document.id


def take_gift_back(redemption: Any) -> None:
    """Put the gift of an undone redemption back, by reversing the document with which it left."""
    if redemption.stock_document is not None:
        system_of(redemption.env)["crm.stock.document"].get(redemption.stock_document.id).reverse()
