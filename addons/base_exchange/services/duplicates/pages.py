"""Pages of looking for duplicates: what was found, merge, not the same."""

from __future__ import annotations

from typing import Any

from addons.base_exchange.services.duplicates import search
from addons.base_exchange.services.duplicates.find import Pair, groups_of
from addons.base_exchange.services.merging.comparing import sent_choices
from addons.base_exchange.services.merging.merge import MOST
from addons.base_exchange.services.merging.pages import BASE, require
from core.api import Environment, Page, Request, ValidationError, _, formatter_for, go_to, job_progress, route

_GROUPS = 20
_REASONS = {"name": _("Name"), "phone": _("Telephone"), "mail": _("E-mail")}
_SHOWN = ("owner", "created_at", "updated_at")


@route("/duplicates/<model>")
def show(request: Request, env: Environment, model: str) -> Page:
    """Show what was found last."""
    require(env, model)
    number = request.args.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 6 else 1
    title = _("Duplicates: %(model)s", model=_(env.registry[model].label))
    return Page("base_exchange/duplicates.html", title, _data(request, env, model, max(page, 1)), model=model)


@route("/duplicates/<model>/progress")
def progress(request: Request, env: Environment, model: str) -> Page:
    """Send how far the search is."""
    require(env, model)
    return Page("base_exchange/duplicates_part.html", None, _base(request, env, model))


@route("/duplicates/<model>/search", methods=["POST"])
def start(request: Request, env: Environment, model: str) -> Any:
    """Look for duplicates."""
    require(env, model)
    search.start(env, model)
    return go_to(f"{BASE}/duplicates/{model}")


@route("/duplicates/<model>/ignore", methods=["POST"])
def ignore(request: Request, env: Environment, model: str) -> Any:
    """Note that records are not the same."""
    require(env, model)
    _winner, ids, _chosen = sent_choices(request.form)
    if not 1 < len(ids) <= MOST:
        raise ValidationError(_("Choose two to %(count)s records.", count=MOST), code="merge.count")
    search.ignore(env, model, ids)
    return go_to(f"{BASE}/duplicates/{model}", _("They will not be proposed again"))


def _base(request: Request, env: Environment, model: str) -> dict[str, Any]:
    found = search.found_of(env, model)
    job = None if found is None or found["job"] is None else job_progress(request, env, found["job"])
    is_running = found is not None and found["state"] == "running"
    part = min(100, round(100 * job.done / job.total)) if job is not None and job.total else None
    return {
        "url": f"{BASE}/duplicates/{model}",
        "merge_url": f"{BASE}/merge/{model}",
        "list_url": f"/records/{model}",
        "found": found,
        "is_running": is_running,
        "has_failed": is_running and (job is None or job.state in ("failed", "cancelled")),
        "part": part,
    }


def _data(request: Request, env: Environment, model: str, page: int) -> dict[str, Any]:
    data = _base(request, env, model)
    found = data["found"]
    pairs = [Pair(**each) for each in (found or {}).get("pairs") or ()]
    groups = groups_of(pairs, search.ignored_of(env, model))
    shown = _shown(env, model, groups)
    pages = max(1, -(-len(shown) // _GROUPS))
    page = min(page, pages)
    at = env.registry["base.duplicate_search"].fields["at"]
    return {
        **data,
        "groups": shown[(page - 1) * _GROUPS : page * _GROUPS],
        "count": len(shown),
        "page": page,
        "pages": pages,
        "at": None if found is None else formatter_for(env).show(at, found["at"]).text,
        "heads": [_(field.label) for field in _columns(env, model)],
        "most": MOST,
    }


def _columns(env: Environment, model: str) -> list[Any]:
    """Return the fields shown of each record."""
    info = env.registry[model]
    hidden = env.hidden_fields(info, "read")
    named = search.compared_fields(env, model)
    names = [*named["phone"][:2], *named["mail"][:1], *_SHOWN]
    return [info.fields[name] for name in names if name in info.fields and name not in hidden]


def _shown(env: Environment, model: str, groups: list[list[Pair]]) -> list[dict[str, Any]]:
    """Return groups with their records, as far as these are living and the user sees them."""
    columns = _columns(env, model)
    paths = ["display_name"]
    for field in columns:
        paths += [field.name, f"{field.name}.display_name"] if field.is_relation else [field.name]
    ids = sorted({number for pairs in groups for pair in pairs for number in (pair.first, pair.second)})
    rows: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), 1000):
        some = env[model].read([["id", "in", ids[start : start + 1000]]], paths)
        rows.update((row["id"], row) for row in some)
    shown, told = formatter_for(env), []
    for pairs in groups:
        alive = [pair for pair in pairs if pair.first in rows and pair.second in rows]
        if not alive:
            continue
        numbers = list(dict.fromkeys(number for pair in alive for number in (pair.first, pair.second)))[:MOST]
        reasons = list(dict.fromkeys(why for pair in alive for why in pair.reasons))
        records = [
            {
                "id": number,
                "name": rows[number]["display_name"],
                "url": f"/records/{model}/{number}",
                "cells": [
                    shown.show(f, rows[number][f.name], rows[number].get(f"{f.name}.display_name")).text
                    for f in columns
                ],
            }
            for number in numbers
        ]
        score = max(pair.score for pair in alive)
        told.append({"records": records, "reasons": [_reason(env, model, why) for why in reasons], "score": score})
    return told


def _reason(env: Environment, model: str, why: str) -> Any:
    if not why.startswith("rule:"):
        return _REASONS[why]
    fields = env.registry[model].fields
    names = [fields[name].label for name in why[5:].split(",") if name in fields]
    return _(names[0]) if len(names) == 1 else " + ".join(str(env.services.text(_(name), env.lang)) for name in names)


ROUTES = (show, progress, start, ignore)
