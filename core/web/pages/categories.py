"""The category tree beside a list: values of one field with counts, a click narrows the list (layer web; CORE-44).

Which field it is, the list or search view says under ``category``; an administrator changes that like anything else of a view.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.web.api.models import may
from core.web.ids import id_of
from core.web.pages.viewing import follow

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo
    from core.views import View
    from core.web.call import Call
    from core.web.pages.search import Listing

NONE = "-"
"""Value of ``cat`` for records without a category."""
MOST_NODES = 500
COUNTED = 10_000
"""Records counted without being asked."""


def category_path(view: View, search: View) -> str | None:
    """Return the path of the field that the tree shows; None: there is no tree."""
    found = view.get("category") or search.get("category") if view.type == "list" else None
    return None if found is None else str(found)


def category_domain(env: Environment, info: ModelInfo, path: str | None, chosen: str | None) -> Any:
    """Return the condition of the node chosen, those below it included; None for no node."""
    end = follow(env, info.name, path) if path and chosen else None
    if end is None or chosen is None:
        return None
    if chosen == NONE:
        return [[path, "is_not_set"]]
    if not end.field.is_relation:
        return [[path, "=", chosen]]
    number = id_of(chosen)
    if number is None:
        return [["id", "=", 0]]
    has_parents = env.registry[end.field.comodel].parent_field is not None  # type: ignore[attr-defined]  # a relation
    return [[path, "under" if has_parents else "=", number]]


def category_tree(call: Call, listing: Listing) -> dict[str, Any] | None:
    """Return the tree, None where the list has none. Two statements, one for the counts and one for names.

    The counts look at `COUNTED` records at most unless the reader asks for all; beyond that each is told as "at least".
    """
    path = listing.category
    end = follow(call.env, listing.info.name, path) if path else None
    if end is None or path is None:
        return None
    at_most = None if "totals" in listing.parameters else COUNTED + 1
    counts = {
        row[path]: row["id"]
        for row in call.env[listing.info.name].aggregate(
            listing.uncategorised, {"id": "count"}, [path], limit=MOST_NODES * 4, at_most=at_most
        )
    }
    total = sum(counts.values())
    is_more = at_most is not None and total > COUNTED
    nodes = _nodes(call, end.field)
    chosen = listing.parameters.get("cat", "")
    children: dict[Any, list[Any]] = {}
    for value, (_label, parent) in nodes.items():
        children.setdefault(parent if parent in nodes else None, []).append(value)
    found: list[dict[str, Any]] = []

    def add(value: Any, depth: int) -> int:
        place = len(found)
        found.append({})
        count: int = counts.get(value, 0) + sum(add(child, depth + 1) for child in children.get(value, ()))
        is_on = chosen == str(value)
        found[place] = {
            "label": nodes[value][0],
            "count": count,
            "depth": min(depth, 4),
            "is_on": is_on,
            "url": listing.url(cat=None if is_on else str(value)),
        }
        return count

    for value in children.get(None, ()):
        add(value, 0)
    if counts.get(None):
        is_on = chosen == NONE
        none = {"label": call.text(_("None")), "count": counts[None], "depth": 0, "is_on": is_on}
        found.append({**none, "url": listing.url(cat=None if is_on else NONE)})
    return {
        "label": call.text(end.field.label),
        "nodes": found,
        "total": COUNTED if is_more else total,
        "is_more": is_more,
        "all_url": listing.url(cat=None),
        "is_all": not chosen,
    }


def _nodes(call: Call, field: Any) -> Mapping[Any, tuple[str, Any]]:
    """Return value → (label, value above) in order."""
    if field.kind == "selection":
        return {key: (call.text(label), None) for key, label in field.options.items()}
    if not field.is_relation or field.to_many:
        return {}
    target = call.env.registry[field.comodel]
    if not may(call.env, target, "read"):
        return {}
    domain = [["dictionary.code", "=", field.dictionary]] if field.kind == "lookup" else []
    parent = target.parent_field
    names = ["id", "display_name", *([str(parent)] if parent else [])]
    rows = call.env[target.name].read(domain, names, None, MOST_NODES)
    return {row["id"]: (str(row["display_name"]), row[str(parent)] if parent else None) for row in rows}
