"""``/access/matrix``: roles × objects × rights, with who gains and who loses before saving (layer base; CORE-24, CORE-26, CORE-29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.access.operations import OPERATIONS, operation_label
from core.base.pages.administrators import bad_value, for_administrators
from core.base.services.rights_matrix import (
    Change,
    Effect,
    Matrix,
    check_change,
    group_rows,
    merged,
    read_change,
    save_changes,
)
from core.errors import ValidationError
from core.i18n import _
from core.render.shell import Notice
from core.web.api import query
from core.web.call import Answered
from core.web.pages.addresses import with_query
from core.web.pages.frame import framed, go_to

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.request import Response

PARAMETERS = ("roles", "addon", "q", "all", "changed")
FIT = 3
"""Roles shown where none are chosen."""
MOST_ROLES = 8
MOST_CHANGES = 500
USUAL = ("create", "read", "update", "delete", "export", "print")
SCOPES: Mapping[str, Any] = {"all": _("all"), "own": _("own"), "rules": _("by rule"), "": _("allowed")}
MARKS: Mapping[str, Any] = {"all": _("A"), "own": _("O"), "rules": _("R")}
"""Letters of the scopes, explained above the table."""
STATES: Mapping[str, Any] = {"hide": _("hidden"), "show": _("read only"), "edit": _("may change")}
ICONS = {
    "create": "plus", "read": "eye", "update": "pencil", "delete": "trash", "export": "download", "print": "printer",
    "import": "upload", "approve": "rubber-stamp", "assign": "user-share",
}  # fmt: skip
_SHOWN_PEOPLE = 8


@for_administrators
def show_matrix(call: Call) -> Response:
    """GET /access/matrix: ``roles`` (keys with commas), ``addon``, ``q``, ``all`` (all nine rights), ``changed`` (only what was changed)."""
    query.only(call.request, PARAMETERS)
    return _page(call, [], "", {})


@for_administrators
def show_effects(call: Call) -> Response:
    """POST /access/matrix/effects: the part of the page that tells who gains and who loses; changes nothing."""
    changes = _changes(call)
    return call.page(
        "matrix_effects.html", **_effects(call, changes), faults={}, reason=call.request.form.get("reason", "")
    )


@for_administrators
def save_matrix(call: Call) -> Response:
    """POST /access/matrix: fields ``change`` (several) and ``reason``.

    Raises:
        RequestError: A change is malformed (400).
    """
    changes = _changes(call)
    reason = call.request.form.get("reason", "")[:500]
    try:
        with call.env.savepoint():
            save_changes(call.env, changes, reason)
    except ValidationError as error:
        raise Answered(
            _page(call, changes, reason, {error.where.field or "": call.text(error.message)}, 422)
        ) from error
    told = call.text(_("Saved: %(count)s rights. They hold from the next request on.", count=f"{len(changes)}"))
    return go_to(call.request.full_path.rstrip("?"), Notice(told))


def _changes(call: Call) -> list[Change]:
    sent = call.request.form.getlist("change")
    if len(sent) > MOST_CHANGES:
        raise bad_value("change", f"{len(sent)}")
    try:
        changes = merged(read_change(text) for text in sent)
        for change in changes:
            check_change(call.env, change)
    except ValidationError as error:
        raise bad_value("change", call.text(error.message)) from error
    return changes


def _page(call: Call, changes: Sequence[Change], reason: str, faults: Mapping[str, str], status: int = 200) -> Response:
    args = call.request.args
    groups = group_rows(call.env)
    keys = [key for key in args.get("roles", "").split(",") if key]
    unknown = next((key for key in keys if key not in {group.key for group in groups}), None)
    if unknown is not None or len(keys) > MOST_ROLES:
        raise bad_value("roles", unknown or args["roles"])
    chosen = [group for group in groups if group.key in keys] or _usual_roles(groups)
    operations = OPERATIONS if args.get("all") else USUAL
    matrix = Matrix(call.env, changes)
    wished = {(c.model, c.field, c.operation, c.group) for c in changes}
    names = [group.key for group in chosen]
    given = {name: args[name] for name in PARAMETERS if args.get(name)}
    parts = _models(call, args)
    sections = []
    for addon, models in parts:
        rows = [_row(call, matrix, info, names, operations, wished) for info in models]
        rows = [row for row in rows if not args.get("changed") or row["is_changed"]]
        if rows:
            sections.append((addon, rows))
    return framed(
        call,
        "matrix.html",
        call.text(_("Rights matrix")),
        status=status,
        roles=[{"key": g.key, "label": call.text(g.label), "count": len(g.users)} for g in chosen],
        others=[
            {"label": call.text(g.label), "url": with_query("/access/matrix", {**given, "roles": [*names, g.key]})}
            for g in groups
            if g.key not in names
        ],
        without={
            key: with_query("/access/matrix", {**given, "roles": [name for name in names if name != key]})
            for key in names
        },
        role_count=len(groups),
        model_count=sum(len(rows) for _addon, rows in sections),
        operations=[
            {"name": name, "label": call.text(operation_label(name)), "icon": ICONS[name]} for name in operations
        ],
        sections=sections,
        addons=[{"key": key, "label": label, "is_on": args.get("addon") == key} for key, label in _addon_options(call)],
        typed=args.get("q", ""),
        given=given,
        action=with_query("/access/matrix", given),
        toggles=[
            (call.text(_("All rights")), bool(args.get("all")), _toggled(given, "all")),
            (call.text(_("Only what was changed")), bool(args.get("changed")), _toggled(given, "changed")),
        ],
        legend=[(call.text(MARKS[key]), call.text(SCOPES[key])) for key in MARKS],
        marks={"all": call.text(MARKS["all"]), "own": call.text(MARKS["own"]), "rules": call.text(MARKS["rules"])},
        states={key: call.text(label) for key, label in STATES.items()},
        changes=["|".join((c.model, c.field, c.operation, c.group, c.wish)) for c in changes],
        faults=faults,
        reason=reason,
        **_effects(call, changes),
    )


def _toggled(given: Mapping[str, str], name: str) -> str:
    return with_query("/access/matrix", {**given, name: None if given.get(name) else "1"})


def _usual_roles(groups: Sequence[Any]) -> list[Any]:
    """Return the roles shown at first: those with most members, of business before those of the base addon."""
    ranked = sorted(groups, key=lambda group: (group.addon == "base", -len(group.users)))[:FIT]
    return [group for group in groups if group in ranked]


def _addon_options(call: Call) -> list[tuple[str, str]]:
    addons = call.host.addons
    names = dict.fromkeys(info.addon for info in call.env.registry.models.values() if not info.abstract)
    found = [(name, call.text(_(addons[name].title)) if name in addons else name) for name in names]
    return sorted(found, key=lambda pair: (pair[0] == "base", pair[1]))


def _models(call: Call, args: Mapping[str, str]) -> list[tuple[str, list[ModelInfo]]]:
    """Return the objects shown by addon; those of the base addon only where they are asked for, or there are no others."""
    options = _addon_options(call)
    wanted, typed = args.get("addon"), args.get("q", "").strip().lower()
    if wanted and wanted not in dict(options):
        raise bad_value("addon", wanted)
    if not wanted and not typed and len(options) > 1:
        options = [option for option in options if option[0] != "base"]
    found = []
    for name, label in options:
        models = [
            info
            for info in call.env.registry.models.values()
            if not info.abstract
            and info.addon == name
            and wanted in (None, "", name)
            and (not typed or typed in info.name or typed in call.text(_(info.label)).lower())
        ]
        if models:
            found.append((label, sorted(models, key=lambda info: call.text(_(info.label)))))
    return found


def _row(
    call: Call,
    matrix: Matrix,
    info: ModelInfo,
    groups: Sequence[str],
    operations: Sequence[str],
    wished: set[tuple[str, str, str, str]],
) -> dict[str, Any]:
    label = call.text(_(info.label))
    cells = []
    for group in groups:
        limited = 0
        for operation in operations:
            cell = matrix.cell(info.name, operation, group)
            cells.append(
                {
                    "key": f"{info.name}||{operation}|{group}",
                    "allowed": cell.allowed,
                    "scope": cell.scope,
                    "declared": cell.declared,
                    "wish": cell.wish,
                    "is_new": (info.name, "", operation, group) in wished,
                    "told": call.text(SCOPES[cell.scope]) if cell.allowed else call.text(_("not allowed")),
                    "operation": call.text(operation_label(operation)),
                    "first": operation == next(iter(operations)),
                }
            )
        names = matrix.policy.limited_fields(info.name)
        limited = sum(matrix.field_cell(info.name, name, group).state != "edit" for name in names)
        cells.append({"count": limited})
    fields: list[dict[str, Any]] = []
    for name in matrix.policy.limited_fields(info.name):
        states = []
        for group in groups:
            found = matrix.field_cell(info.name, name, group)
            key = f"{info.name}|{name}||{group}"
            states.append(
                {
                    "key": key,
                    "state": found.state,
                    "declared": found.declared,
                    "wish": found.wish,
                    "is_new": (info.name, name, "", group) in wished,
                }
            )
        fields.append({"label": call.text(_(info.fields[name].label)), "name": name, "cells": states})
    is_changed = any(c.get("wish", "declared") != "declared" for c in cells)
    is_changed |= any(state["wish"] != "declared" for field in fields for state in field["cells"])
    return {"name": info.name, "label": label, "cells": cells, "fields": fields, "is_changed": is_changed}


def _effects(call: Call, changes: Sequence[Change]) -> dict[str, Any]:
    """Return what the side of the page shows."""
    effects = Matrix(call.env, changes).effects(changes) if changes else []
    labels = {group.key: call.text(group.label) for group in group_rows(call.env)}
    lists: dict[str, list[dict[str, Any]]] = {"gains": [], "loses": [], "nobody": []}
    for effect in effects:
        told = _told(call, effect, labels)
        if effect.gains:
            lists["gains"].append({"text": told, "people": _people(call, effect.gains), "count": len(effect.gains)})
        if effect.loses:
            lists["loses"].append({"text": told, "people": _people(call, effect.loses), "count": len(effect.loses)})
        if not effect.gains and not effect.loses:
            lists["nobody"].append({"text": told})
    return {
        "effects": lists,
        "count": len(changes),
        "gainers": len({person for effect in effects for person in effect.gains}),
        "losers": len({person for effect in effects for person in effect.loses}),
    }


def _told(call: Call, effect: Effect, labels: Mapping[str, str]) -> str:
    change = effect.change
    info = call.env.registry[change.model]
    if change.field:
        what = f"{call.text(_(info.label))} · {call.text(_(info.fields[change.field].label))}"
        how = call.text(STATES[change.wish]) if change.wish in STATES else call.text(_("as declared"))
    else:
        what = f"{call.text(_(info.label))} · {call.text(operation_label(change.operation))}"
        words = {"give": _("given"), "take": _("taken"), "declared": _("as declared")}
        how = call.text(words[change.wish])
    return f"{labels.get(change.group, change.group)}: {what} → {how}"


def _people(call: Call, people: Sequence[tuple[int, str]]) -> str:
    join = "、" if call.lang.startswith("zh") else ", "
    shown = join.join(name for _number, name in people[:_SHOWN_PEOPLE])
    more = len(people) - _SHOWN_PEOPLE
    return shown if more <= 0 else f"{shown} {call.text(_('and %(count)s more', count=f'{more}'))}"
