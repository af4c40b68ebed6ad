"""GET /access/why: why somebody may, or may not, do something with a record; who else can; what if (layer base; design 1.10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.access.explain import explain
from core.access.explanation import Assumption, Explanation, Step, Viewer
from core.access.guard import guard_of
from core.access.operations import OPERATIONS, operation_label
from core.access.who import who_can
from core.base.pages.administrators import bad_value, for_administrators, number_of
from core.errors import UnknownModelError
from core.i18n import _, formats
from core.render.form import Option
from core.render.values import initials_of, tint_of
from core.web.api import query
from core.web.errors import not_found
from core.web.pages.addresses import record_url, with_query
from core.web.pages.frame import framed
from core.web.pages.search import quick_domain
from core.web.pages.viewing import view_for
from core.web.request import json_response

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.request import Response

PARAMETERS = ("user", "model", "record", "operation", "what", "groups", "position", "mode", "without", "menu")
MODES: Mapping[str, Any] = {
    "private": _("Private"),
    "public_read": _("Public read"),
    "public_write": _("Public read and write"),
}
MOST_VIEWERS = 60
OFFERED = 20


@for_administrators
def show_why(call: Call) -> Response:
    """GET /access/why; what is not chosen yet is asked for.

    Raises:
        RequestError: A parameter is wrong (400).
    """
    args = call.request.args
    query.only(call.request, PARAMETERS)
    info = _model(call, args.get("model", ""))
    operation = args.get("operation") or "read"
    if operation not in OPERATIONS:
        raise bad_value("operation", operation)
    user = number_of(args["user"], "user") if args.get("user") else call.env.uid
    person = _person(call, user)
    number = number_of(args["record"], "record") if args.get("record") else None
    title = _title(call, info, number)
    found = explain(call.env, user, (info.name, number), operation) if number is not None else None
    return framed(
        call,
        "why.html",
        call.text(_("Why can somebody see this?")),
        user=person,
        users_url="/choices/core.department/head",
        about=info.name,
        label=call.text(_(info.label)),
        models=model_options(call, info.name),
        record=None if number is None else {"id": number, "name": title, "url": record_url(info.name, number)},
        records_url=f"/access/records/{info.name}",
        operation=operation,
        operations=[Option(name, call.text(operation_label(name)), name == operation) for name in OPERATIONS],
        answer=None if found is None else _answer(call, found),
        viewers=[] if number is None else _viewers(call, info, number, operation),
        most=MOST_VIEWERS,
        what=None if found is None else _what_if(call, info, found),
    )


@for_administrators
def offer_records(call: Call, model: str) -> Response:
    """GET /access/records/<model>?q=…: records for the selection box, as ``/choices`` answers."""
    info = _model(call, model)
    query.only(call.request, ("q",))
    typed = call.request.args.get("q", "").strip()[:100]
    domain = quick_domain(call, info, view_for(call.env, info.name, "search"), typed) if typed else None
    rows = call.env[info.name].read(domain, ["id", "display_name"], None, OFFERED + 1)
    choices = [{"id": row["id"], "text": call.text(str(row["display_name"]))} for row in rows[:OFFERED]]
    return json_response({"choices": choices, "more": len(rows) > OFFERED, "create": False})


def model_options(call: Call, chosen: str) -> list[tuple[str, list[Option]]]:
    """Return the models to choose from, by addon: those of business first."""
    groups: dict[str, list[Option]] = {}
    for name, info in call.env.registry.models.items():
        if not info.abstract:
            groups.setdefault(info.addon, []).append(Option(name, call.text(_(info.label)), name == chosen))
    addons = call.host.addons
    ordered = sorted(groups, key=lambda addon: (addon == "base", addon))
    return [(call.text(_(addons[addon].title)) if addon in addons else addon, groups[addon]) for addon in ordered]


def _model(call: Call, name: str) -> ModelInfo:
    """Return the model asked about; the first of business where none is named.

    Raises:
        MissingRecord: There is none of this name.
    """
    if not name:
        name = next(option.key for _addon, options in model_options(call, "") for option in options)
    try:
        info = call.env.registry[name]
    except UnknownModelError:
        raise not_found() from None
    if info.abstract:
        raise not_found()
    return info


def _person(call: Call, number: int) -> dict[str, Any]:
    rows = call.env["core.user"].read(
        [["id", "=", number]], ["name", "position.display_name", "department.display_name"], None, 1
    )
    if not rows:
        raise not_found()
    row = rows[0]
    place = " · ".join(str(row[key]) for key in ("position.display_name", "department.display_name") if row[key])
    return {
        "id": number,
        "name": row["name"],
        "place": place,
        "initials": initials_of(row["name"]),
        "tint": tint_of(number),
    }


def _title(call: Call, info: ModelInfo, number: int | None) -> str:
    if number is None:
        return ""
    rows = call.env[info.name].read([["id", "=", number]], ["display_name"], None, 1)
    return call.text(str(rows[0]["display_name"])) if rows else f"#{number}"


def _answer(call: Call, found: Explanation) -> dict[str, Any]:
    word = call.text(operation_label(found.operation))
    head = _("May %(operation)s", operation=word) if found.allowed else _("May not %(operation)s", operation=word)
    return {
        "is_allowed": found.allowed,
        "head": call.text(head),
        "summary": call.text(found.summary),
        "detail": call.text(found.deciding.detail) if found.deciding is not None and found.deciding.detail else "",
        "operations": [(call.text(operation_label(name)), may) for name, may in found.operations.items()],
        "sections": [
            _section(
                call, _("Function right"), _("Does a role allow it on this object?"), found.rights, found.right, None
            ),
            _section(
                call,
                _("For everybody"),
                _("conditions that hold for all; every one is needed"),
                found.globals,
                all(step.holds for step in found.globals),
                found.deciding,
            ),
            _section(
                call,
                _("What opens it"),
                _("one is enough"),
                found.grants,
                any(step.holds for step in found.grants),
                found.deciding,
            ),
        ],
        "hidden": [
            (call.text(_(field.label)), call.text(_holders(call, field.holders)), field.source)
            for field in found.hidden
        ],
        "special": [call.text(_(_special_label(call, name))) for name in found.special],
        "sql": found.sql,
    }


def _section(
    call: Call, title: Any, note: Any, steps: tuple[Step, ...], holds: bool, deciding: Step | None
) -> dict[str, Any]:
    return {
        "title": call.text(title),
        "note": call.text(note),
        "holds": holds,
        "count": call.text(
            _("%(held)s of %(all)s hold", held=f"{sum(step.holds for step in steps)}", all=f"{len(steps)}")
        ),
        "steps": [
            {
                "holds": step.holds,
                "label": call.text(step.label),
                "detail": call.text(step.detail) if step.detail is not None else "",
                "source": step.source,
                "domain": "" if step.domain in (None, [], {}) else str(step.domain),
                "decides": step is deciding,
            }
            for step in steps
        ],
    }


def _holders(call: Call, holders: tuple[str, ...]) -> Any:
    if not holders:
        return _("Taken away in person or through the department.")
    policy = guard_of(call.env).policy(call.env)
    special = policy.declarations.special
    names = [
        call.text(_(special[name].label if name in special else policy.group_label(name, call.lang)))
        for name in holders
    ]
    return _("only for %(names)s", names=", ".join(names))


def _special_label(call: Call, name: str) -> str:
    declared = guard_of(call.env).declarations.special.get(name)
    return declared.label if declared is not None else name


def _viewers(call: Call, info: ModelInfo, number: int, operation: str) -> list[dict[str, Any]]:
    parameters = {"model": info.name, "record": number, "operation": operation}
    return [_viewer(call, viewer, parameters) for viewer in who_can(call.env, (info.name, number), operation)]


def _viewer(call: Call, viewer: Viewer, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": viewer.user,
        "name": viewer.name,
        "reason": call.text(viewer.reason),
        "writes": viewer.writes,
        "initials": initials_of(viewer.name),
        "tint": tint_of(viewer.user),
        "url": with_query("/access/why", {**parameters, "user": viewer.user}),
    }


def _what_if(call: Call, info: ModelInfo, found: Explanation) -> dict[str, Any]:
    """Return what can be assumed, what is, and what would follow."""
    args, env = call.request.args, call.env
    user = env["core.user"].get(found.user)
    own = {group.id for group in user.groups}
    chosen = {number_of(text, "groups") for text in args.getlist("groups")} if args.get("what") else own
    groups = env["core.group"].search()
    position = args.get("position", "")
    mode = args.get("mode", "")
    if mode and mode not in MODES:
        raise bad_value("mode", mode)
    without = {number_of(text, "without") for text in args.getlist("without")}
    shares = _shares(call, info, found.record)
    result = None
    if args.get("what"):
        assumed = Assumption(
            groups=None if chosen == own else tuple(group.key for group in groups if group.id in chosen),
            position=number_of(position, "position") if position else None,
            mode=mode or None,
            without_shares=tuple(sorted(without)),
        )
        then = explain(env, found.user, (info.name, found.record), found.operation, assume=assumed)
        result = {**_answer(call, then), "is_changed": then.allowed != found.allowed}
    return {
        "groups": [Option(str(group.id), call.text(group.label), group.id in chosen) for group in groups],
        "positions": [
            Option(str(each.id), each.name, str(each.id) == position) for each in env["core.position"].search()
        ],
        "position": user.position.name if user.position is not None else "",
        "modes": [Option(key, call.text(label), key == mode) for key, label in MODES.items()],
        "shares": [(number, text, number in without) for number, text in shares],
        "result": result,
    }


def _shares(call: Call, info: ModelInfo, record: int) -> list[tuple[int, str]]:
    rows = call.env["core.share"].read(
        [["model", "=", info.name], ["record_id", "=", record]],
        ["id", "user.display_name", "team.display_name", "department.display_name", "access", "until"],
    )
    fields = call.env.registry["core.share"].fields
    found = []
    for row in rows:
        who = next(
            (row[key] for key in ("user.display_name", "team.display_name", "department.display_name") if row[key]), ""
        )
        access = call.text(_(fields["access"].options[row["access"]]))  # type: ignore[attr-defined]  # a selection
        until = f" · {formats.date(row['until'], call.lang, 'table')}" if row["until"] else ""
        found.append((row["id"], f"{who} · {access}{until}"))
    return found
