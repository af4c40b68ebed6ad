"""What sales do when records are saved."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from addons.crm_base.api import CustomerFigure
from addons.crm_sales.services import customer_pool, demo_leads, demo_orders
from addons.crm_sales.services.customer_figures import FIGURES
from addons.crm_sales.services.lead_locks import refuse_converted
from addons.crm_sales.services.locks import refuse_deletion, refuse_locked
from addons.crm_sales.services.opportunity_moves import follow_saved
from addons.crm_sales.services.order_stages import forget_stages
from addons.crm_sales.services.payment_plan import PLANS, check_plans
from core.api import DemoPart, Environment, HandOverKind, hookimpl


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Keep the way of opportunities through their stages; refuse changes of what is locked."""
    if model == "crm.opportunity":
        follow_saved(env, created, changed)
    elif model == "crm.lead":
        refuse_converted(env, changed)
    elif model == "crm.order.stage":
        forget_stages(env)
    elif model in PLANS:
        check_plans(env, [*created, *changed])
    elif changed:
        refuse_locked(env, model, changed)


@hookimpl
def before_delete(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Keep what is binding: effective contracts, accepted quotes, confirmed receipts."""
    refuse_deletion(env, model, ids)
    if model == "crm.order.stage":
        forget_stages(env)


@hookimpl
def customer_has_contract(env: Environment, customer_ids: Sequence[int]) -> Collection[int]:
    """Keep customers with an effective contract out of the pool."""
    return customer_pool.with_contract(env, customer_ids)


@hookimpl
def choose_along() -> Mapping[str, str]:
    """Opportunities and contracts may go along with their customers."""
    return customer_pool.ALONG


@hookimpl
def customer_transferred(
    env: Environment, givers: Mapping[int, int | None], owner: Any, along: Collection[str]
) -> None:
    """Pass opportunities and contracts on with their customers."""
    customer_pool.pass_along(env, givers, owner, along)


@hookimpl
def register_customer_figures() -> Sequence[CustomerFigure]:
    """Rank and sum up customers by what they buy, owe and are worth."""
    return FIGURES


@hookimpl
def register_hand_over_kinds() -> Sequence[HandOverKind]:
    """Pass on what is open, with its customer; what is decided stays with who did it."""
    return [
        HandOverKind("crm.lead", [["state", "in", ["new", "working"]]], follows="customer"),
        HandOverKind("crm.opportunity", [["state", "=", "open"]], follows="customer"),
        HandOverKind("crm.quote", [["state", "in", ["draft", "in_approval", "approved", "sent"]]], follows="customer"),
        HandOverKind("crm.order", [["state", "in", ["draft", "in_approval", "confirmed"]]], follows="customer"),
        HandOverKind("crm.receipt", [["state", "=", "entered"]]),
        *(
            HandOverKind(model, [["id", "in", []]])
            for model in ("crm.delivery", "crm.quota", "crm.target", "crm.sales.plan")
        ),
    ]


@hookimpl
def register_demo_parts() -> Sequence[DemoPart]:
    """Make leads, targets, and the deals of the year."""
    return [demo_leads.make_leads, demo_leads.make_targets, demo_orders.make_orders]
