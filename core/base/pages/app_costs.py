"""``/apps/costs``: what each addon costs in time and queries, and what runs when one presses Save (layer base; design 1.11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.base.pages.administrators import bad_value, for_administrators
from core.base.pages.apps import text_of
from core.i18n import _, formats
from core.orm.trace import CORE
from core.render.shell import Crumb, Notice
from core.web.api import query
from core.web.pages.frame import framed, go_to
from core.web.tracing import COOKIE, start_tracing, stop_tracing, switch_of, traced_requests

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

MINUTES = 15
REQUESTS = 50
"""Tracing ends by itself after so many minutes or requests, whichever comes first."""
KINDS: Mapping[str, Any] = {
    "hook": _("Hook"),
    "compute": _("Computed field"),
    "constraint": _("Constraint"),
    "check": _("Check"),
    "action": _("Action"),
    "save": _("Save"),
    "rule": _("Rule"),
    "access": _("Rights"),
    "sql": _("SQL"),
}


@for_administrators
def show_costs(call: Call) -> Response:
    """GET /apps/costs: shares of the requests traced last; ``request`` shows the chain of one of them (1 is the newest)."""
    query.only(call.request, ("request",))
    database = call.env.database
    traced = traced_requests(call.host, database.name)
    chosen = query.whole_number(call.request, "request", 1, 1000)
    switch = switch_of(call.host, database.name, call.request.cookies.get(COOKIE, ""))
    summary = database.traces.summary
    shares = _shares(call, [share for each in traced for share in each["shares"]], max(1, len(traced)))
    rolling = [] if summary is None else [[s.addon, s.seconds, s.statements, s.calls] for s in summary.by_addon()]
    return framed(
        call,
        "app_costs.html",
        call.text(_("Costs of apps")),
        more_crumbs=(Crumb(call.text(_("Apps")), "/apps"),),
        is_on=switch is not None,
        left=None if switch is None else switch["left"],
        until=None if switch is None else _clock(call, switch["until"]),
        minutes=MINUTES,
        limit=REQUESTS,
        shares=shares,
        count=len(traced),
        rolling=_shares(call, rolling, max(1, summary.transactions if summary else 1)),
        requests=[_request(call, each, number) for number, each in enumerate(traced, 1)],
        chosen=chosen,
        chain=_chain(call, traced[chosen - 1]) if 0 < chosen <= len(traced) else None,
    )


@for_administrators
def switch(call: Call) -> Response:
    """POST /apps/costs: ``do`` is ``start`` or ``stop``; only requests of this browser are traced."""
    wanted = call.request.form.get("do", "")
    database = call.env.database.name
    if wanted == "start":
        token = start_tracing(call.host, database, minutes=MINUTES, requests=REQUESTS)
        response = go_to("/apps/costs", Notice(call.text(_("Your next requests are traced; use the pages as usual."))))
        secure = call.host.settings.secure_cookies
        response.set_cookie(COOKIE, token, max_age=MINUTES * 60, path="/", httponly=True, samesite="Lax", secure=secure)
        return response
    if wanted != "stop":
        raise bad_value("do", wanted)
    stop_tracing(call.host, database, call.request.cookies.get(COOKIE, ""))
    response = go_to("/apps/costs", Notice(call.text(_("Tracing has ended."))))
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax")
    return response


def _shares(call: Call, shares: list[list[Any]], requests: int) -> list[dict[str, Any]]:
    """Return the sums by addon, the longest first."""
    totals: dict[str, list[float]] = {}
    for addon, seconds, statements, calls in shares:
        sums = totals.setdefault(addon, [0.0, 0, 0])
        sums[0] += seconds
        sums[1] += statements
        sums[2] += calls
    whole = sum(sums[0] for sums in totals.values())
    rows = [
        {
            "name": addon,
            "title": _title(call, addon),
            "part": 100 * sums[0] / whole if whole else 0.0,
            "ms": f"{1000 * sums[0] / requests:.1f}",
            "statements": f"{sums[1] / requests:.1f}",
            "calls": f"{sums[2] / requests:.1f}",
        }
        for addon, sums in totals.items()
    ]
    return sorted(rows, key=lambda row: -row["part"])


def _title(call: Call, addon: str) -> str:
    if addon == CORE:
        return call.text(_("Framework"))
    return text_of(call, _(call.host.addons[addon].title)) if addon in call.host.addons else addon


def _request(call: Call, traced: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {
        "number": number,
        "method": traced["method"],
        "path": traced["path"],
        "at": _clock(call, traced["at"]),
        "ms": f"{1000 * traced['seconds']:.1f}",
        "statements": traced["statements"],
    }


def _chain(call: Call, traced: Mapping[str, Any]) -> dict[str, Any]:
    rows = []
    for kind, name, addon, model, depth, seconds, statements in traced["rows"]:
        info = call.env.registry.models.get(model)
        rows.append(
            {
                "kind": call.text(KINDS.get(kind, kind)),
                "is_sql": kind == "sql",
                "name": name,
                "addon": addon,
                "model": call.text(_(info.label)) if info is not None else model,
                "depth": min(depth, 8),
                "ms": f"{1000 * seconds:.2f}",
                "statements": statements,
            }
        )
    return {"title": f"{traced['method']} {traced['path']}", "rows": rows, "dropped": traced["dropped"]}


def _clock(call: Call, seconds: float) -> str:
    zone = str(call.env.user.timezone or call.env.timezone)
    return formats.datetime(dt.datetime.fromtimestamp(seconds, dt.UTC), call.lang, zone, now=call.env.now())
