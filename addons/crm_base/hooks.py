"""What the addon does for the core: keeps contacts in order, offers its pages on those of records."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from addons.crm_base.services import (
    activity,
    calendar_pages,
    demo_calendar,
    demo_contacts,
    demo_customers,
    follow_up,
    follow_up_pages,
    keep_in_touch,
    own_contact,
    own_touches,
    ownership,
    pool_hooks,
    pool_pages,
    protection,
    schedule,
    task,
)
from addons.crm_base.services.model_rights import may
from addons.crm_base.services.touches import Touch
from core.api import DemoPart, Environment, HandOverKind, Link, Notice, _, hookimpl


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Keep the main contacts of customers, and persons as their own contacts; let follow-ups, tasks and appointments have their effect."""
    own_contact.on_saved(env, model, created, changed)
    if model == ownership.CUSTOMER:
        protection.refuse_protected_names(env, created, changed)
        ownership.note_changes(env, created, changed)
    follow_up.on_saved(env, model, created, changed)
    activity.on_saved(env, model, changed)
    task.on_saved(env, model, created, changed)
    schedule.on_saved(env, model, created, changed)
    keep_in_touch.on_saved(env, model, changed)


@hookimpl
def customer_touches(env: Environment, customer_id: int, limit: int) -> Sequence[Touch]:
    """Tell follow-ups, activities and customer care among the touches of a customer."""
    return own_touches.own_touches(env, customer_id, limit)


@hookimpl
def register_hand_over_kinds() -> Sequence[HandOverKind]:
    """Pass on what is open; what was done stays with who did it."""
    return [
        HandOverKind("crm.follow_up", [["id", "in", []]]),
        HandOverKind("crm.activity", [["state", "in", ["planned", "in_approval", "approved"]]], follows="customer"),
        HandOverKind("crm.task", [["state", "in", ["open", "in_progress", "submitted"]]], follows="customer"),
        HandOverKind("crm.task", [["state", "in", ["open", "in_progress", "submitted"]]], field="giver"),
        HandOverKind("crm.task.assignment", [["id", "in", []]]),
        HandOverKind("crm.schedule", [["start", ">", "now"]], follows="customer"),
        HandOverKind("crm.care", [["id", "in", []]]),
        HandOverKind("crm.claim.request", [["id", "in", []]]),
    ]


@hookimpl
def declare_routes() -> Sequence[Callable[..., Any]]:
    """Bring the pages of the pool, of follow-ups and of the calendar, besides those of ``controllers.py``."""
    return [*pool_pages.ROUTES, *follow_up_pages.ROUTES, *calendar_pages.ROUTES]


@hookimpl
def list_links(env: Environment, model: str) -> Sequence[Link] | None:
    """Offer the random claim beside the pool."""
    return pool_hooks.list_links(env, model)


@hookimpl
def batch_links(env: Environment, model: str) -> Sequence[Link] | None:
    """Offer managers to pass the customers selected on."""
    return pool_hooks.batch_links(env, model)


@hookimpl
def record_notices(env: Environment, model: str, record_id: int) -> Sequence[Notice] | None:
    """Offer to claim customers of the pool, and to decide applications."""
    return pool_hooks.record_notices(env, model, record_id)


@hookimpl
def record_links(env: Environment, model: str, record_id: int) -> Sequence[Link] | None:
    """Lead from a customer to a quick follow-up, and to its passing on."""
    if model == "crm.customer":
        links = pool_hooks.record_links(env, record_id)
        if may(env, "crm.follow_up", "create"):
            url = f"/x/crm_base/customer/{record_id}/follow-up"
            links.append(Link(_("Record a follow-up"), url, icon="message-plus", sequence=5))
        return links
    return None


@hookimpl
def register_demo_parts() -> Sequence[DemoPart]:
    """Make customers, what was done with them and what is planned."""
    return [demo_customers.make_customers, demo_contacts.make_contacts, demo_calendar.make_calendar]
