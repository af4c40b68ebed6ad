"""Take back the points of an order that is cancelled."""

from typing import Any


def take_back_points(order: Any) -> None:
    """Delete the entries that the order earned; the balance follows."""
    with order.env.elevated(reason=f"points of cancelled order {order.number}") as env:
        env["crm.point.entry"].delete([["order", "=", order]])
