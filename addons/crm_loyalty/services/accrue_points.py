"""Give a customer the points that an order earns."""

from typing import Any

AMOUNT_PER_POINT = 10
"""So many units of currency earn one point; what is left over earns nothing."""


def accrue_points(order: Any) -> Any:
    """Write the entry for a confirmed order and return it, or None if the order is too small to earn a point.

    The points follow from the order, so the salesperson who confirms it needs no right to write entries.
    """
    points = int(order.amount // AMOUNT_PER_POINT)
    if points <= 0:
        return None
    entry = {"customer": order.customer, "order": order, "points": points, "kind": "earn"}
    with order.env.elevated(reason=f"points for order {order.number}") as env:
        return env["crm.point.entry"].create(entry)
