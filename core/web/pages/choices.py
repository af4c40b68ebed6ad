"""``/choices/<model>/<field>``: what a selection box offers while somebody types, and a new record made from it (layer web; CORE-37).

Only what the user may read; found by name (fuzzy, so also by pinyin initials). A model whose search view has the option ``choices: all``
is found by all fields of its quick search, such as products by barcode; a list names some of them, such as mnemonic code and telephone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import ValidationError
from core.i18n import _
from core.orm.fields.relation import Relation
from core.web.api import query
from core.web.api.models import may, visible_model
from core.web.errors import malformed, not_found, query_faults
from core.web.ids import id_of
from core.web.pages.search import AMONG, joined, quick_domain
from core.web.pages.viewing import view_for
from core.web.request import json_response

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.request import Response

OFFERED = 20
"""Choices of one answer."""
RECENT = 5
"""Choices made lately that are offered first."""
FAVOURITES = 10
"""Favourites of the user that are offered next."""
LONGEST_TYPED = 100


def offer_choices(call: Call, model: str, field: str) -> Response:
    """GET: ``{"choices": [{"id", "text", "recent", "favourite"}], "more": bool, "create": bool}``.

    Parameters: ``q``, what was typed; ``domain``, narrowing; ``recent``, ids chosen lately, which come first while nothing is typed,
    the favourites of the user after them.

    Raises:
        MissingRecord: There is no such relation for the user.
    """
    query.only(call.request, ("q", "domain", "recent"))
    relation, target = _target(call, model, field)
    if not may(call.env, target, "read"):
        return json_response({"choices": [], "more": False, "create": False})
    typed = call.request.args.get("q", "").strip()[:LONGEST_TYPED]
    narrowing = [query.domain_of(call.request), _own_condition(relation, target)]
    with query_faults():
        first = [] if typed else _first(call, target, narrowing)
        rows = _read(
            call, target, [*narrowing, _typed_condition(call, target, typed)], OFFERED + 1, AMONG if typed else None
        )
    known = {choice["id"] for choice in first}
    found = [{"id": row["id"], "text": str(row["display_name"])} for row in rows if row["id"] not in known]
    return json_response(
        {
            "choices": [*first, *found][:OFFERED],
            "more": len(first) + len(found) > OFFERED,
            "create": target.rec_name is not None and relation.kind != "lookup" and may(call.env, target, "create"),
        }
    )


def create_choice(call: Call, model: str, field: str) -> Response:
    """POST ``{"name": …}``: make a record of the other model that has only a name, and answer with it as a choice (201).

    Raises:
        MissingRecord: There is no such relation for the user.
        ValidationError: The record needs more than a name.
    """
    _relation, target = _target(call, model, field)
    body = call.request.json_body()
    name = body.get("name") if isinstance(body, Mapping) else None
    if not isinstance(name, str) or not name.strip():
        raise malformed(_('"name" is needed.'), key="name")
    if target.rec_name is None or not target.fields[target.rec_name].writable:
        raise ValidationError(_("%(label)s can't be made by its name.", label=_(target.label)), code="choice.create")
    made = call.env[target.name].create({target.rec_name: name.strip()})
    return json_response({"id": made.id, "text": str(made.display_name)}, 201)


def _target(call: Call, model: str, field: str) -> tuple[Any, ModelInfo]:
    info = visible_model(call.env, model)
    relation = info.fields.get(field)
    if not isinstance(relation, Relation) or field in call.env.hidden_fields(info, "read"):
        raise not_found()
    return relation, call.env.registry[relation.comodel]


def _read(
    call: Call, target: ModelInfo, parts: list[Any], limit: int, among: int | None = None
) -> list[dict[str, Any]]:
    return call.env[target.name].read(joined(parts), ["id", "display_name"], None, limit, among=among)


def _first(call: Call, target: ModelInfo, narrowing: list[Any]) -> list[dict[str, Any]]:
    """Return what is offered before all others and may be chosen: what was chosen lately in that order, then favourites, the latest first."""
    texts = call.request.args.get("recent", "").split(",")[:RECENT]
    recent = [number for text in texts if (number := id_of(text)) is not None]
    favourites = call.host.lists.favourite_ids(call.env, target.name)[:FAVOURITES]
    kinds = {number: "favourite" for number in favourites} | {number: "recent" for number in recent}
    if not kinds:
        return []
    rows = _read(call, target, [*narrowing, [["id", "in", list(kinds)]]], RECENT + FAVOURITES)
    names = {row["id"]: str(row["display_name"]) for row in rows}
    order = dict.fromkeys([*recent, *favourites])
    return [{"id": number, "text": names[number], kinds[number]: True} for number in order if number in names]


def _typed_condition(call: Call, target: ModelInfo, typed: str) -> Any:
    """Return the condition on what was typed: on the name where that is searched fuzzily, else as the quick search of a list has it."""
    if not typed:
        return None
    field = target.fields.get(target.rec_name or "")
    search = view_for(call.env, target.name, "search")
    by_name = field is not None and field.index == "fuzzy" and field.name not in call.env.hidden_fields(target, "read")
    searched = (search.get("options") or {}).get("choices")
    if by_name and searched is None:
        return [[target.rec_name, "fuzzy", typed]]
    return quick_domain(call, target, search, typed, searched if isinstance(searched, list) else None)


def _own_condition(relation: Any, target: ModelInfo) -> Any:
    """Return what holds for all choices of a relation: items of its dictionary, and none that are retired."""
    parts: list[Any] = []
    if relation.kind == "lookup":
        parts.append(["dictionary.code", "=", relation.dictionary])
    active = target.fields.get("active")
    if active is not None and active.kind == "boolean" and active.is_stored:
        parts.append(["active", "=", True])
    return parts or None
