"""Hooks that sales orders offer."""

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
