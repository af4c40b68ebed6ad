"""What the pages of requests show: plain values in the words of who reads (APPR-06, APPR-09)."""

from typing import Any

from addons.crm_approval.services.common import MANAGER, REQUEST
from addons.crm_approval.services.history import Entry, entries_of
from addons.crm_approval.services.offering import own_task
from addons.crm_approval.services.parts import is_entered, lines_of
from addons.crm_approval.services.subjects import label_of
from addons.crm_approval.services.waiting import words_since
from core.api import AccessDenied, Environment, MissingRecord, Where, _, formatter_for, system_of

FEW_FIELDS = 12
MANY_LINES = 50
MOST_COLUMNS = 8
_KINDS = frozenset(
    {"char", "sequence", "money", "decimal", "integer", "date", "datetime", "selection", "many2one", "text"}
)


def find_request(env: Environment, number: int) -> Any:
    """Return a request that the user may see: who submitted it, was asked, administers approvals, or may read its record.

    Raises:
        MissingRecord: There is none, or not for this user.
    """
    request = system_of(env).browse(REQUEST, number)
    if request is not None:
        if env[REQUEST].exists([["id", "=", number]]) or own_task(env, number) is not None:
            return request
        if can_read(env, request.model, request.record_id):
            return request
    raise MissingRecord(_("There is no such approval."), where=Where(model=REQUEST, record=number))


def can_read(env: Environment, model: str, number: int) -> bool:
    """Whether the user may read a record."""
    try:
        return model in env.registry.models and bool(env[model].exists([["id", "=", number]]))
    except AccessDenied:
        return False


def require_record(env: Environment, model: str, number: int) -> Any:
    """Return a record that the user may read.

    Raises:
        MissingRecord: There is none.
    """
    if not can_read(env, model, number):
        raise MissingRecord(_("There is no such record."), where=Where(model=model, record=number))
    return env[model].get(number)


def request_data(env: Environment, request: Any) -> dict[str, Any]:
    """Return what the page of a request shows."""
    formatter = formatter_for(env)
    fields = env.registry[REQUEST].fields
    task = own_task(env, request.id) if request.state == "running" else None
    is_manager = env.guard.has_group(env, MANAGER)
    readable = can_read(env, request.model, request.record_id)
    return {
        "id": request.id,
        "title": request.title,
        "kind": label_of(env, request.model, request.transition),
        "amount": formatter.show(fields["amount"], request.amount).text,
        "who": request.submitter.name,
        "since": words_since(env, request.submitted_at),
        "state": request.state,
        "state_text": formatter.show(fields["state"], request.state).text,
        "level": request.level,
        "levels": len(request.plan or []),
        "again": request.again,
        "task": None if task is None else task.id,
        "away": task.approver.name if task is not None and task.approver.id != env.uid else "",
        "may_withdraw": request.state == "running" and (request.submitter.id == env.uid or is_manager),
        "may_match": request.state == "running" and is_manager,
        "record_url": f"/records/{request.model}/{request.record_id}" if readable else None,
        "facts": _facts(env, request, formatter) if readable or task is not None else [],
        "lines": _lines(env, request, formatter) if readable or task is not None else None,
        "entries": [shown_entry(env, entry) for entry in entries_of(env, [request.id], waiting=True)],
        "coming": [_step_name(env, step) for step in (request.plan or [])[request.level :]]
        if request.state == "running"
        else [],
    }


def shown_entry(env: Environment, entry: Entry) -> dict[str, Any]:
    """Return a line of the history with its time in words."""
    field = env.registry["crm.approval.task"].fields["decided_at"]
    when = "" if entry.at is None else formatter_for(env).show(field, entry.at).text
    return {
        **{name: getattr(entry, name) for name in ("level", "step", "state", "words", "approver", "by", "remark")},
        "when": when,
    }


def history_data(env: Environment, model: str, number: int) -> list[dict[str, Any]]:
    """Return the approvals of a record, the latest first, each with its decisions."""
    system, formatter = system_of(env), formatter_for(env)
    fields = env.registry[REQUEST].fields
    found = system[REQUEST].search([["model", "=", model], ["record_id", "=", number]], order="id desc", limit=20)
    entries = entries_of(env, [request.id for request in found], waiting=True) if found else []
    return [
        {
            "id": request.id,
            "kind": label_of(env, model, request.transition),
            "who": request.submitter.name,
            "when": formatter.show(fields["submitted_at"], request.submitted_at).text,
            "state": request.state,
            "state_text": formatter.show(fields["state"], request.state).text,
            "amount": formatter.show(fields["amount"], request.amount).text,
            "again": request.again,
            "entries": [shown_entry(env, entry) for entry in entries if entry.request == request.id],
        }
        for request in found
    ]


def _step_name(env: Environment, step: dict[str, Any]) -> str:
    return str(env.services.text(_(step["name"]), env.lang))


def _facts(env: Environment, request: Any, formatter: Any) -> list[tuple[str, str]]:
    """Return label and value of the first fields of the record; an approver sees them even where they can't open it."""
    record, info = _record(env, request), env.registry.models.get(request.model)
    if record is None or info is None:
        return []
    hidden, found = env.hidden_fields(info, "read"), []
    for field in info.fields.values():
        if (
            field.kind in _KINDS
            and field.name not in hidden
            and (is_entered(field) or field.kind in ("money", "sequence"))
        ):
            text = _text(field, getattr(record, field.name), formatter)
            if text:
                found.append((str(env.services.text(_(field.label), env.lang)), text[:200]))
    return found[:FEW_FIELDS]


def _lines(env: Environment, request: Any, formatter: Any) -> dict[str, Any] | None:
    """Return the lines of the record as a table."""
    record = _record(env, request)
    parts = lines_of(env, request.model) if record is not None else {}
    for model, back in parts.items():
        info = env.registry.models[model]
        hidden = env.hidden_fields(info, "read")
        fields: list[Any] = [
            field
            for field in info.fields.values()
            if field.kind in _KINDS - {"text"} and field.is_stored and field.name not in {back, "sequence", *hidden}
            and field.name not in ("created_at", "created_by", "updated_at", "updated_by", "version")
        ]  # fmt: skip
        rows = system_of(env)[model].search([[back, "=", record.id]], limit=MANY_LINES)
        texts = [[_text(field, getattr(row, field.name), formatter) for field in fields] for row in rows]
        used = [place for place in range(len(fields)) if any(line[place] for line in texts)][:MOST_COLUMNS]
        return {
            "heads": [str(env.services.text(_(fields[place].label), env.lang)) for place in used],
            "numbers": [fields[place].kind in ("money", "decimal", "integer") for place in used],
            "rows": [[line[place] for place in used] for line in texts],
        }
    return None


def _record(env: Environment, request: Any) -> Any:
    system = system_of(env)
    return system.browse(request.model, request.record_id) if request.model in env.registry.models else None


def _text(field: Any, value: Any, formatter: Any) -> str:
    if value is None:
        return ""
    if field.kind == "many2one":
        return str(value.display_name)
    return str(formatter.show(field, value).text)
