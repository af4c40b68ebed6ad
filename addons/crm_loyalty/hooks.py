"""Orders earn points when they are confirmed, and lose them when they are cancelled."""

from typing import Any

from addons.crm_loyalty.services.accrue_points import accrue_points
from addons.crm_loyalty.services.take_back_points import take_back_points
from core.api import hookimpl


@hookimpl
def sales_order_confirmed(order: Any) -> None:
    """Give the customer points for the order."""
    accrue_points(order)


@hookimpl
def sales_order_cancelled(order: Any) -> None:
    """Take the order's points back."""
    take_back_points(order)
