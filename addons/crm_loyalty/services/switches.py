"""Whether points are on: for the system, for a customer type, for a customer (LOY-01 to LOY-03)."""

from typing import Any

from core.api import Environment, get_parameter


def points_on(env: Environment) -> bool:
    """Tell whether points are on for the system; while they are off nothing is earned and nobody sees any."""
    return bool(get_parameter(env, "crm_loyalty.on"))


def collects_points(customer: Any) -> bool:
    """Tell whether a customer collects points: the own switch decides, else the type; customers without a type do.

    Args:
        customer: A record of ``crm.customer``.
    """
    if not points_on(customer.env):
        return False
    if customer.points_switch:
        return bool(customer.points_switch == "on")
    return customer.type is None or not customer.type.without_points
