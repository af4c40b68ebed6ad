"""Pages of the calendar and of completing activities (BASE-44, BASE-51, BASE-52)."""

from __future__ import annotations

import datetime
from typing import Any

from addons.crm_base.services import calendar
from addons.crm_base.services.activity import complete_and_plan
from addons.crm_base.services.follow_up_entry import typed_day, typed_moment, typed_number, zone_of
from addons.crm_base.services.follow_up_pages import faults_of
from addons.crm_base.services.model_rights import may
from core.api import Environment, Page, Request, ValidationError, _, go_to, route

ACTIVITY = "crm.activity"
MODES = ("day", "week", "month")


@route("/calendar")
def show(request: Request, env: Environment) -> Page:
    """Show the calendar; ``?whose=`` me, team, department or all, ``?mode=`` day, week or month, ``?date=2025-03-05``."""
    whose = request.args.get("whose", "me")
    mode = request.args.get("mode", "week")
    if whose not in calendar.WHOSE or mode not in MODES:
        raise ValidationError(_("A calendar shows a day, a week or a month."), field="mode")
    zone = zone_of(env)
    today = env.now().astimezone(zone).date()
    day = typed_day(request.args.get("date", ""), "date") or today
    shift = datetime.datetime.combine(day, datetime.time(12), zone).strftime("%z")
    creates = may(env, ACTIVITY, "create")

    def text(message: Any) -> str:
        return str(env.services.text(message, env.lang))

    script = {
        "date": day.isoformat(),
        "today": today.isoformat(),
        "mode": mode,
        "timed": True,
        "zone": f"{shift[:3]}:{shift[3:5]}",
        "locale": env.lang.replace("_", "-"),
        "events": "/x/crm_base/calendar/events"
        if whose == "me"
        else f"/x/crm_base/calendar/events-of-others?whose={whose}",
        "move": "/x/crm_base/calendar/move",
        "unscheduled": None,
        "new": f"/records/{ACTIVITY}/new" if creates else "/records/crm.schedule/new",
        "start": "start",
        "texts": {
            "all_day": text(_("All day")),
            "more": text(_("%(count)s more")),
            "none": text(_("Nothing on this day.")),
            "overlap": text(_("Overlaps %(minutes)s min: %(name)s")),
        },
    }
    data = {
        "script": script,
        "mode": mode,
        "whose": whose,
        "choices": [{"key": key, "label": text(label)} for key, label in calendar.WHOSE.items()],
        "people": list(calendar.people_of(env, whose).values()) if whose != "me" else [],
        "creates": creates,
    }
    return Page("crm_base/calendar.html", _("Calendar"), data)


@route("/calendar/events")
def own_events(request: Request, env: Environment) -> dict[str, Any]:
    """Return the own events from ``start`` to before ``end``: ``{"events": […], "more": bool}``."""
    return _events(request, env, "me")


@route("/calendar/events-of-others", writes=True)
def events(request: Request, env: Environment) -> dict[str, Any]:
    """Return the events of a team, a department or everybody likewise; that busy times were looked at is noted, hence a writing route."""
    return _events(request, env, request.args.get("whose", ""))


def _events(request: Request, env: Environment, whose: str) -> dict[str, Any]:
    first, last = typed_day(request.args.get("start", ""), "start"), typed_day(request.args.get("end", ""), "end")
    if first is None or last is None or not first < last <= first + datetime.timedelta(days=calendar.LONGEST_WINDOW):
        raise ValidationError(_("A calendar shows at most %(count)s days.", count=calendar.LONGEST_WINDOW), field="end")
    found, more = calendar.events_of(env, calendar.people_of(env, whose), first, last)
    return {"events": found, "more": more}


@route("/calendar/move/<key>", methods=["POST"])
def move(request: Request, env: Environment, key: str) -> dict[str, Any]:
    """Move an event, or its end; the form is that of `calendar.move`."""
    calendar.move(env, key, request.form)
    return {"id": key}


@route("/activity/<int:number>/complete")
def ask_completion(request: Request, env: Environment, number: int) -> Page:
    """Ask for the result and the real times of an activity, and for the next one."""
    return _completion(env, env[ACTIVITY].get(number), {}, {})


@route("/activity/<int:number>/complete", methods=["POST"])
def complete(request: Request, env: Environment, number: int) -> Any:
    """Complete an activity, and plan the next one if a time is given; both or neither."""
    activity, form = env[ACTIVITY].get(number), request.form
    try:
        times = {name: typed_moment(env, form.get(name, ""), name) for name in ("real_start", "real_end")}
        start = typed_moment(env, form.get("next_start", ""), "next_start")
        following = None
        if start is not None:
            following = {"start": start, "name": form.get("next_name", "").strip() or activity.name}
            kind = typed_number(form.get("next_kind", ""), "next_kind")
            following |= {"kind": kind} if kind is not None else {}
        with env.savepoint():
            complete_and_plan(activity, form.get("result", ""), times, following)
    except ValidationError as error:
        return _completion(env, env[ACTIVITY].get(number), form, faults_of(env, error))
    return go_to(f"/records/{ACTIVITY}/{number}", _("Completed"))


def _completion(env: Environment, activity: Any, typed: Any, faults: dict[str, str]) -> Page:
    zone = zone_of(env)

    def moment(value: datetime.datetime | None) -> str:
        return f"{value.astimezone(zone):%Y-%m-%dT%H:%M}" if value is not None else ""

    now = env.now()
    begin = activity.real_start or min(activity.start, now)
    end = activity.real_end or (min(activity.end, now) if activity.end and begin == activity.start else begin)
    usual = {
        "result": activity.result or "",
        "real_start": moment(begin),
        "real_end": moment(max(begin, end)),
        "next_start": "",
        "next_name": "",
        "next_kind": str(activity.kind.id),
    }
    kinds = env["crm.activity.kind"].read([["active", "=", True]], ["name"])
    data = {
        "id": activity.id,
        "name": activity.name,
        "customer": activity.customer.name if activity.customer is not None else "",
        "typed": {name: typed.get(name, value) for name, value in usual.items()},
        "kinds": kinds,
        "faults": faults,
    }
    return Page(
        "crm_base/complete.html", _("Complete an activity"), data, model=ACTIVITY, status=422 if faults else 200
    )


ROUTES = (show, own_events, events, move, ask_completion, complete)
