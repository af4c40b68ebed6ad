"""``/access/people``: the employees of a department with roles and reach; one employee's effective rights and where each comes from (layer base; CORE-27)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.access.detail import RightDetail, effective_rights
from core.access.guard import guard_of
from core.access.operations import OPERATIONS, operation_label
from core.base.pages.administrators import bad_value, for_administrators, number_of
from core.base.pages.matrix import SCOPES, STATES
from core.base.pages.tables import SIZE, model_label, paged
from core.base.services.rights_detail import Employee, Right, employees, rights_of
from core.i18n import _
from core.render.admin import AdminRow, AdminTable, Cell
from core.render.extras import Sheet, SheetColumn
from core.render.form import Option
from core.web.api import query
from core.web.errors import not_found
from core.web.pages.addresses import record_url, with_query
from core.web.pages.exporting import export_sheet, formats_offered
from core.web.pages.frame import framed

if TYPE_CHECKING:
    from core.errors import Message
    from core.web.call import Call
    from core.web.request import Response

PATH = "/access/people"
MOST_EXPORTED = 20_000
_HEADS = (_("Employee"), _("Department"), _("Position"), _("Roles"), _("Data scope"))
_RIGHT_HEADS = (_("Object"), _("Right"), _("Which records"), _("Comes from"))
_INDENT = "\u2003"


@for_administrators
def show_people(call: Call) -> Response:
    """GET /access/people; ``department`` narrows to one with those below it, ``former`` shows inactive employees too.

    Raises:
        RequestError: A parameter is wrong (400).
    """
    query.only(call.request, ("department", "former", "page", "menu"))
    department, options = _department(call)
    given = {key: call.request.args[key] for key in ("department", "former") if call.request.args.get(key)}
    page = max(1, query.whole_number(call.request, "page", 1, 100_000))
    former = bool(given.get("former"))
    found = employees(call.env, department, former=former, limit=SIZE + 1, offset=(page - 1) * SIZE)
    shown, older, newer = paged(found, page, lambda number: with_query(PATH, {**given, "page": number}))
    table = AdminTable(
        tuple(call.text(head) for head in _HEADS),
        tuple(_employee_row(call, each) for each in shown),
        "",
        call.text(_("Nobody works here")),
        "users",
        older_url=older,
        newer_url=newer,
    )
    return framed(
        call,
        "people_rights.html",
        call.text(_("Rights by department")),
        table=table,
        departments=options,
        former=former,
        path=PATH,
        exports=_exports(call, PATH, given),
        person=None,
    )


@for_administrators
def export_people(call: Call, form: str) -> Response:
    """GET /access/people/export/<format>: the whole list as a file, noted in the audit log.

    Raises:
        RequestError: A parameter is wrong (400).
        MissingRecord: There is no such format.
    """
    query.only(call.request, ("department", "former"))
    department, _options = _department(call)
    found = employees(call.env, department, former=bool(call.request.args.get("former")), limit=MOST_EXPORTED)
    heads = (_("Employee"), _("User name"), *_HEADS[1:])
    rows = [
        [each.name, each.login, each.department, each.position, _join(call, each.roles), _joined(call, each.reach)]
        for each in found
    ]
    return _sheet(call, form, _("Rights by department"), heads, rows)


@for_administrators
def show_person(call: Call, number: int) -> Response:
    """GET /access/people/<id>: what one employee may do, and which role or grant gives it.

    Raises:
        MissingRecord: There is no such employee.
    """
    query.only(call.request, ("menu",))
    person = _person(call, number)
    rights = rights_of(call.env, number)
    rights.sort(key=lambda right: (not right.model, model_label(call, right.model), right.field))
    table = AdminTable(
        tuple(call.text(head) for head in _RIGHT_HEADS),
        tuple(_right_row(call, at, right) for at, right in enumerate(rights)),
        "",
        call.text(_("No rights at all")),
        "shield-off",
    )
    return framed(
        call,
        "people_rights.html",
        call.text(_("Rights of %(name)s", name=person.name)),
        table=table,
        departments=[],
        former=False,
        path=PATH,
        exports=_exports(call, f"{PATH}/{number}", {}),
        person={
            "place": " · ".join(part for part in (person.position, person.department) if part),
            "roles": _join(call, person.roles),
            "reach": _joined(call, person.reach),
            "url": record_url("core.user", number),
            "active": person.active,
        },
    )


@for_administrators
def export_person(call: Call, number: int, form: str) -> Response:
    """GET /access/people/<id>/export/<format>: every right of one employee as a file, one line for each thing that gives it.

    Raises:
        MissingRecord: There is no such employee or format.
    """
    query.only(call.request, ())
    person = _person(call, number)
    rows = [
        [
            person.name,
            model_label(call, each.model) if each.model else call.text(_("Special right")),
            each.model,
            _operation(call, each),
            call.text(SCOPES[each.scope]) if each.scope else "",
            _origin(call, each.through, each.group or ""),
            each.source,
        ]
        for each in effective_rights(call.env, number)
    ]
    heads = (
        _("Employee"),
        _("Object"),
        _("Technical name"),
        _("Right"),
        _("Which records"),
        _("Comes from"),
        _("Written in"),
    )
    return _sheet(call, form, _("Rights of %(name)s", name=person.name), heads, rows)


def _department(call: Call) -> tuple[int | None, list[Option]]:
    """Return the department asked for and all there are as a tree."""
    wanted = call.request.args.get("department", "")
    number = number_of(wanted, "department") if wanted else None
    rows = call.env["core.department"].read([], ["id", "name", "parent"], None, 5000)
    if number is not None and number not in {row["id"] for row in rows}:
        raise bad_value("department", wanted)
    below: dict[int | None, list[dict[str, Any]]] = {}
    present = {row["id"] for row in rows}
    for row in rows:
        below.setdefault(row["parent"] if row["parent"] in present else None, []).append(row)
    options: list[Option] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        options.append(Option(str(row["id"]), _INDENT * depth + row["name"], row["id"] == number))
        waiting += [(child, depth + 1) for child in reversed(below.get(row["id"], []))]
    return number, options


def _person(call: Call, number: int) -> Employee:
    found = employees(call.env, None, only=number, former=True)
    if not found:
        raise not_found()
    return found[0]


def _employee_row(call: Call, each: Employee) -> AdminRow:
    note = each.login if each.active else f"{each.login} · {call.text(_('inactive'))}"
    return AdminRow(
        each.id,
        (
            Cell(each.name, f"{PATH}/{each.id}", note),
            Cell(each.department),
            Cell(each.position),
            Cell(_join(call, each.roles), is_wide=True),
            Cell(_joined(call, each.reach), is_wide=True),
        ),
    )


def _right_row(call: Call, at: int, right: Right) -> AdminRow:
    if right.field:
        field = call.env.registry[right.model].fields[right.field]
        what = f"{model_label(call, right.model)} · {call.text(_(field.label))}"
        words = call.text(STATES["hide" if right.operations == ("hidden",) else "show"])
        cells = (Cell(what, title=f"{right.model}.{right.field}"), Cell(words), Cell(""), Cell("", note=right.source))
        return AdminRow(at, cells)
    if not right.model:
        special = guard_of(call.env).declarations.special
        names = [call.text(_(special[name].label)) for name in right.operations if name in special]
        first, words = call.text(_("Special right")), _join(call, names)
    else:
        first = model_label(call, right.model)
        known = [name for name in OPERATIONS if name in right.operations]
        words = (
            call.text(_("everything"))
            if len(known) == len(OPERATIONS)
            else _join(call, [call.text(operation_label(name)) for name in known])
        )
    scope = call.text(SCOPES[right.scope]) if right.scope else ""
    origin = _origin(call, right.through, right.group)
    return AdminRow(
        at,
        (
            Cell(first, title=right.model or ", ".join(right.operations)),
            Cell(words, is_wide=True),
            Cell(scope),
            Cell(origin, note=right.source, is_wide=True),
        ),
    )


def _operation(call: Call, each: RightDetail) -> str:
    if each.model:
        return call.text(operation_label(each.operation))
    declared = guard_of(call.env).declarations.special.get(each.operation)
    return call.text(_(declared.label)) if declared is not None else each.operation


def _origin(call: Call, through: Sequence[str], group: str) -> str:
    """Return the roles that lead to a right, the one held directly first."""
    policy = guard_of(call.env).policy(call.env)
    chain = list(through) or ([group] if group else [])
    if not chain:
        return call.text(_("in person or through the department"))
    return " → ".join(policy.group_label(key, call.lang) for key in chain)


def _exports(call: Call, path: str, given: dict[str, str]) -> list[dict[str, str]]:
    offered = formats_offered(call, call.env.registry["core.user"])
    return [{"label": each["label"], "url": with_query(f"{path}/export/{each['name']}", given)} for each in offered]


def _sheet(call: Call, form: str, title: Message, heads: Sequence[Message], rows: list[list[Any]]) -> Response:
    columns = [SheetColumn(call.text(head), "char") for head in heads]
    info = call.env.registry["core.user"]
    return export_sheet(call, info, form, Sheet(call.text(title), columns, rows))


def _joined(call: Call, messages: Sequence[Message]) -> str:
    return _join(call, [call.text(each) for each in messages])


def _join(call: Call, words: Sequence[str]) -> str:
    return ("、" if call.lang.startswith("zh") else ", ").join(words)
