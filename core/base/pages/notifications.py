"""``/notifications``: the messages of the user, and the number beside the bell (layer base; CORE-46)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.base.services.notifications import count_unread, mark_read
from core.i18n import _
from core.web.api import query
from core.web.pages.frame import formatter_of, framed, go_to
from core.web.request import Response
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from core.web.call import Call

PATH = "/notifications"
SHOWN = 100
_ICONS = {"message": "message", "task": "checkbox", "warning": "alert-triangle"}


def show_notifications(call: Call) -> Response:
    """GET: the latest messages, unread ones first seen; ``?all=1`` shows the read ones too."""
    query.only(call.request, ("all", "lang"))
    whole = call.request.args.get("all") == "1"
    domain: list[Any] = [["user", "=", call.env.uid]]
    if not whole:
        domain.append(["read_at", "is_not_set", True])
    names = ["kind", "title", "text", "url", "at", "read_at"]
    rows = call.env["core.notification"].read(domain, names, "id desc", SHOWN)
    formatter = formatter_of(call)
    at = call.env.registry["core.notification"].fields["at"]
    messages = [
        {**row, "when": formatter.show(at, row["at"]), "icon": _ICONS.get(row["kind"], "message")} for row in rows
    ]
    return framed(call, "notifications.html", call.text(_("Notifications")), messages=messages, whole=whole)


def show_count(call: Call) -> Response:
    """GET /notifications/count: the number beside the bell as a part of a page; empty for none."""
    return call.page("bell.html", unread=count_unread(call.env))


def read_one(call: Call, number: int) -> Response:
    """POST /notifications/<id>: note that it was read and go to its page."""
    found = call.env["core.notification"].read([["id", "=", number], ["user", "=", call.env.uid]], ["url"])
    mark_read(call.env, number)
    return go_to((found[0]["url"] if found else None) or PATH)


def read_all(call: Call) -> Response:
    """POST /notifications: note that all were read."""
    mark_read(call.env)
    return go_to(PATH)


ENDPOINTS = (
    Endpoint(PATH, ("GET",), show_notifications),
    Endpoint(PATH, ("POST",), read_all, writes=True),
    Endpoint(f"{PATH}/count", ("GET",), show_count),
    Endpoint(f"{PATH}/<int:number>", ("POST",), read_one, writes=True),
)
