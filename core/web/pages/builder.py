"""The panel in which conditions are put together, and the chips that tell those in force (layer web; CORE-39).

The server draws the panel anew after every change, with the live count; so the page needs no knowledge of fields and operators.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import ValidationError
from core.i18n import _
from core.render.shell import Notice
from core.web.api.models import may, visible_model
from core.web.errors import query_faults
from core.web.pages.addresses import choices_url
from core.web.pages.conditions import Fixed, Rule, RuleGroup, from_domain, to_domain
from core.web.pages.conditiontexts import group_text, item_text, rule_words
from core.web.pages.frame import go_to
from core.web.pages.ruletexts import (
    RELATIVE,
    follow_rule,
    meant,
    names_of_values,
    offered_operators,
    relative_key,
)
from core.web.pages.schemes import roles_to_share, save_search, state_of
from core.web.pages.search import VIEWS, Listing, joined, read_listing
from core.web.pages.sentrules import STEPS, read_rules, shape_of, work
from core.web.request import Response

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.orm.paths import Walked
    from core.web.call import Call

COUNTED = 10_000
_UNFIT = frozenset({"json", "html", "file", "image", "reference"})


def condition_chips(call: Call, listing: Listing) -> list[dict[str, Any]]:
    """Return the conditions in force beside the ready filters, in words, each with the address without it."""
    if not listing.custom:
        return []
    group = from_domain(listing.custom)
    names = names_of_values(call, listing.info, group)
    if group.mode == "any" and len(group.items) > 1:
        text = group_text(call, listing.info, group, names)
        return [{"text": text, "operator": "", "value": "", "url": listing.url(domain=None)}]
    found = []
    for number, item in enumerate(group.items):
        rest = to_domain(RuleGroup("all", group.items[:number] + group.items[number + 1 :]))
        chip = {"operator": "", "value": "", "url": listing.url(domain=rest)}
        if isinstance(item, Rule):
            found.append({**chip, **rule_words(call, listing.info, item, names)})
        else:
            found.append({**chip, "text": item_text(call, listing.info, item, names)})
    return found


def builder_panel(call: Call, listing: Listing, group: RuleGroup | None = None) -> dict[str, Any]:
    """Return what the panel shows.

    Args:
        call: The request; what its form says of saving the search is shown again.
        listing: The page.
        group: The conditions as they are being made; None takes those in force.
    """
    info = listing.info
    if group is None:
        group = from_domain(listing.custom) if listing.custom else RuleGroup()
        if not group.items:
            group.items.append(Rule())
    domain = to_domain(group)
    return {
        "url": listing.url(build=None).replace(f"/records/{info.name}", f"/records/{info.name}/conditions", 1),
        "close_url": listing.url(build=None),
        "clear_url": listing.url(domain=None, build=None),
        **rules_panel(call, info, group, joined([listing.standing, domain])),
        "save": {
            "url": listing.url(build=None).replace(f"/records/{info.name}", f"/records/{info.name}/conditions/save", 1),
            "name": call.request.form.get("name", ""),
            "role": call.request.form.get("role", ""),
            "is_default": bool(call.request.form.get("is_default")),
            "roles": roles_to_share(call),
            "error": None,
        },
    }


def build_conditions(call: Call, model: str) -> Response:
    """POST /records/<model>/conditions: change the panel, or show the records of its conditions."""
    info = visible_model(call.env, model)
    call.env.guard.check_model(call.env, info, "read")
    with query_faults():
        listing = read_listing(call, info, VIEWS)
        group = read_rules(call, info)
        work(group, call.request.form.get("do", ""))
        domain = to_domain(group)
        wants_list = call.request.form.get("do") == "apply"
        target = listing.url(domain=domain, build=None if wants_list else "1")
        if "HX-Request" not in call.request.headers:
            return go_to(target)
        if wants_list:
            return Response(status=204, headers={"HX-Location": json.dumps({"path": target, "target": "body"})})
        return call.page("builder.html", panel=builder_panel(call, listing, group), csrf=call.csrf)


def save_conditions(call: Call, model: str) -> Response:
    """POST /records/<model>/conditions/save: save the search with the conditions of the panel under a name, and open it.

    Raises:
        AccessDenied: Sharing takes a right that the user lacks.
    """
    info = visible_model(call.env, model)
    call.env.guard.check_model(call.env, info, "read")
    with query_faults():
        listing = read_listing(call, info, VIEWS)
        group = read_rules(call, info)
        panel = builder_panel(call, listing, group)
    conditions = to_domain(group)
    state = state_of(listing)
    state.pop("domain", None)
    if conditions:
        state["domain"] = json.dumps(conditions, ensure_ascii=False, separators=(",", ":"), default=str)
    try:
        target = save_search(call, listing, state)
    except ValidationError as error:
        panel["save"]["error"] = call.translator.render_error(error, call.lang)
        if "HX-Request" not in call.request.headers:
            return go_to(listing.url(domain=conditions, build="1"), Notice(panel["save"]["error"], "error"))
        return call.page("builder.html", 422, panel=panel, csrf=call.csrf)
    if "HX-Request" not in call.request.headers:
        return go_to(target, Notice(call.text(_("Search saved"))))
    return Response(status=204, headers={"HX-Location": json.dumps({"path": target, "target": "body"})})


def rules_panel(call: Call, info: ModelInfo, group: RuleGroup, domain: Any) -> dict[str, Any]:
    """Return what is drawn of rules wherever they are put together.

    Args:
        call: The request.
        info: Model of the records they choose.
        group: The rules.
        domain: Which records are counted, at most one more than `COUNTED`.
    """
    names = names_of_values(call, info, group)
    found = call.env[info.name].aggregate(domain, {"id": "count"}, at_most=COUNTED + 1)
    return {
        "mode": group.mode,
        "items": [_item(call, info, item, f"c.{number}", names) for number, item in enumerate(group.items)],
        "count": int(found[0]["id"]),
        "counted": COUNTED,
    }


def _item(call: Call, info: ModelInfo, item: Any, prefix: str, names: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    if isinstance(item, Fixed):
        return {"kind": "fixed", "prefix": prefix, "raw": json.dumps(item.raw, ensure_ascii=False, default=str)}
    if isinstance(item, RuleGroup):
        inner = [_item(call, info, each, f"{prefix}.{number}", names) for number, each in enumerate(item.items)]
        return {"kind": "group", "prefix": prefix, "mode": item.mode, "items": inner}
    walked = follow_rule(call, info, item.path) if item.path else None
    made: dict[str, Any] = {
        "kind": "rule",
        "prefix": prefix,
        "steps": _steps(call, info, item.path),
        "shape": "",
        "error": item.error,
    }
    if walked is None:
        return made
    shape = shape_of(walked, item.operator)
    values = item.value if isinstance(item.value, list) else [item.value]
    key = relative_key(item.value)
    is_day = shape == "date" and isinstance(item.value, str) and key is None
    options: list[dict[str, Any]] = []
    if walked.kind == "selection":
        options = [
            {"key": name, "label": call.text(label), "is_on": name in values}
            for name, label in walked.field.options.items()  # type: ignore[union-attr]  # a Selection
        ]
    elif walked.related_model is not None and shape == "several":
        options = [
            {"key": value, "label": names.get((walked.related_model, value), "–"), "is_on": True}
            for value in values
            if isinstance(value, int)
        ]
    elif shape == "date":
        options = [
            {"key": name, "label": call.text(words), "is_on": name == key} for name, (words, _raw) in RELATIVE.items()
        ]
    return {
        **made,
        "for": f"{'.'.join(item.path)} {shape}",
        "operators": offered_operators(call, walked, item.operator),
        "operator": item.operator,
        "shape": shape,
        "options": options,
        "choices_url": _choices(walked) if walked.related_model is not None else None,
        "value": item.value if isinstance(item.value, (str, bool, int, float)) else "",
        "day": item.value if is_day else "",
        "is_day": is_day,
        "meant": meant(call, item.value, walked.kind) if shape == "date" else "",
        "crosses": walked.crosses_many,
    }


def _choices(walked: Walked) -> str | None:
    """Return where the selection box of a rule searches: the relation at the end of its path."""
    if walked.field is not None and walked.field.is_relation:
        return choices_url(walked.info.name, walked.field.name)
    if walked.hops:
        last = walked.hops[-1]
        return choices_url(last.model_name, last.name)
    return None


def _steps(call: Call, info: ModelInfo, path: tuple[str, ...]) -> list[list[dict[str, Any]]]:
    """Return the selects of a path: the fields of the model, then those of the related one, as far as it goes and one further."""
    found = []
    for step in range(min(len(path) + 1, STEPS)):
        now = path[step] if step < len(path) else ""
        found.append([{"key": key, "label": label, "is_on": key == now} for key, label in _fields(call, info)])
        field = info.fields.get(now)
        if field is None or not field.is_relation or not may(call.env, call.env.registry[field.comodel], "read"):  # type: ignore[attr-defined]
            break
        info = call.env.registry[field.comodel]  # type: ignore[attr-defined]  # relations have it
    return found


def _fields(call: Call, info: ModelInfo) -> list[tuple[str, str]]:
    hidden = call.env.hidden_fields(info, "read")
    fields = [
        field
        for field in info.fields.values()
        if field.kind not in _UNFIT
        and field.name not in hidden
        and (field.is_stored or field.related or field.to_many)
        and field.name not in ("version", "deletion")
    ]
    return sorted(((field.name, call.text(field.label)) for field in fields), key=lambda pair: pair[1])
