"""Hooks that sales orders offer."""

from decimal import Decimal
from typing import Any

from core.api import hookspec


@hookspec
def sales_order_confirmed(order: Any) -> None:
    """Act on an order that becomes binding.

    Called: after the order was found to be in order, in the same transaction; its state is still ``draft``.

    Args:
        order: The record of ``crm.order``.

    Raises:
        ValidationError: The order may not be confirmed; the message is shown.
    """


@hookspec
def sales_order_cancelled(order: Any) -> None:
    """Undo what the confirmation of an order brought about.

    Called: in the transaction that cancels a confirmed order; its state is still ``confirmed``.

    Args:
        order: The record of ``crm.order``.

    Raises:
        ValidationError: The order may not be cancelled; the message is shown.
    """


@hookspec(firstresult=True)
def suggest_price(env: Any, product_unit: Any, customer: Any, date: Any) -> Decimal | None:
    """Suggest the price of one unit of a product for a customer.

    Called: whenever a line of a quote or order gets a product or unit, also while somebody types it. The first answer counts.

    Args:
        env: The environment of the user who writes the line.
        product_unit: The record of ``crm.product.unit``.
        customer: The record of ``crm.customer``; None while none is chosen.
        date: Day of the document.

    Returns:
        The price in the currency of the company, or None: then others are asked, and at last the list price of the unit counts.
    """


@hookspec(firstresult=True)
def sales_order_needs_approval(order: Any) -> bool | None:
    """Say whether a draft order must be approved before it becomes effective; then no money may be entered for it yet (SALE-40).

    Called: when a receipt is entered for a draft order.

    Args:
        order: The record of ``crm.order``.

    Returns:
        True: it must. None: this addon does not know; where nobody knows, it need not.
    """
