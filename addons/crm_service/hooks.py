"""What service does when records are saved."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_base.api import Touch
from addons.crm_service.services.demo_repairs import make_bench
from addons.crm_service.services.demo_tickets import make_tickets
from addons.crm_service.services.follow_saved import refuse_finished, tickets_changed, tickets_created
from addons.crm_service.services.history import history_tab
from addons.crm_service.services.repair import LINES, refuse_deletion, refuse_locked
from addons.crm_service.services.steps import OPEN
from addons.crm_service.services.survey import ask_when_done
from addons.crm_service.services.touches import service_touches
from core.api import DemoPart, Environment, HandOverKind, Tab, hookimpl


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Give new tickets their goods, due time and steps; keep finished steps as they are."""
    if model == "crm.ticket":
        tickets_created(env, created)
        tickets_changed(env, changed)
    elif model == "crm.ticket.step":
        refuse_finished(env, changed)
    elif model in LINES:
        refuse_locked(env, model, created, changed)


@hookimpl
def before_delete(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Keep finished repairs and their lines."""
    refuse_deletion(env, model, ids)


@hookimpl
def ticket_done(ticket: Any) -> None:
    """Ask the customer how satisfied they are, where the setting says so."""
    ask_when_done(ticket)


@hookimpl
def side_tabs(env: Environment, model: str, record_id: int) -> Sequence[Tab] | None:
    """Show what service did for the customer before."""
    return [history_tab(env, record_id)] if model == "crm.ticket" else None


@hookimpl
def customer_touches(env: Environment, customer_id: int, limit: int) -> Sequence[Touch]:
    """Tell of tickets, repairs and answers to surveys."""
    return service_touches(env, customer_id, limit)


@hookimpl
def register_hand_over_kinds() -> Sequence[HandOverKind]:
    """Pass on open tickets and steps, and repairs that are not handed back; surveys judge who did the work and stay."""
    return [
        HandOverKind("crm.ticket", [["state", "in", OPEN]]),
        HandOverKind("crm.ticket", [["state", "in", OPEN]], field="executor"),
        HandOverKind("crm.ticket.step", [["state", "in", ["waiting", "current"]]], field="handler"),
        HandOverKind("crm.repair", [["state", "in", ["received", "repaired"]]]),
        HandOverKind("crm.survey", [["id", "in", []]]),
    ]


@hookimpl
def register_demo_parts() -> Sequence[DemoPart]:
    """Make tickets, repairs, surveys and what lies on the workbench."""
    return [make_tickets, make_bench]
