"""Repeating appointments, inviting to them, reminding of them (BASE-53)."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.api import Environment, ValidationError, _, formatter_for, notify

SCHEDULE = "crm.schedule"
LONGEST = datetime.timedelta(days=366)
"""So far ahead an appointment is repeated."""
CHUNK = 500
_COPIED = ("name", "owner", "all_day", "place", "participants", "customer", "notes", "remind_minutes")


def repeat(first: Any) -> None:
    """Make the occurrences of an appointment that have not been made; each is a record of its own, to be moved alone.

    Raises:
        ValidationError: The last day lies before the first, or too far ahead.
    """
    env = first.env
    begin = first.start.astimezone(env.timezone)
    if first.repeat_until < begin.date():
        raise ValidationError(_("The repetition ends before it begins."), field="repeat_until")
    if first.repeat_until > begin.date() + LONGEST:
        raise ValidationError(_("It is repeated for at most %(count)s days.", count=LONGEST.days), field="repeat_until")
    made = {row["start"] for row in env[SCHEDULE].read([["series", "=", first.id]], ["start"])}
    length = first.end - first.start if first.end else datetime.timedelta(hours=1)
    shared = {name: getattr(first, name) for name in _COPIED}
    values = [
        {**shared, "start": start, "end": start + length, "series": first}
        for start in _occurrences(begin, first.repeats, first.repeat_until)
        if start not in made
    ]
    if values:
        env[SCHEDULE].create(values)


def _occurrences(begin: datetime.datetime, repeats: str, until: datetime.date) -> Iterator[datetime.datetime]:
    """Yield the starts behind the first, at the same time of the clock; of a day that a month lacks its last one."""
    number = 0
    while True:
        number += 1
        if repeats == "month":
            months = begin.month - 1 + number
            year, month = begin.year + months // 12, months % 12 + 1
            day = datetime.date(year, month, min(begin.day, calendar.monthrange(year, month)[1]))
        else:
            day = begin.date() + datetime.timedelta(days=number * (7 if repeats == "week" else 1))
        if day > until:
            return
        yield datetime.datetime.combine(day, begin.time(), begin.tzinfo).astimezone(datetime.UTC)


def on_saved(env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Tell people of appointments that others arranged for them; of a repeated one once."""
    if model != SCHEDULE:
        return
    moved = [number for number, old in changed.items() if "start" in old]
    for schedule in env.load(SCHEDULE, [*created, *moved]):
        if schedule.id in created and schedule.series is not None:
            continue
        is_new = schedule.id in created
        title = (
            _("New appointment: %(name)s", name=schedule.name) if is_new else _("Moved: %(name)s", name=schedule.name)
        )
        _tell(env, schedule, title)
        if schedule.id in moved and schedule.is_reminded and schedule.start > env.now():
            with env.system_changes():
                schedule.is_reminded = False


def _tell(env: Environment, schedule: Any, title: Any) -> None:
    readers = {person.id: person for person in [schedule.owner, *schedule.participants] if person is not None}
    readers.pop(env.uid, None)
    if readers:
        show = formatter_for(env).show(env.registry[SCHEDULE].fields["start"], schedule.start).text
        notify(
            env,
            list(readers.values()),
            title,
            text=" ".join(part for part in (show, schedule.place or "") if part),
            url=f"/records/{SCHEDULE}/{schedule.id}",
        )


def remind(env: Environment) -> int:
    """Tell of the appointments whose reminder has come, each once; return how many.

    Args:
        env: An environment of the system.
    """
    found = env[SCHEDULE].search([["remind_at", "<=", env.now()]], order="remind_at, id", limit=CHUNK)
    for schedule in found:
        if schedule.end is None or schedule.end >= env.now():
            _tell(env, schedule, _("Appointment: %(name)s", name=schedule.name))
        schedule.is_reminded = True
    env.flush()
    return len(found)
