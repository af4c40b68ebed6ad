"""Records on a calendar (layer web; CORE-78 and BASE-53 build on it).

The page holds no events: its script asks for those of the days it shows, with the conditions and rights of the list. Times are told and
taken as the clock of the user's time zone shows them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core.i18n import _
from core.web.api.models import may, visible_model, visible_record
from core.web.errors import malformed, not_found, query_faults
from core.web.pages.addresses import record_url, with_query
from core.web.pages.calendarparts import (
    can_write,
    classes_of,
    date_field,
    day_of,
    legend_of,
    paths_shown,
    person_path,
    texts_of,
)
from core.web.pages.frame import formatter_of
from core.web.pages.search import joined, read_listing
from core.web.pages.unscheduled import takes_unscheduled
from core.web.pages.viewing import names_for, view_for
from core.web.request import Response, json_response
from core.web.shifts import MOST_SHIFT_DAYS, read_shift, shifted

if TYPE_CHECKING:
    from core.render.values import Formatter
    from core.views import View
    from core.web.call import Call
    from core.web.pages.search import Listing

MODES = ("day", "week", "month")
MOST_EVENTS = 1000
LONGEST_WINDOW = dt.timedelta(days=100)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def show_calendar(call: Call, listing: Listing) -> dict[str, Any]:
    """Return what the script of the page needs. No statement: the events come by themselves.

    Raises:
        RequestError: A parameter is wrong.
    """
    info, view, given = listing.info, listing.view, listing.parameters
    start = date_field(call, view, "start")
    zone = ZoneInfo(formatter_of(call).zone)
    today = call.env.now().astimezone(zone).date()
    day = day_of(given["date"], "date") if "date" in given else today
    mode = given.get("mode") or str(view.get("mode") or ("week" if start.kind == "datetime" else "month"))
    if mode not in MODES:
        raise malformed(_("A calendar shows a day, a week or a month."), key="mode")
    shift = dt.datetime.combine(day, dt.time(12), zone).strftime("%z")
    conditions = {name: given[name] for name in ("q", "f", "domain", "menu") if name in given}
    creates = may(call.env, info, "create") and view.get("create") is not False
    return {
        "script": {
            "date": day.isoformat(),
            "today": today.isoformat(),
            "mode": mode,
            "timed": start.kind == "datetime",
            "zone": f"{shift[:3]}:{shift[3:5]}",
            "locale": call.lang.replace("_", "-"),
            "events": with_query(f"/calendar/{info.name}/events", {**conditions, "view": "calendar"}),
            "move": f"/calendar/{info.name}",
            "unscheduled": with_query(f"/calendar/{info.name}/unscheduled", {**conditions, "view": "calendar"})
            if takes_unscheduled(call, view)
            else None,
            "new": record_url(info.name, "new", menu=given.get("menu")) if creates else None,
            "start": start.name if start.writable else None,
            "css": call.pages.static("vendor/event-calendar.min.css"),
            "texts": {
                "all_day": call.text(_("All day")),
                "more": call.text(_("%(count)s more")),
                "none": call.text(_("Nothing on this day.")),
                "overlap": call.text(_("Overlaps %(minutes)s min: %(name)s")),
            },
        },
        "mode": mode,
        "modes": [
            {"name": "day", "label": call.text(_("Day"))},
            {"name": "week", "label": call.text(_("Week"))},
            {"name": "month", "label": call.text(_("Month"))},
        ],
        "is_timed": start.kind == "datetime",
        "has_end": bool(view.get("end")),
        "legend": legend_of(call, view),
        "unscheduled": takes_unscheduled(call, view),
    }


def list_events(call: Call, model: str) -> Response:
    """GET /calendar/<model>/events: ``{"events": […], "more": bool}`` from ``start`` to before ``end``, with the list's conditions.

    Raises:
        MissingRecord: There is no such model, or no calendar of it for the user.
        RequestError: A parameter is wrong, or the window is too long.
    """
    info = visible_model(call.env, model)
    call.env.guard.check_model(call.env, info, "read")
    first, last = day_of(call.request.args.get("start", ""), "start"), day_of(call.request.args.get("end", ""), "end")
    if not first < last <= first + LONGEST_WINDOW:
        raise malformed(_("A calendar shows at most %(count)s days.", count=LONGEST_WINDOW.days), key="end")
    with query_faults():
        listing = read_listing(call, info, ("calendar",))
        if listing.view_type != "calendar":
            raise not_found()
        events, more = _events(call, listing, first, last)
    return json_response({"events": events, "more": more})


def _events(call: Call, listing: Listing, first: dt.date, last: dt.date) -> tuple[list[dict[str, Any]], bool]:
    info, view = listing.info, listing.view
    start, end, person = str(view.get("start")), view.get("end"), person_path(call, info, view)
    reads = [*paths_shown(call, view), start, *([str(end)] if end else []), *([person] if person else [])]
    bounds = {key: _bounds(call, view, key, first, last) for key in ("start", "end") if view.get(key)}
    begins: Any = [[start, ">=", bounds["start"][0]], [start, "<", bounds["start"][1]]]
    within: Any = begins
    if end:
        spans = [[start, "<", bounds["start"][1]], [str(end), ">=", bounds["end"][0]]]
        within = {"any": [{"all": begins}, {"all": spans}]}
    domain = joined([listing.domain, within])
    rows = call.env[info.name].read(domain, list(dict.fromkeys(reads)), f"{start}, id", MOST_EVENTS + 1)
    formatter, names = formatter_of(call), names_for(call.env)
    fixed = not can_write(call, view, "start")
    resizable = not fixed and bool(end) and can_write(call, view, "end")
    events = []
    for row in rows[:MOST_EVENTS]:
        event = _event(call, view, row, formatter, names)
        if person:
            event["extendedProps"]["person"] = row[person]
        events.append({**event, "startEditable": not fixed, "durationEditable": resizable})
    return events, len(rows) > MOST_EVENTS


def _bounds(call: Call, view: View, key: str, first: dt.date, last: dt.date) -> tuple[str, str]:
    """Return from when to when a window reaches: days, or the instants at which they begin for the user."""
    if date_field(call, view, key).kind == "date":
        return first.isoformat(), last.isoformat()
    zone = ZoneInfo(formatter_of(call).zone)
    begin, end = (dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC) for day in (first, last))
    return begin.isoformat(), end.isoformat()


def _event(
    call: Call, view: View, row: Mapping[str, Any], formatter: Formatter, names: Mapping[str, Any]
) -> dict[str, Any]:
    start, end = row[str(view.get("start"))], row[str(view.get("end"))] if view.get("end") else None
    zone = ZoneInfo(formatter.zone)
    all_day = not isinstance(start, dt.datetime) or bool(view.get("all_day") and row[str(view.get("all_day"))])
    if all_day:
        begin = start.astimezone(zone).date() if isinstance(start, dt.datetime) else start
        until = (end.astimezone(zone).date() if isinstance(end, dt.datetime) else end) or begin
        # The script takes the end as the day after the last.
        shown_start, shown_end = begin.isoformat(), (max(begin, until) + DAY).isoformat()
    else:
        begin, until = start.astimezone(zone), (end or start + HOUR).astimezone(zone)
        shown_start = f"{begin:%Y-%m-%dT%H:%M:%S}"
        shown_end = f"{max(begin, until):%Y-%m-%dT%H:%M:%S}"
    title, notes = texts_of(call, view, row)
    return {
        "id": str(row["id"]),
        "title": title,
        "start": shown_start,
        "end": shown_end,
        "allDay": all_day,
        "classNames": classes_of(call, view, row, names),
        "extendedProps": {"url": record_url(view.model, row["id"]), "notes": notes},
    }


def move_event(call: Call, model: str, number: str) -> Response:
    """POST /calendar/<model>/<id>: move an event, or its end.

    The form has ``shift`` (seconds on the clock, negative: earlier) and ``part`` (``all`` or ``end``), or ``start`` and perhaps ``end``
    as the clock shows them.

    Raises:
        MissingRecord: There is no such record, or no calendar of it, for the user.
        RequestError: The form can't be understood.
        ValidationError: A rule refuses the new time.
        AccessDenied: The user may not change the record.
    """
    env = call.env
    info = visible_model(env, model)
    env.guard.check_model(env, info, "read")
    view = view_for(env, model, "calendar")
    record = visible_record(env, info, number)
    start, end = date_field(call, view, "start"), date_field(call, view, "end") if view.get("end") else None
    form, zone = call.request.form, ZoneInfo(formatter_of(call).zone)
    values: dict[str, Any] = {}
    if "start" in form:
        values[start.name] = _moment(form["start"], start.kind, zone, "start")
        if end is not None and form.get("end"):
            values[end.name] = _moment(form["end"], end.kind, zone, "end")
        elif end is not None and getattr(record, end.name) is not None and getattr(record, start.name) is not None:
            values[end.name] = getattr(record, end.name) + (values[start.name] - getattr(record, start.name))
    else:
        shift = read_shift(form.get("shift", ""))
        if shift is None:
            raise malformed(_("An event is moved by at most %(count)s days.", count=MOST_SHIFT_DAYS), key="shift")
        parts = [end] if form.get("part") == "end" else [start, end]
        if form.get("part") not in ("all", "end") or parts == [None]:
            raise malformed(_("An event is moved as a whole, or its end."), key="part")
        for field in parts:
            old = getattr(record, field.name) if field is not None else None
            if field is end and field is not None and old is None and form["part"] == "end":
                old = getattr(record, start.name) + (HOUR if field.kind == "datetime" else DAY * 0)
            if field is not None and old is not None:
                values[field.name] = shifted(old, shift, zone)
    env[model].write(record, values)
    env.flush()
    return json_response({"id": record.id})


def _moment(text: str, kind: str, zone: ZoneInfo, key: str) -> Any:
    if kind == "date":
        return day_of(text[:10], key)
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise malformed(_("A time is written like 2026-11-23T09:30."), key=key) from None
