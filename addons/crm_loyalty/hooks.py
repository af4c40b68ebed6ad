"""What ties points to contracts, members and lists; each hook hands over to a service."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from addons.crm_base.api import CustomerFigure
from addons.crm_loyalty.services.demo_gifts import make_redemptions
from addons.crm_loyalty.services.levels import follow_levels
from addons.crm_loyalty.services.product_points import batch_link
from addons.crm_loyalty.services.purchases import CHANGING, count_purchases, keep_purchases
from addons.crm_loyalty.services.settle_order import settle_order
from addons.crm_sales.api import EFFECTIVE
from core.api import DemoPart, Environment, HandOverKind, Link, _, hookimpl


@hookimpl
def sales_order_confirmed(order: Any) -> None:
    """Give the customer points for the order."""
    settle_order(order, is_effective=True)


@hookimpl
def sales_order_cancelled(order: Any) -> None:
    """Take the order's points back."""
    settle_order(order, is_effective=False)


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Follow what is returned, received and changed in orders that are effective, and the levels of members."""
    if model == "crm.order.line":
        lines = [number for number, before in changed.items() if {"points", "returned"} & before.keys()]
        _settle(dict.fromkeys(line.order for line in env.load(model, lines)))
    elif model == "crm.order":
        paid = [number for number, before in changed.items() if "received" in before]
        _settle(env.load(model, paid))
        _sum_up(env, created, changed)
    elif model == "crm.member":
        follow_levels(env, [*created, *(number for number, before in changed.items() if "level" in before)])


@hookimpl
def addon_enabled(env: Environment, addon: Any) -> None:
    """Sum up what customers bought before."""
    if addon.name == "crm_loyalty":
        count_purchases(env)


@hookimpl
def batch_links(env: Environment, model: str) -> Sequence[Link] | None:
    """Offer to set the points of the products selected."""
    return batch_link(env) if model == "crm.product" else None


@hookimpl
def register_customer_figures() -> Sequence[CustomerFigure]:
    """Rank customers by the points they earned, used and have left (LOY-12)."""
    earning = [["kind", "not_in", ["redeem", "undo"]]]
    entry, redemption = "crm.point.entry", "crm.redemption"
    return [
        CustomerFigure("crm_loyalty.points", _("Points earned"), entry, "points:sum", domain=earning),
        CustomerFigure(
            "crm_loyalty.used", _("Points used"), redemption, "points:sum", domain=[["state", "=", "redeemed"]]
        ),
        CustomerFigure("crm_loyalty.left", _("Points left"), entry, "points:sum", date=None, in_summary=True),
    ]


@hookimpl
def register_hand_over_kinds() -> Sequence[HandOverKind]:
    """Pass on redemptions that are not made yet."""
    return [HandOverKind("crm.redemption", [["state", "=", "draft"]], follows="customer")]


def _settle(orders: Iterable[Any]) -> None:
    for order in orders:
        if order.state in EFFECTIVE:
            settle_order(order, is_effective=True)


def _sum_up(env: Environment, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    moved = [number for number, before in changed.items() if CHANGING & before.keys()]
    orders = env.load("crm.order", [*moved, *created])
    customers = {order.customer.id for order in orders if order.state in EFFECTIVE or order.id in changed}
    customers |= {before["customer"] for number, before in changed.items() if before.get("customer")}
    keep_purchases(env, customers)


@hookimpl
def register_demo_parts() -> Sequence[DemoPart]:
    """Exchange points for gifts."""
    return [make_redemptions]
