"""``/tree/<model>``: departments, positions, companies and items of a dictionary as trees (layer base; CORE-12, CORE-13, CORE-18, CORE-57)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.base.pages.administrators import bad_value, for_administrators, number_of
from core.i18n import _
from core.render.form import Option
from core.web.api import query
from core.web.errors import not_found
from core.web.pages.addresses import record_url, records_url, with_query
from core.web.pages.frame import framed

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response


@dataclass(frozen=True)
class Tree:
    """A model shown as a tree."""

    title: Any
    columns: tuple[tuple[str, Any], ...]
    """Paths shown beside the name, with their heads."""
    people: str | None = None
    """Field of `core.user` whose holders are counted; None counts none."""
    code: str | None = None
    """Field shown in grey before the name."""
    menu: str | None = None


TREES: Mapping[str, Tree] = {
    "core.department": Tree(_("Departments"), (("head", _("Head")), ("phone", _("Phone"))), "department", "number"),
    "core.position": Tree(_("Positions"), (), "position"),
    "core.company": Tree(
        _("Companies and branches"), (("phone", _("Phone")), ("currency", _("Currency"))), "company", "code"
    ),
    "core.dictionary.item": Tree(_("Dictionary items"), (("note", _("Note")),), None, "key"),
}
MOST = 5000


@for_administrators
def show_tree(call: Call, model: str) -> Response:
    """GET /tree/<model>; items of a dictionary take ``dictionary``, its id.

    Raises:
        MissingRecord: No tree of this model, or no such dictionary.
        RequestError: A parameter is wrong (400).
    """
    tree = TREES.get(model)
    if tree is None:
        raise not_found()
    is_dictionary = model == "core.dictionary.item"
    query.only(call.request, ("dictionary", "menu") if is_dictionary else ("menu",))
    dictionaries = list(call.env["core.dictionary"].search()) if is_dictionary else []
    chosen = _dictionary(call, dictionaries)
    info = call.env.registry[model]
    fields = [name for name, _head in tree.columns]
    names = ["id", "display_name", "parent", "active", *([tree.code] if tree.code else [])]
    names += [f"{name}.display_name" if info.fields[name].is_relation else name for name in fields]
    names += ["is_default"] if is_dictionary else []
    domain = [["dictionary", "=", chosen.id]] if chosen is not None else []
    rows = call.env[model].read(domain, names, None, MOST)
    counts = _counts(call, tree.people)
    defaults: dict[str, Any] = {"dictionary": chosen.id} if chosen is not None else {}
    nodes = [
        {
            "name": call.text(str(row["display_name"])),
            "code": row[tree.code] if tree.code else "",
            "depth": min(depth, 8),
            "url": record_url(model, row["id"]),
            "below_url": record_url(model, "new", defaults={**defaults, "parent": row["id"]}),
            "cells": [row[f"{name}.display_name" if info.fields[name].is_relation else name] or "" for name in fields],
            "count": counts.get(row["id"], 0),
            "people_url": records_url("core.user", domain=[[tree.people, "=", row["id"]]]) if tree.people else None,
            "is_active": row["active"] is not False,
            "is_default": bool(row.get("is_default")),
        }
        for row, depth in _in_order(rows)
    ]
    title = call.text(tree.title) if chosen is None else call.text(chosen.name)
    return framed(
        call,
        "tree.html",
        title,
        model=model,
        heads=[call.text(head) for _name, head in tree.columns],
        nodes=nodes,
        has_people=tree.people is not None,
        new_url=record_url(model, "new", defaults=defaults or None),
        list_url=records_url(model, domain=domain or None),
        label=call.text(_(info.label)),
        dictionaries=[
            Option(str(each.id), call.text(each.name), chosen is not None and each.id == chosen.id)
            for each in dictionaries
        ],
        links=_links(call, model),
    )


def _dictionary(call: Call, dictionaries: list[Any]) -> Any:
    wanted = call.request.args.get("dictionary", "")
    if not dictionaries:
        return None
    if not wanted:
        return dictionaries[0]
    number = number_of(wanted, "dictionary")
    found = next((each for each in dictionaries if each.id == number), None)
    if found is None:
        raise bad_value("dictionary", wanted)
    return found


def _counts(call: Call, field: str | None) -> dict[int, int]:
    if field is None:
        return {}
    rows = call.env["core.user"].aggregate([["active", "=", True], [field, "is_set", True]], {"id": "count"}, [field])
    return {row[field]: row["id"] for row in rows}


def _in_order(rows: list[dict[str, Any]]) -> list[tuple[dict[str, Any], int]]:
    """Return the rows each below its parent, with their depths; one whose parent is not there stands at the top."""
    present = {row["id"] for row in rows}
    below: dict[int | None, list[dict[str, Any]]] = {}
    for row in rows:
        below.setdefault(row["parent"] if row["parent"] in present else None, []).append(row)
    ordered: list[tuple[dict[str, Any], int]] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        ordered.append((row, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(row["id"], []))]
    return ordered


def _links(call: Call, model: str) -> list[tuple[str, str, str]]:
    if model in ("core.department", "core.position"):
        return [(call.text(_("Assign positions")), with_query("/organisation/assign", {}), "users-plus")]
    return []
