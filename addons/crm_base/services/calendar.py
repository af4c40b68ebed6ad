"""One calendar of activities, appointments and tasks: of oneself, a team or everybody (BASE-51, BASE-52).

What the user may not read of others shows as busy, with nothing but its time.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from addons.crm_base.services.activity import LONGEST
from addons.crm_base.services.follow_up_entry import zone_of
from addons.crm_base.services.model_rights import may
from core.api import MOST_SHIFT_DAYS, Environment, MissingRecord, ValidationError, _, id_of, read_shift, shifted

USER = "core.user"
MOST_EVENTS = 1000
LONGEST_WINDOW = 100
MOST_PEOPLE = 200
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
WHOSE = {"me": _("Mine"), "team": _("My team"), "department": _("My department"), "all": _("Everybody")}
NOT_CANCELLED = [["state", "!=", "cancelled"]]


@dataclass(frozen=True)
class Source:
    """A kind of record on the calendar."""

    model: str
    start: str
    end: str | None
    tone: str
    notes: tuple[str, ...]
    domain: Sequence[Any] = ()
    done: tuple[str, ...] = ()
    """States in which it is over."""
    all_day: str | None = None
    guests: str | None = None
    """Field of those who take part."""


SOURCES = (
    Source(
        "crm.activity", "start", "end", "ac", ("customer.name", "place"), NOT_CANCELLED, ("done",), None, "participants"
    ),
    Source("crm.schedule", "start", "end", "ok", ("place",), (), (), "all_day", "participants"),
    Source("crm.task", "due", None, "wa", ("customer.name",), NOT_CANCELLED, ("done", "submitted")),
)
BUSY = SOURCES[:2]
"""What takes time; a task has only a day."""


def people_of(env: Environment, whose: str) -> dict[int, str]:
    """Return id → name of the people whose calendar is looked at, oneself first.

    Args:
        env: Who looks.
        whose: A key of `WHOSE`: ``team`` is the own teams, those led, and who stands below.

    Raises:
        ValidationError: There is no such choice.
    """
    if whose not in WHOSE:
        raise ValidationError(_("Whose calendar?"), field="whose")
    user = env.user
    found = {env.uid: user.name}
    if whose == "me":
        return found
    parts: list[Any] = []
    if whose == "team":
        parts += [["superior", "=", env.uid], ["teams.leader", "=", env.uid]]
        if user.teams:
            parts.append(["teams", "in", [team.id for team in user.teams]])
        if user.position is not None:
            parts.append({"all": [["position", "under", user.position.id], ["position", "!=", user.position.id]]})
    elif whose == "department" and user.department is not None:
        parts.append(["department", "under", user.department.id])
    domain: list[Any] = [["active", "=", True], ["id", "!=", 1]]
    if whose != "all":
        if not parts:
            return found
        domain.append({"any": parts})
    rows = env[USER].read(domain, ["name"], "name, id", MOST_PEOPLE)
    return found | {row["id"]: row["name"] for row in rows}


def events_of(
    env: Environment, people: Mapping[int, str], first: datetime.date, last: datetime.date
) -> tuple[list[dict[str, Any]], bool]:
    """Return the events of people from a day to before another, and whether there are more than are shown.

    What of others may not be read is busy time, for which the system is asked; the statements don't depend on how many there are.

    Args:
        env: Who looks.
        people: Id → name.
        first: First day.
        last: The day after the last.
    """
    zone = zone_of(env)
    bounds = _bounds(zone, first, last)
    found: list[dict[str, Any]] = []
    more = False
    for source in SOURCES:
        if not may(env, source.model, "read"):
            continue
        rows = _rows(env, source, people, bounds, (first, last))
        more = more or len(rows) > MOST_EVENTS
        rows = rows[:MOST_EVENTS]
        movable = _movable(env, source, [row["id"] for row in rows])
        found += [_event(env, source, row, people, zone, is_fixed=row["id"] not in movable) for row in rows]
    if len(people) > 1:
        found += _busy(env, people, bounds, (first, last), {event["id"] for event in found}, zone)
    return found, more


def _bounds(zone: ZoneInfo, first: datetime.date, last: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    begin, end = (
        datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC) for day in (first, last)
    )
    return begin, end


def _rows(
    env: Environment,
    source: Source,
    people: Mapping[int, str],
    bounds: tuple[datetime.datetime, datetime.datetime],
    days: tuple[datetime.date, datetime.date],
) -> list[dict[str, Any]]:
    mine: list[Any] = [["owner", "in", list(people)]]
    if source.guests:
        mine.append([source.guests, "in", list(people)])
    domain: list[Any] = [*source.domain, {"any": mine}, *_within(source, bounds, days)]
    names = ["name", "owner", source.start, *source.notes]
    names += [name for name in (source.end, source.all_day) if name]
    names += ["state"] if source.done else []
    return env[source.model].read(domain, names, f"{source.start}, id", MOST_EVENTS + 1)


def _within(source: Source, bounds: Sequence[datetime.datetime], days: Sequence[datetime.date]) -> list[Any]:
    if source.end is None:
        return [[source.start, ">=", days[0]], [source.start, "<", days[1]]]
    # Nothing lasts longer than that, so an index on the start finds the few of these weeks among many years.
    return [
        [source.start, "<", bounds[1]],
        [source.start, ">=", bounds[0] - LONGEST],
        [source.end, ">=", bounds[0]],
    ]


def _movable(env: Environment, source: Source, ids: Sequence[int]) -> set[int]:
    if not ids or not may(env, source.model, "update"):
        return set()
    domain: list[Any] = [["id", "in", list(ids)]]
    if source.model == "crm.activity":
        domain.append(["state", "in", ["planned", "approved"]])
    return {row["id"] for row in env[source.model].read(domain, ["id"], operation="update")}


def _event(
    env: Environment,
    source: Source,
    row: Mapping[str, Any],
    people: Mapping[int, str],
    zone: ZoneInfo,
    *,
    is_fixed: bool,
) -> dict[str, Any]:
    notes = [str(row[name]) for name in source.notes if row[name]]
    if len(people) > 1 and people.get(row["owner"]):
        notes.insert(0, people[row["owner"]])
    is_done = row.get("state") in source.done
    tone = "er" if source.end is None and not is_done and row[source.start] < env.today() else source.tone
    times = _times(source, row, zone)
    # On the line of whole days there is no room below the title.
    title, notes = (" · ".join([row["name"], *notes]), []) if times["allDay"] else (row["name"], notes)
    return {
        "id": f"{source.model}-{row['id']}",
        "title": title,
        **times,
        "classNames": [f"ev-{tone}", *(["ev-done"] if is_done else [])],
        "extendedProps": {"url": f"/records/{source.model}/{row['id']}", "notes": notes, "person": row["owner"]},
        "startEditable": not is_fixed,
        "durationEditable": not is_fixed and source.end is not None,
    }


def _times(source: Source, row: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    start = row[source.start]
    if not isinstance(start, datetime.datetime):
        return {"start": start.isoformat(), "end": (start + DAY).isoformat(), "allDay": True}
    begin = start.astimezone(zone)
    until = max((row[source.end or ""] or start + HOUR).astimezone(zone), begin)
    if source.all_day and row[source.all_day]:
        return {"start": begin.date().isoformat(), "end": (until.date() + DAY).isoformat(), "allDay": True}
    return {"start": f"{begin:%Y-%m-%dT%H:%M:%S}", "end": f"{until:%Y-%m-%dT%H:%M:%S}", "allDay": False}


def _busy(
    env: Environment,
    people: Mapping[int, str],
    bounds: tuple[datetime.datetime, datetime.datetime],
    days: tuple[datetime.date, datetime.date],
    known: set[str],
    zone: ZoneInfo,
) -> list[dict[str, Any]]:
    """Return the times at which others are busy with what the user may not read: whose and when, and nothing else."""
    word = env.services.text(_("Busy"), env.lang)
    found: list[dict[str, Any]] = []
    with env.elevated(reason="busy times in the calendar of others") as system:
        for source in BUSY:
            rows = _rows(system, source, people, bounds, days)
            for row in rows[:MOST_EVENTS]:
                if f"{source.model}-{row['id']}" in known or row["owner"] not in people:
                    continue
                times = _times(source, row, zone)
                found.append(
                    {
                        "id": f"busy-{row['owner']}-{times['start']}-{len(found)}",
                        "title": word,
                        **times,
                        "classNames": ["ev-gr"],
                        "extendedProps": {"url": "#", "notes": [people[row["owner"]]], "person": row["owner"]},
                        "startEditable": False,
                        "durationEditable": False,
                    }
                )
    return found


def move(env: Environment, key: str, form: Mapping[str, str]) -> None:
    """Move an event: its record's dates follow.

    Args:
        env: Who moves it.
        key: Id of the event, such as ``crm.activity-7``.
        form: ``shift`` (seconds on the clock, negative: earlier) with ``part`` (``all`` or ``end``); or ``start`` and perhaps ``end`` as
            the clock of the user shows them.

    Raises:
        MissingRecord: There is no such event for the user.
        ValidationError: The form can't be understood, or a rule refuses the new time.
        AccessDenied: The user may not change the record.
    """
    model, _dash, number = key.rpartition("-")
    source = next((each for each in SOURCES if each.model == model), None)
    record_id = id_of(number)
    if source is None or record_id is None:
        raise MissingRecord(_("There is no such event."))
    record, zone = env[model].get(record_id), zone_of(env)
    start, end = getattr(record, source.start), getattr(record, source.end) if source.end else None
    values: dict[str, Any] = {}
    if "start" in form:
        values[source.start] = _typed(form["start"], zone, "start", is_day=source.end is None)
        if source.end and form.get("end"):
            values[source.end] = _typed(form["end"], zone, "end", is_day=False)
        elif source.end and end is not None:
            values[source.end] = end + (values[source.start] - start)
    else:
        shift = read_shift(form.get("shift", ""))
        if shift is None:
            raise ValidationError(
                _("An event is moved by at most %(count)s days.", count=MOST_SHIFT_DAYS), field="shift"
            )
        if form.get("part") not in ("all", "end") or (form["part"] == "end" and source.end is None):
            raise ValidationError(_("An event is moved as a whole, or its end."), field="part")
        if form["part"] == "all":
            values[source.start] = shifted(start, shift, zone)
        if source.end:
            values[source.end] = shifted(end or start + HOUR, shift, zone)
    record.update(values)
    env.flush()


def _typed(text: str, zone: ZoneInfo, field: str, *, is_day: bool) -> Any:
    try:
        if is_day:
            return datetime.date.fromisoformat(text[:10])
        return datetime.datetime.fromisoformat(text[:19]).replace(tzinfo=zone).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise ValidationError(_("A time is written like 2025-03-05T10:00."), field=field) from None
