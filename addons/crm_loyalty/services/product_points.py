"""Set the points of many products at once (LOY-05)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from addons.crm_base.api import may
from core.api import Environment, Link, ValidationError, _

MOST = 1000
"""Products of one change."""


def may_set(env: Environment) -> bool:
    """Tell whether the user may set points of products."""
    hidden = env.hidden_fields(env.registry["crm.product.unit"], "update")
    return "points" not in hidden and may(env, "crm.product.unit", "update")


def batch_link(env: Environment) -> list[Link] | None:
    """Return the link from the products selected in a list, for who may set points."""
    return [Link(_("Set points"), "/x/crm_loyalty/points", icon="coins", sequence=40)] if may_set(env) else None


def set_points(
    env: Environment, products: Sequence[int], unit: Any, kind: Any, points: Decimal
) -> tuple[int, list[str]]:
    """Set the points of one unit of several products, for everybody or for one customer type.

    Args:
        env: Of somebody who may change the units of products.
        products: Ids.
        unit: Id of the unit of measure (``crm.unit``); None: the base unit of each.
        kind: Id of a customer type; None: for everybody.
        points: Of one unit, 0 or more.

    Returns:
        How many products got them, and the names of those that are not sold in that unit.

    Raises:
        ValidationError: Points below 0.
        AccessDenied: The user may not change one of the products.
    """
    if points < 0:
        raise ValidationError(_("Points can't be below 0."), field="points")
    records = env["crm.product"].search([["id", "in", list(products)]])
    done, missing = 0, []
    for product in records:
        sold = product.base_unit if unit is None else next((u for u in product.units if u.unit.id == unit), None)
        if sold is None:
            missing.append(str(product.name))
        else:
            _set(env, sold, kind, points)
            done += 1
    env.flush()
    return done, missing


def _set(env: Environment, unit: Any, kind: Any, points: Decimal) -> None:
    if kind is None:
        unit.update(points=points)
        return
    rule = next((each for each in unit.point_rules if each.type.id == kind), None)
    if rule is None:
        env["crm.point.rule"].create({"unit": unit, "type": kind, "points": points})
    else:
        rule.update(points=points)
