"""GET /choices/<model>/<field>: what a selection box offers while somebody types (layer web; CORE-37).

Only what the user may read; found by name (fuzzy, so also by pinyin initials) or number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.orm.fields.relation import Relation
from core.web.api import query
from core.web.api.models import may, visible_model
from core.web.errors import not_found, query_faults
from core.web.pages.search import joined, quick_domain
from core.web.pages.viewing import view_for
from core.web.request import json_response

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

OFFERED = 20
"""Choices of one answer."""
LONGEST_TYPED = 100


def offer_choices(call: Call, model: str, field: str) -> Response:
    """Answer with ``{"choices": [{"id", "text", "note"}], "more": bool, "create": bool}``.

    Parameters: ``q``, what was typed; ``domain``, narrowing.

    Raises:
        MissingRecord: There is no such relation for the user.
    """
    info = visible_model(call.env, model)
    query.only(call.request, ("q", "domain"))
    relation = info.fields.get(field)
    if not isinstance(relation, Relation) or field in call.env.hidden_fields(info, "read"):
        raise not_found()
    target = call.env.registry[relation.comodel]
    if not may(call.env, target, "read"):
        return json_response({"choices": [], "more": False, "create": False})
    typed = call.request.args.get("q", "").strip()[:LONGEST_TYPED]
    parts = [query.domain_of(call.request), _own_condition(relation, target)]
    if typed:
        search = view_for(call.env, target.name, "search")
        parts.append(_by_name(target, typed) or quick_domain(call, target, search, typed))
    with query_faults():
        rows = call.env[target.name].read(joined(parts), ["id", "display_name"], None, OFFERED + 1)
    choices = [{"id": row["id"], "text": str(row["display_name"])} for row in rows[:OFFERED]]
    return json_response({"choices": choices, "more": len(rows) > OFFERED, "create": may(call.env, target, "create")})


def _own_condition(relation: Any, target: Any) -> Any:
    """Return what holds for all choices of a relation: items of its dictionary, and none that are retired."""
    parts: list[Any] = []
    if relation.kind == "lookup":
        parts.append(["dictionary.code", "=", relation.dictionary])
    active = target.fields.get("active")
    if active is not None and active.kind == "boolean" and active.is_stored:
        parts.append(["active", "=", True])
    return parts or None


def _by_name(target: Any, typed: str) -> Any:
    """Return the condition on what names a record where that is enough; None leaves it to the quick search."""
    field = target.fields.get(target.rec_name or "")
    if field is None or not field.is_stored or field.kind not in ("char", "sequence"):
        return None
    return [[field.name, "fuzzy" if field.index == "fuzzy" else "ilike", typed]] if field.index == "fuzzy" else None
