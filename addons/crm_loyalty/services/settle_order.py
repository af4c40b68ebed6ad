"""Keep the points account in step with an order: confirmed, cancelled, returned in part, its points changed (LOY-09, D4)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_loyalty.services.book_points import book_points
from addons.crm_loyalty.services.line_points import ONE
from addons.crm_loyalty.services.switches import points_on
from core.api import get_parameter


def settle_order(order: Any, *, is_effective: bool) -> Any:
    """Book the difference between what an order has earned by now and what was booked for it; return the entry, or None.

    Doing it again books nothing. The balance may go below zero. While points are off for the system nothing is earned, but what was
    earned before is taken back.

    Args:
        order: A record of ``crm.order``.
        is_effective: Whether it counts; its state may not say so yet.
    """
    earned = earned_points(order) if is_effective else 0
    difference = earned - sum(entry.points for entry in order.point_entries)
    if not difference or (difference > 0 and not points_on(order.env)):
        return None
    kind = "earn" if difference > 0 else "take_back"
    return book_points(order.customer, difference, kind, f"points of order {order.number}", order=order)


def earned_points(order: Any) -> int:
    """Return what an effective order has earned: the points of its lines, less the share of what came back for good.

    0 until it is fully received, where the parameter ``crm_loyalty.when_received`` says so.
    """
    if get_parameter(order.env, "crm_loyalty.when_received") and (order.received or 0) < order.amount:
        return 0
    return sum(_kept_points(line) for line in order.lines)


def _kept_points(line: Any) -> int:
    if not line.points or not line.returned:
        return line.points or 0
    kept = line.points * (line.quantity - line.returned) / line.quantity
    return int(Decimal(kept).quantize(ONE, ROUND_HALF_UP))
