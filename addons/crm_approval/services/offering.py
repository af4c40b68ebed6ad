"""What the addon puts on the core's pages: the banner of a record, its tab, and links."""

from collections.abc import Sequence
from typing import Any

from addons.crm_approval.services.common import FLOW, MANAGER, OWN, REQUEST, TASK
from addons.crm_approval.services.deputies import may_decide
from addons.crm_approval.services.flows import flows_of
from addons.crm_approval.services.running import open_request, waits_for
from core.api import Environment, Link, Notice, Tab, _, system_of

BASE = "/x/crm_approval"


def notices(env: Environment, model: str, number: int) -> Sequence[Notice] | None:
    """Return the banner of a record in approval: whom it waits for, since when, and what this user can do."""
    if not flows_of(env, model):
        return None
    request = open_request(env, model, number)
    if request is None:
        return None
    levels = len(request.plan)
    values = {"names": waits_for(env, request), "level": request.level, "levels": levels, "who": request.submitter.name}
    text = _("In approval, level %(level)s of %(levels)s: waits for %(names)s. Submitted by %(who)s.", **values)
    links = []
    task = own_task(env, request.id)
    if task is not None:
        post = f"{BASE}/task/{task.id}"
        links += [
            Link(_("Approve"), f"{post}/approve", icon="check", post=True),
            Link(_("Send back"), f"{post}/return", icon="arrow-back-up", post=True),
            Link(_("Reject"), f"{post}/refuse", icon="x", post=True),
        ]
    has_input = bool(links)
    if request.submitter.id == env.uid or env.guard.has_group(env, MANAGER):
        links.append(Link(_("Withdraw"), f"{BASE}/request/{request.id}/withdraw", icon="arrow-back", post=True))
    links.append(Link(_("Details"), f"{BASE}/request/{request.id}", icon="list-check"))
    return [Notice(text, "warning", "clock", links, "remark" if has_input else None, _("Remark"), sequence=10)]


def own_task(env: Environment, request: int) -> Any:
    """Return the task that the user can decide at a request now, or None."""
    for task in system_of(env)[TASK].search([["request", "=", request], ["state", "=", "waiting"]]):
        if may_decide(env, task):
            return task
    return None


def tabs(env: Environment, model: str, number: int) -> Sequence[Tab] | None:
    """Return the tab of the approvals, for records of objects that have a flow."""
    if not flows_of(env, model):
        return None
    count = system_of(env)[REQUEST].count([["model", "=", model], ["record_id", "=", number]])
    return [Tab("approval", _("Approval"), f"{BASE}/history/{model}/{number}", count=count, sequence=5)]


def links(env: Environment, model: str, number: int) -> Sequence[Link] | None:
    """Return the ways from a flow to the simulator, and from a record to its approvals on paper."""
    if model == FLOW and env.guard.has_group(env, MANAGER):
        return [Link(_("Try on past records"), f"{BASE}/simulate/{number}", icon="flask")]
    if model not in OWN and flows_of(env, model):
        return [Link(_("Print the approval"), f"{BASE}/print/{model}/{number}", icon="printer", new_tab=True)]
    return None


def links_of_list(env: Environment, model: str) -> Sequence[Link] | None:
    """Return the way to a new flow, and from any list of an object with flows to a condition made of it; for approval administrators."""
    if not env.guard.has_group(env, MANAGER):
        return None
    if model == FLOW:
        return [
            Link(_("New approval flow"), f"{BASE}/new", icon="plus", sequence=5),
            Link(_("Match approvers again"), f"{BASE}/match", icon="users", post=True),
        ]
    if model not in OWN and flows_of(env, model):
        return [Link(_("Use as approval condition"), f"{BASE}/condition/{model}", icon="rosette-discount-check")]
    return None
