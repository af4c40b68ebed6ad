"""How a request runs: held when somebody submits, from level to level, until the change of state is made or given up (APPR-03 to 13)."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_approval.services import deputies, telling
from addons.crm_approval.services.common import (
    IN_APPROVAL,
    REQUEST,
    TASK,
    open_key,
    set_state,
)
from addons.crm_approval.services.flows import applies, flows_for, plan_of
from addons.crm_approval.services.people import find_approvers
from addons.crm_approval.services.subjects import transition_of
from core.api import SYSTEM_UID, ActionInfo, ConflictError, Environment, ValidationError, Where, _, system_of

_RUNS = "crm_approval.runs"


def hold(env: Environment, record: Any, transition: ActionInfo) -> dict[str, Any] | None:
    """Hold a change of state for approval where a flow applies and a level of it does.

    What the system does by itself (data files, jobs) is not held: nobody submitted it.

    Args:
        env: Who submits.
        record: The record, in its old state.
        transition: The change of state.

    Returns:
        What the caller is told: the id of the request and whom it waits for. None: nobody must agree.

    Raises:
        ConflictError: The record is in approval already.
    """
    model, number = record._info.name, record.id
    if env.cache.get(_RUNS) == (model, number, transition.name):
        return None
    refuse_if_open(env, model, number)
    flows = flows_for(env, model, number, transition.name) if env.uid != SYSTEM_UID else []
    if not flows:
        return None
    request = _start(env, record, transition, flows, again=False)
    if not _advance(system_of(env), request):
        _close(request, "approved")
        return None
    _mark(record, transition)
    return {"request": request.id, "waits_for": waits_for(env, request)}


def ask_again(env: Environment, record: Any, transition: ActionInfo, flows: Sequence[Mapping[str, Any]]) -> None:
    """Ask for approval of a record that was approved before and whose figures were changed since (APPR-08, D28).

    The change of state is not made a second time: once approved again, the record has the state that it had.
    """
    request = _start(env, record, transition, flows, again=True)
    if not _advance(system_of(env), request):
        _close(request, "approved")
        return
    _mark(record, transition)


def refuse_if_open(env: Environment, model: str, number: int) -> None:
    """Refuse what can't be done with a record in approval.

    Raises:
        ConflictError: It is; the message names whom it waits for.
    """
    request = open_request(env, model, number)
    if request is not None:
        raise locked(env, request)


def locked(env: Environment, request: Any) -> ConflictError:
    """Build (not raise) the refusal to change a record in approval."""
    return ConflictError(
        _('"%(title)s" is in approval and waits for %(names)s.', title=request.title, names=waits_for(env, request)),
        code="conflict.in_approval",
        hint=_("it can be changed once it was decided, sent back or withdrawn"),
        where=Where(model=request.model, record=request.record_id),
    )


def open_request(env: Environment, model: str, number: int) -> Any:
    """Return the running request of a record, or None."""
    found = system_of(env)[REQUEST].search([["open_key", "=", open_key(model, number)]], limit=1)
    return found[0] if found else None


def waits_for(env: Environment, request: Any) -> str:
    """Return the names of those whose decision a request waits for."""
    domain = [["request", "=", request.id], ["state", "=", "waiting"]]
    names = [row["approver.name"] for row in system_of(env)[TASK].read(domain, ["approver.name"], order="id", limit=20)]
    return ", ".join(str(name) for name in names) or "–"


def is_running(env: Environment, model: str, number: int) -> bool:
    """Whether the change of state of a record is being made after its approval: what it writes needs no new one."""
    return bool(env.cache.get(_RUNS, ())[:2] == (model, number))


def _start(
    env: Environment, record: Any, transition: ActionInfo, flows: Sequence[Mapping[str, Any]], *, again: bool
) -> Any:
    system, info, first = system_of(env), record._info, flows[0]
    values = {
        "flow": first["id"],
        "edition": first["edition"],
        "model": info.name,
        "record_id": record.id,
        "transition": transition.name,
        "title": str(record.display_name)[:200],
        "amount": _amount(system, info, record.id, first["amount_field"]),
        "submitter": env.uid,
        "submitted_at": env.now(),
        "origin": transition.source[0] if again and transition.source else getattr(record, str(transition.field)),
        "again": again,
        "plan": plan_of(env, flows),
        "open_key": open_key(info.name, record.id),
    }
    try:
        request = system[REQUEST].create(values)
        system.flush()
    except ValidationError as error:
        if error.code != "validation.unique":
            raise
        # Somebody else submitted the same record at the same moment.
        raise ConflictError(
            _('"%(title)s" was just submitted by somebody else.', title=values["title"]),
            code="conflict.in_approval",
            where=Where(model=info.name, record=record.id),
        ) from error
    return request


def _amount(system: Environment, info: Any, number: int, name: str | None) -> Any:
    """Return what the approver sees as the amount: the field that the flow names, else ``amount``, else the first amount there is."""
    if not name:
        money = [field.name for field in info.fields.values() if field.kind == "money" and field.is_stored]
        name = "amount" if "amount" in money else next(iter(money), None)
    if name is None or name not in info.fields:
        return None
    return system[info.name].read([["id", "=", number]], [name])[0][name]


def _mark(record: Any, transition: ActionInfo) -> None:
    field = record._info.fields[str(transition.field)]
    if IN_APPROVAL in field.options:
        set_state(record, field.name, IN_APPROVAL)


def _advance(system: Environment, request: Any) -> bool:
    """Go on to the next level that somebody must still decide; return whether there is one."""
    plan = request.plan
    for number in range(request.level + 1, len(plan) + 1):
        step = plan[number - 1]
        request.level = number
        if not applies(system, request.model, request.record_id, step):
            _note(system, request, step, state="skipped")
            continue
        found = find_approvers(system, step, request.submitter.id)
        asked = _agreed(system, request)
        same = [person for person in found.people if person in asked][: found.need]
        for person in same:
            _note(system, request, step, state="same", approver=person)
        if len(same) >= found.need and found.need:
            continue
        request.need = max(found.need - len(same), 1)
        ask(system, request, step, [person for person in found.people if person not in asked])
        return True
    system.flush()
    return False


def ask(system: Environment, request: Any, step: Mapping[str, Any], people: list[int]) -> None:
    """Give the task of the present level to people, and tell them."""
    standing = deputies.deputies_of(system, people, request.submitter.id)
    now = system.now()
    rows = [
        {
            "request": request.id,
            "level": request.level,
            "step": step["name"],
            "approver": person,
            "deputy": standing.get(person),
            "state": "waiting",
            "started_at": now,
        }
        for person in people
    ]
    system[TASK].create(rows)
    system.flush()
    telling.tell_waiting(system, request, [*people, *standing.values()])


def _note(
    system: Environment, request: Any, step: Mapping[str, Any], *, state: str, approver: int | None = None
) -> None:
    now = system.now()
    values = {"level": request.level, "step": step["name"], "state": state, "approver": approver}
    system[TASK].create({"request": request.id, "started_at": now, "decided_at": now, **values})


def _agreed(system: Environment, request: Any) -> set[int]:
    """Return who approved an earlier level of the request, themselves or by a substitute, and the substitutes (D6)."""
    domain = [["request", "=", request.id], ["state", "=", "approved"]]
    rows = system[TASK].read(domain, ["approver", "decided_by"])
    return {row[name] for row in rows for name in ("approver", "decided_by") if row[name] is not None}


def _close(request: Any, state: str) -> None:
    request.update(state=state, open_key=None, decided_at=request.env.now())
    request.env.flush()


def drop_waiting(system: Environment, request: Any) -> None:
    """Take back what others are still asked."""
    now = system.now()
    for task in system[TASK].search([["request", "=", request.id], ["state", "=", "waiting"]]):
        task.state, task.decided_at = "closed", now
    system.flush()


def go_on(system: Environment, request: Any) -> bool:
    """Go on after a level was approved: to the next, or to the change of state itself; return whether the request ended.

    Raises:
        ValidationError: The change of state refuses, such as for want of lines; then nothing is decided.
        AccessDenied: The submitter may no longer make it.
    """
    drop_waiting(system, request)
    if _advance(system, request):
        return False
    _close(request, "approved")
    record = _record(system, request)
    action = transition_of(system, request.model, request.transition)
    if request.again:
        set_state(record, str(action.field), str(action.target))
    else:
        _put_back(record, action, request.origin)
        _run(system, request, record.id)
    telling.tell_submitter(system, request)
    return True


def end(system: Environment, request: Any, state: str) -> None:
    """Give a request up: refused, sent back or withdrawn; the record has the state from which it was submitted, and can be changed."""
    drop_waiting(system, request)
    _close(request, state)
    action = transition_of(system, request.model, request.transition)
    record = system.browse(request.model, request.record_id) if action is not None else None
    if record is not None:
        _put_back(record, action, request.origin, even_if_done=bool(request.again))
    if state != "withdrawn":
        telling.tell_submitter(system, request)


def _record(system: Environment, request: Any) -> Any:
    known = transition_of(system, request.model, request.transition) is not None
    record = system.browse(request.model, request.record_id) if known else None
    if record is None:
        raise ConflictError(
            _('"%(title)s" is not there any more.', title=request.title),
            code="conflict.approval_gone",
            hint=_("reject it, to close the approval"),
        )
    return record


def _put_back(record: Any, action: ActionInfo, origin: str | None, *, even_if_done: bool = False) -> None:
    """Give a record the state from which it was submitted."""
    field = str(action.field)
    if origin and (getattr(record, field) == IN_APPROVAL or even_if_done):
        set_state(record, field, origin)


def _run(system: Environment, request: Any, number: int) -> None:
    """Make the change of state in the name of who submitted it, with their rights."""
    theirs = system.as_user(request.submitter.id)
    theirs.cache[_RUNS] = (request.model, number, request.transition)
    try:
        getattr(theirs.browse(request.model, number), request.transition)()
        theirs.flush()
    finally:
        theirs.cache.pop(_RUNS, None)
