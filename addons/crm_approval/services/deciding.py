"""What people do with a request: approve, refuse, send back, pass on, withdraw, match again (APPR-06, APPR-12)."""

from typing import Any

from addons.crm_approval.services import running
from addons.crm_approval.services.common import MANAGER, REQUEST, TASK
from addons.crm_approval.services.deputies import may_decide
from addons.crm_approval.services.people import find_approvers
from core.api import (
    AccessDenied,
    ConflictError,
    Environment,
    MissingRecord,
    ValidationError,
    Where,
    _,
    get_parameter,
    system_of,
)

DECISIONS = {"approve": "approved", "refuse": "refused", "return": "returned"}
LONGEST_REMARK = 2000


def decide(env: Environment, task_id: int, decision: str, remark: str | None = None) -> Any:
    """Decide on what one is asked. Refusing ends the approval; sending back gives the record to its submitter, who begins anew.

    After the last level the change of state is made, in the name of who submitted it.

    Args:
        env: Who decides: the approver of the task, or their substitute of today.
        task_id: Id of the task.
        decision: ``approve``, ``refuse`` or ``return``.
        remark: What the approver says to it; None or empty: nothing, which a parameter may refuse for all but approvals.

    Returns:
        The record of ``crm.approval.request``.

    Raises:
        MissingRecord: There is no such task.
        AccessDenied: The task is somebody else's.
        ConflictError: It was decided meanwhile; the message says by whom.
        ValidationError: An unknown decision, a remark is missing or too long, or the change of state itself refuses.
    """
    if decision not in DECISIONS:
        raise ValidationError(_("A decision is approve, refuse or return."), field="decision")
    said = _remark(env, remark, needed=decision != "approve")
    task, request = _taken(env, task_id)
    task.update(state=DECISIONS[decision], decided_by=env.uid, decided_at=env.now(), remark=said)
    task.env.flush()
    if decision != "approve":
        running.end(task.env, request, DECISIONS[decision])
    elif _count(request, "approved") >= request.need or not _count(request, "waiting"):
        running.go_on(task.env, request)
    return request


def pass_on(env: Environment, task_id: int, user: int, remark: str | None = None) -> Any:
    """Give what one is asked to somebody else, who decides instead.

    Args:
        env: Who passes it on.
        task_id: Id of the task.
        user: Id of the colleague.
        remark: Why.

    Returns:
        The record of ``crm.approval.request``.

    Raises:
        As `decide`; ValidationError also where the colleague is not active, submitted it or is asked already.
    """
    said = _remark(env, remark, needed=False)
    task, request = _taken(env, task_id)
    system = task.env
    person = system.browse("core.user", user)
    if person is None or not person.active:
        raise ValidationError(_("Choose an active colleague."), field="user")
    if user == request.submitter.id:
        raise ValidationError(_("%(name)s submitted it and can't decide on it.", name=person.name), field="user")
    domain = [["request", "=", request.id], ["level", "=", request.level], ["approver", "=", user]]
    if system[TASK].exists([*domain, ["state", "in", ["waiting", "approved"]]]):
        raise ValidationError(_("%(name)s is asked already.", name=person.name), field="user")
    task.update(state="passed", decided_by=env.uid, decided_at=env.now(), remark=said)
    running.ask(system, request, {"name": task.step}, [user])
    return request


def withdraw(env: Environment, request_id: int) -> Any:
    """Take a request back: its submitter before the first decision, an approval administrator at any time.

    Returns:
        The record of ``crm.approval.request``.

    Raises:
        MissingRecord: There is no such request.
        AccessDenied: Somebody else submitted it.
        ConflictError: It ended already, or somebody decided already.
    """
    system = system_of(env)
    request = system.browse(REQUEST, request_id)
    if request is None:
        raise MissingRecord(_("There is no such approval."), where=Where(model=REQUEST, record=request_id))
    is_manager = env.guard.has_group(env, MANAGER)
    if request.submitter.id != env.uid and not is_manager:
        raise AccessDenied(_("Only who submitted it can withdraw it."), code="access_denied.approval")
    if request.state != "running":
        raise _over(request)
    if not is_manager and system[TASK].exists([["request", "=", request.id], ["state", "=", "approved"]]):
        raise ConflictError(
            _('"%(title)s" can\'t be withdrawn: it was decided on already.', title=request.title),
            code="conflict.approval_decided",
            hint=_("the approver can send it back"),
        )
    request.turns += 1
    running.end(system, request, "withdrawn")
    return request


def match_again(env: Environment, request_id: int) -> bool:
    """Find the approvers of the present level anew, since people changed position or department; return whether others are asked now.

    A level on which somebody approved or passed the task on stays as it is.

    Raises:
        MissingRecord: There is no such request.
        AccessDenied: The user is no approval administrator.
    """
    if not env.guard.has_group(env, MANAGER):
        raise AccessDenied(_("Only approval administrators do this."), code="access_denied.approval")
    system = system_of(env)
    request = system.browse(REQUEST, request_id)
    if request is None:
        raise MissingRecord(_("There is no such approval."), where=Where(model=REQUEST, record=request_id))
    if request.state != "running" or _count(request, "approved") or _count(request, "passed"):
        return False
    step = request.plan[request.level - 1]
    found = find_approvers(system, step, request.submitter.id)
    asked = system[TASK].search(_at_level(request, "waiting"))
    now_asked = {task.approver.id for task in asked}
    if now_asked == set(found.people):
        return False
    request.turns += 1
    for task in asked:
        if task.approver.id not in found.people:
            task.update(state="closed", decided_at=env.now())
    request.need = found.need
    system.flush()
    running.ask(system, request, step, [person for person in found.people if person not in now_asked])
    return True


def match_all_again(env: Environment) -> int:
    """Find the approvers of every running request anew; return how many now wait for others."""
    running_ids = [row["id"] for row in system_of(env)[REQUEST].read([["state", "=", "running"]], ["id"])]
    return sum(match_again(env, number) for number in running_ids)


def _taken(env: Environment, task_id: int) -> tuple[Any, Any]:
    """Return a task that the user may decide now, and its request, whose turn is written so that only one of two at once gets it."""
    system = system_of(env)
    task = system.browse(TASK, task_id)
    if task is None:
        raise MissingRecord(_("There is no such approval."), where=Where(model=TASK, record=task_id))
    request = task.request
    if not may_decide(env, task):
        raise AccessDenied(
            _('"%(title)s" waits for %(names)s, not for you.', title=request.title, names=task.approver.name),
            code="access_denied.approval",
        )
    if request.state != "running" or task.state != "waiting":
        raise _over(request, task)
    request.turns += 1
    return task, request


def _over(request: Any, task: Any = None) -> ConflictError:
    """Build (not raise) the refusal to decide on what is decided: it says how, and by whom."""
    env = request.env
    domain = [["request", "=", request.id], ["decided_by", "is_set"], ["state", "!=", "passed"]]
    last = env[TASK].search(domain, order="decided_at desc, id desc", limit=1)
    options: Any = env.registry[TASK].fields["state"]
    shown = last[0] if last else task
    return ConflictError(
        _(
            '"%(title)s" was decided already: %(decision)s, %(name)s.',
            title=request.title,
            decision=_(options.options[shown.state]) if shown is not None else "–",
            name=shown.decided_by.name if shown is not None and shown.decided_by is not None else "–",
        ),
        code="conflict.approval_decided",
    )


def _at_level(request: Any, state: str) -> list[Any]:
    return [["request", "=", request.id], ["level", "=", request.level], ["state", "=", state]]


def _count(request: Any, state: str) -> int:
    return int(request.env[TASK].count(_at_level(request, state)))


def _remark(env: Environment, remark: str | None, *, needed: bool) -> str | None:
    said = (remark or "").strip()
    if len(said) > LONGEST_REMARK:
        raise ValidationError(
            _(
                "A remark has at most %(count)s characters, this has %(length)s.",
                count=LONGEST_REMARK,
                length=len(said),
            ),
            field="remark",
        )
    if needed and not said and get_parameter(env, "crm_approval.remark_required"):
        raise ValidationError(_("Say why."), field="remark")
    return said or None
