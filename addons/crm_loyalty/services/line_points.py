"""The points of a line: quantity × points of its unit, those for the customer's type before those for everybody (LOY-04 to LOY-08)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_loyalty.services.switches import collects_points

ONE = Decimal(1)


def unit_points(unit: Any, customer: Any) -> Decimal:
    """Return what one of a unit earns; 0 where nothing is set.

    Rules are reached through their unit, so that they count whoever writes the line.

    Args:
        unit: A record of ``crm.product.unit``.
        customer: A record of ``crm.customer``.
    """
    for rule in unit.point_rules:
        if customer.type is not None and rule.type == customer.type:
            return Decimal(rule.points)
    return Decimal(unit.points or 0)


def rule_points(unit: Any, customer: Any, quantity: Decimal) -> int:
    """Return what the rules say for a quantity, rounded half up; 0 for customers who collect none."""
    if unit is None or customer is None or not collects_points(customer):
        return 0
    return int((unit_points(unit, customer) * quantity).quantize(ONE, ROUND_HALF_UP))


def fill_points(line: Any) -> int:
    """Fill in the points of an order line, unless others were entered, and return what the rules say.

    The lines of an order that took effect stay as they are, whatever is changed in rules and switches afterwards.

    Args:
        line: A record of ``crm.order.line``, saved or not; changed in memory only.
    """
    order, before = line.order, line.rule_points
    if order is not None and order.state not in (None, "draft"):
        return before or 0
    found = rule_points(line.unit, order.customer if order is not None else None, line.quantity or Decimal(0))
    if line.points is None or line.points == before:
        line.points = found
    return found
