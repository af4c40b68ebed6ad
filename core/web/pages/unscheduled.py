"""GET /calendar/<model>/unscheduled: records that wait for a day, beside the calendar, to be dragged in (layer web)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from core.web.api.models import visible_model
from core.web.errors import not_found, query_faults
from core.web.pages.addresses import record_url
from core.web.pages.calendarparts import can_write, classes_of, date_field, paths_shown, texts_of
from core.web.pages.search import joined, read_listing
from core.web.pages.viewing import names_for
from core.web.request import json_response

if TYPE_CHECKING:
    from core.views import View
    from core.web.call import Call
    from core.web.request import Response

RECENT = dt.timedelta(days=30)
"""How far back records without a day are looked for."""
MOST = 50


def takes_unscheduled(call: Call, view: View) -> bool:
    """Tell whether records of a calendar can be without a day, and the user may give them one."""
    return not date_field(call, view, "start").required and can_write(call, view, "start")


def list_unscheduled(call: Call, model: str) -> Response:
    """Answer with ``{"events": […], "more": bool}``: records of the last 30 days without a start, the latest first, with the list's conditions.

    Raises:
        MissingRecord: There is no such model, or no calendar of it in which the user could give them a day.
        RequestError: A parameter is wrong.
    """
    info = visible_model(call.env, model)
    call.env.guard.check_model(call.env, info, "read")
    with query_faults():
        listing = read_listing(call, info, ("calendar",))
        view = listing.view
        if listing.view_type != "calendar" or not takes_unscheduled(call, view):
            raise not_found()
        since = (call.env.now() - RECENT).isoformat()
        waiting = [[str(view.get("start")), "is_not_set"], ["created_at", ">=", since]]
        rows = call.env[model].read(
            joined([listing.domain, waiting]),
            list(dict.fromkeys(paths_shown(call, view))),
            "created_at desc, id desc",
            MOST + 1,
        )
    names = names_for(call.env)
    events = []
    for row in rows[:MOST]:
        title, notes = texts_of(call, view, row)
        tone = classes_of(call, view, row, names)
        events.append(
            {
                "id": str(row["id"]),
                "title": title,
                "notes": notes,
                "classNames": tone,
                "url": record_url(model, row["id"]),
            }
        )
    return json_response({"events": events, "more": len(rows) > MOST})
