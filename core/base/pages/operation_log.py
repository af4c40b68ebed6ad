"""``/system/history``: who did what to which record, in words (layer base; CORE-69)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.base.pages.administrators import bad_value, for_administrators, number_of
from core.base.pages.tables import SIZE, model_label, paged, record_link, record_names, when
from core.base.pages.why import model_options
from core.i18n import _
from core.render.admin import AdminRow, AdminTable, Cell
from core.render.form import Option
from core.web.api import query
from core.web.pages.addresses import with_query
from core.web.pages.frame import formatter_of, framed

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

PATH = "/system/history"
PARAMETERS = ("model", "user", "operation", "record", "page")


@for_administrators
def show_history(call: Call) -> Response:
    """GET /system/history: ``model``, ``record``, ``user`` and ``operation`` narrow.

    Raises:
        RequestError: A parameter is wrong (400).
    """
    query.only(call.request, PARAMETERS)
    given = {key: value for key, value in call.request.args.items() if value and key != "page"}
    page = max(1, query.whole_number(call.request, "page", 1, 100_000))
    domain: list[Any] = []
    if "model" in given:
        domain.append(["model", "=", given["model"][:128]])
    for name, field in (("user", "user"), ("record", "record_id")):
        if name in given:
            domain.append([field, "=", number_of(given[name], name)])
    operations: Mapping[str, Any] = call.env.registry["core.history"].fields["operation"].options  # type: ignore[attr-defined]  # a selection
    if "operation" in given:
        if given["operation"] not in operations:
            raise bad_value("operation", given["operation"])
        domain.append(["operation", "=", given["operation"]])
    names = ["at", "user", "user.display_name", "operation", "model", "record_id", "field", "old", "new"]
    found = call.env["core.history"].read(domain, names, "id desc", SIZE + 1, (page - 1) * SIZE)
    entries, older, newer = paged(found, page, lambda number: with_query(PATH, {**given, "page": number}))
    called = record_names(
        call, [*((e["model"], e["record_id"]) for e in entries if e["record_id"]), *_related(call, entries)]
    )
    rows = tuple(_row(call, entry, operations, called) for entry in entries)
    heads = (_("Record"), _("What"), _("Old → new"), _("Who"), _("Time"))
    table = AdminTable(
        tuple(call.text(head) for head in heads),
        rows,
        "",
        call.text(_("No entries fit")),
        "history",
        older_url=older,
        newer_url=newer,
    )
    return framed(
        call,
        "operation_log.html",
        call.text(_("Operation log")),
        table=table,
        note="",
        fault=None,
        given=given,
        models=model_options(call, given.get("model", "")),
        operations=[
            Option(key, call.text(_(label)), key == given.get("operation")) for key, label in operations.items()
        ],
        person=_person(call, given.get("user")),
    )


def _person(call: Call, number: str | None) -> tuple[str, str] | None:
    if number is None:
        return None
    names = record_names(call, [("core.user", int(number))])
    return number, names.get(("core.user", int(number)), f"#{number}")


def _row(
    call: Call, entry: Mapping[str, Any], operations: Mapping[str, Any], called: Mapping[tuple[str, int], str]
) -> AdminRow:
    model, number = entry["model"], entry["record_id"]
    info = call.env.registry.models.get(model)
    field = info.fields.get(entry["field"]) if info is not None and entry["field"] else None
    what = call.text(_(operations[entry["operation"]]))
    label = call.text(_(field.label)) if field is not None else entry["field"] or ""
    old, new = (_in_words(call, field, entry[key], called) for key in ("old", "new"))
    change = f"{old or '–'} → {new or '–'}" if entry["field"] else ""
    return AdminRow(
        entry["id"],
        (
            Cell(
                called.get((model, number), f"#{number}"), record_link(called, model, number), model_label(call, model)
            ),
            Cell(what, note=label),
            Cell(change[:400], is_wide=True),
            Cell(entry["user.display_name"] or ""),
            Cell(when(call, entry["at"])),
        ),
    )


def _in_words(call: Call, field: Any, text: str | None, called: Mapping[tuple[str, int], str]) -> str:
    """Return a value of the history as the reader reads it; the raw text where the field is not there any more."""
    value = _plain(text)
    if value is None:
        return ""
    if field is None:
        return str(value)
    if field.to_many or field.is_relation:
        numbers = value if isinstance(value, list) else [value]
        return ", ".join(called.get((field.comodel, number), f"#{number}") for number in numbers)
    try:
        return formatter_of(call).show(field, field.convert(value)).text
    except Exception:  # noqa: BLE001 - a value of an older kind of the field
        return str(value)


def _related(call: Call, entries: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Return the records that old and new values refer to."""
    found: list[tuple[str, int]] = []
    for entry in entries:
        info = call.env.registry.models.get(entry["model"])
        field: Any = info.fields.get(entry["field"]) if info is not None and entry["field"] else None
        if field is None or not (field.to_many or field.is_relation) or field.kind == "reference":
            continue
        for key in ("old", "new"):
            value = _plain(entry[key])
            numbers = value if isinstance(value, list) else [value]
            found += [(field.comodel, number) for number in numbers if isinstance(number, int)]
    return found


def _plain(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
