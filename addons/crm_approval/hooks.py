"""What the addon does for the core: holds changes of state, keeps records in approval as they are, shows them where they are looked at."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_approval.services import adminpages, deputies, flows, locking, offering, releasing, running
from addons.crm_approval.services.common import FLOW, OWN, STEP, SUBSTITUTE, TASK
from core.api import ActionInfo, Environment, HandOverKind, Link, Notice, Tab, hookimpl, system_of


@hookimpl
def before_transition(env: Environment, record: Any, transition: ActionInfo) -> dict[str, Any] | None:
    """Hold a change of state that somebody must approve."""
    if not flows.flows_of(env, record._info.name):
        return None
    return running.hold(env, record, transition)


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Keep records in approval as they are; follow changes of flows and of absences."""
    if model not in OWN:
        locking.on_saved(env, model, created, changed)
        return
    if model == FLOW:
        flows.forget_flows(env)
        edited = [number for number, old in changed.items() if old.keys() - {"edition"}]
        if edited:
            flows.count_edition(env, edited)
    elif model == STEP:
        steps = system_of(env).load(STEP, [*created, *changed])
        flows.forget_flows(env)
        flows.count_edition(env, [step.flow.id for step in steps])
    elif model == SUBSTITUTE:
        deputies.renew_deputies(env)


@hookimpl
def before_delete(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Keep records in approval and their lines; let the edition of a flow grow that loses a level."""
    if model not in OWN:
        locking.on_delete(env, model, ids)
    elif model in (FLOW, STEP):
        flows.forget_flows(env)
        if model == STEP:
            flows.count_edition(env, [step.flow.id for step in system_of(env).load(STEP, ids)])


@hookimpl
def records_purged(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Drop the approvals of records that are gone; find substitutes anew when an absence is."""
    if model == SUBSTITUTE:
        deputies.renew_deputies(env)
    elif model not in OWN and flows.flows_of(env, model):
        releasing.forget_records(env, model, ids)


@hookimpl
def addon_disabled(env: Environment, addon: Any) -> None:
    """Give every record its former state before the addon goes."""
    if addon.name == "crm_approval":
        releasing.release_all(env)


@hookimpl
def register_hand_over_kinds() -> Sequence[HandOverKind]:
    """Let what a leaver submitted or is asked pass to others."""
    return [
        HandOverKind("crm.approval.request", [["state", "=", "running"]], "submitter"),
        HandOverKind(TASK, [["state", "=", "waiting"]], "approver"),
    ]


@hookimpl
def record_notices(env: Environment, model: str, record_id: int) -> Sequence[Notice] | None:
    """Say at the head of a record whom it waits for, with buttons for those who decide."""
    return offering.notices(env, model, record_id)


@hookimpl
def side_tabs(env: Environment, model: str, record_id: int) -> Sequence[Tab] | None:
    """Offer the history of approvals beside a record."""
    return offering.tabs(env, model, record_id)


@hookimpl
def record_links(env: Environment, model: str, record_id: int) -> Sequence[Link] | None:
    """Offer the simulator at a flow, and the approval to print at a record."""
    return offering.links(env, model, record_id)


@hookimpl
def list_links(env: Environment, model: str) -> Sequence[Link] | None:
    """Offer a new flow above their list, and to take the conditions of a list for a flow."""
    return offering.links_of_list(env, model)


@hookimpl
def declare_routes() -> Sequence[Any]:
    """Bring the pages of administrators, besides those of ``controllers.py``."""
    return adminpages.ROUTES
