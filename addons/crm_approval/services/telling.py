"""Messages about approvals: to who is asked, and at the end to who submitted (APPR-10). Mail and SMS are rules of ``base_mail``."""

from collections.abc import Iterable
from typing import Any

from addons.crm_approval.services.common import REQUEST
from core.api import Environment, _, notify


def tell_waiting(env: Environment, request: Any, people: Iterable[int]) -> None:
    """Tell approvers and their substitutes that something waits for them."""
    text = _("Submitted by %(name)s.", name=request.submitter.name)
    notify(
        env,
        people,
        _("Waits for your approval: %(title)s", title=request.title),
        text=text,
        url=url_of(request),
        kind="task",
    )


def tell_submitter(env: Environment, request: Any) -> None:
    """Tell who submitted how it ended, with the last remark."""
    tasks = [task for task in request.tasks if task.state in ("approved", "refused", "returned")]
    last = max(tasks, key=lambda task: task.id) if tasks else None
    options: Any = env.registry[REQUEST].fields["state"]
    title = _("%(state)s: %(title)s", state=_(options.options[request.state]), title=request.title)
    said = last.remark if last is not None and last.remark else ""
    text = _("%(name)s: %(remark)s", name=last.decided_by.name, remark=said or "–") if last is not None else ""
    url = f"/records/{request.model}/{request.record_id}"
    notify(env, [request.submitter], title, text=text, url=url, kind="message")


def url_of(request: Any) -> str:
    """Return the page on which a request is decided."""
    return f"/x/crm_approval/request/{request.id}"
