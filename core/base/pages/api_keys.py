"""``/keys``: API keys: made, shown once, revoked; everybody's own, and all for administrators (layer base; design §2.6)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from core.access.declarations import ADMINISTRATOR
from core.base.pages.tables import pressed, when
from core.base.services.authentication import make_key
from core.errors import ValidationError
from core.i18n import _
from core.render.admin import AdminRow, AdminTable, Cell, RowButton, Tab
from core.render.shell import Notice
from core.web.api import query
from core.web.call import Answered
from core.web.errors import not_found
from core.web.pages.frame import framed, go_to

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

PATH = "/keys"
MOST = 500


def show_keys(call: Call) -> Response:
    """GET /keys: the own keys; ``?all=1`` shows an administrator everybody's."""
    return _page(call, 200, {}, None)


def make(call: Call) -> Response:
    """POST /keys/new: ``name``, and ``days`` (empty: without end); answers with the key, which is never shown again."""
    name = call.request.form.get("name", "").strip()[:100]
    days = call.request.form.get("days", "").strip()
    faults = {}
    if not name:
        faults["name"] = call.text(_("Say what the key is for."))
    if days and not (days.isascii() and days.isdigit() and 0 < int(days[:6]) <= 3650):
        faults["days"] = call.text(_("A number of days from 1 to 3650, or nothing."))
    if faults:
        raise Answered(_page(call, 422, faults, None))
    end = call.env.now() + dt.timedelta(days=int(days)) if days else None
    try:
        with call.env.savepoint():
            key = make_key(call.env, call.env.user, name, expires_at=end)
    except ValidationError as error:
        raise Answered(_page(call, 422, {"": call.text(error.message)}, None)) from error
    response = _page(call, 200, {}, key)
    response.headers["Cache-Control"] = "no-store"
    return response


def revoke(call: Call) -> Response:
    """POST /keys: ``one`` is ``revoke:<id>``; a key one may not change answers as one that is not there."""
    _name, ids = pressed(call, ("revoke",))
    for number in ids:
        found = call.env["core.api_key"].search([["id", "=", number]], limit=1)
        if not found:
            raise not_found()
        found[0].update(active=False)
    return go_to(
        call.request.full_path.rstrip("?"), Notice(call.text(_("The key is revoked; calls with it are refused.")))
    )


def _page(call: Call, status: int, faults: dict[str, str], made: str | None) -> Response:
    query.only(call.request, ("all",))
    env = call.env
    env.guard.check_model(env, env.registry["core.api_key"], "read")
    is_administrator = env.guard.has_group(env, ADMINISTRATOR)
    whole = is_administrator and call.request.args.get("all") == "1"
    domain: list[Any] = [] if whole else [["user", "=", env.uid]]
    names = ["name", "user.display_name", "prefix", "last_used", "expires_at", "active"]
    found = env["core.api_key"].read(domain, names, "active desc, id desc", MOST)
    tabs = (
        (Tab(call.text(_("My keys")), PATH, not whole), Tab(call.text(_("All keys")), f"{PATH}?all=1", whole))
        if is_administrator
        else ()
    )
    heads = (_("For"), _("State"), _("Begins with"), _("User"), _("Last used"), _("Valid until"))
    table = AdminTable(
        tuple(call.text(head) for head in heads),
        tuple(_row(call, row) for row in found),
        f"{PATH}?all=1" if whole else PATH,
        call.text(_("No keys yet")),
        "key",
        tabs,
    )
    return framed(
        call,
        "api_keys.html",
        call.text(_("API keys")),
        status=status,
        table=table,
        note=call.text(_("Other systems call the API with a key, in your name and with your rights")),
        fault=faults.get(""),
        faults=faults,
        made=made,
        typed={
            "name": call.request.form.get("name", "") if faults else "",
            "days": call.request.form.get("days", "") if faults else "",
        },
        address=f"{call.request.host_url}api/v1/",
    )


def _row(call: Call, row: Any) -> AdminRow:
    is_over = row["expires_at"] is not None and row["expires_at"] <= call.env.now()
    state, tone = (_("revoked"), "gr") if not row["active"] else (_("expired"), "wa") if is_over else (_("valid"), "ok")
    question = call.text(_("Revoke “%(name)s”? Systems that use it are refused at once.", name=row["name"]))
    return AdminRow(
        row["id"],
        (
            Cell(row["name"]),
            Cell(call.text(state), tone=tone),
            Cell(f"{row['prefix']}…", is_code=True),
            Cell(row["user.display_name"] or ""),
            Cell(when(call, row["last_used"]) or call.text(_("never"))),
            Cell(when(call, row["expires_at"]) or call.text(_("without end"))),
        ),
        (RowButton(call.text(_("Revoke")), f"revoke:{row['id']}", question, is_danger=True),) if row["active"] else (),
        row["name"],
    )
