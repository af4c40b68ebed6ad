"""The reminder engine (CORE-77): items are made by a job, and go by themselves when the thing is done.

An item is kept once for each kind, record and person. Whether it still holds is asked of the record itself whenever it is shown, so what
is done, put off or deleted is gone at once; the job tidies up behind. Statements grow with kinds and people, never with records.
"""

import calendar
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from addons.base_mail.services.recipients import split_paths
from addons.base_mail.services.telling import Told, offered, tell
from core.api import CoreError, Environment, _, formatter_for

KIND = "base.reminder.kind"
ITEM = "base.reminder"
CHUNK = 500
MOST_SHOWN = 200
FIRST_YEAR = 1900


@dataclass(frozen=True)
class Due:
    """An item ready to be shown."""

    kind: str
    title: str
    date: datetime.date
    url: str
    days: int
    """Until the date; negative: overdue."""


def take_up_kinds(env: Environment) -> int:
    """Make the kinds that addons declare and nobody has made yet; return how many. What an administrator set stays."""
    declared = {kind.name: kind for kinds in env.hook.register_reminder_kinds() for kind in kinds}
    known = {row["key"] for row in env[KIND].read([["key", "in", sorted(declared)]], ["key"])} if declared else set()
    fresh = [kind for name, kind in declared.items() if name not in known and kind.model in env.registry.models]
    for kind in fresh:
        env[KIND].create(
            {
                "key": kind.name,
                "label": str(env.services.text(kind.label, env.default_lang)),
                "model": kind.model,
                "date_field": kind.date_field,
                "lead_days": kind.lead_days,
                "keep_days": kind.keep_days,
                "yearly": kind.yearly,
                "open_domain": kind.domain,
                "recipients": kind.recipients,
            }
        )
    return len(fresh)


def due_domain(env: Environment, kind: Any, today: datetime.date) -> list[Any]:
    """Return the domain of the records of which a kind reminds on a day."""
    last = today + datetime.timedelta(days=kind.lead_days)
    first = None if kind.keep_days is None else today - datetime.timedelta(days=kind.keep_days)
    is_date = env.registry.field(kind.model, kind.date_field).kind == "date"

    def bound(day: datetime.date) -> Any:
        return day if is_date else datetime.datetime.combine(day, datetime.time(), env.timezone)

    def within(start: datetime.date | None, end: datetime.date) -> list[Any]:
        parts: list[Any] = [[kind.date_field, "<", bound(end + datetime.timedelta(days=1))]]
        return parts if start is None else [[kind.date_field, ">=", bound(start)], *parts]

    domain = _yearly(within, first or today, last) if kind.yearly else within(first, last)
    if kind.open_domain:
        domain = [*domain, {"all": kind.open_domain} if isinstance(kind.open_domain, list) else kind.open_domain]
    return domain


def _yearly(within: Any, first: datetime.date, last: datetime.date) -> list[Any]:
    """Return the domain of the days of any year between two days of this one, which an index on the date can answer."""
    spans = []
    for year in range(FIRST_YEAR, last.year + 1):
        back = last.year - year
        spans.append({"all": within(_first_day(first, back), _last_day(last, back))})
    return [{"any": spans}]


def _first_day(day: datetime.date, back: int) -> datetime.date:
    """Return the first day some years earlier that is kept on ``day`` or later; 29 February is kept on the 28th in other years."""
    try:
        return day.replace(year=day.year - back)
    except ValueError:
        return datetime.date(day.year - back, 3, 1)


def _last_day(day: datetime.date, back: int) -> datetime.date:
    """Return the last day some years earlier that is kept on ``day`` or before; of 28 February that is the 29th, where there is one."""
    year = day.year - back
    if (day.month, day.day) == (2, 28) and not calendar.isleap(day.year) and calendar.isleap(year):
        return datetime.date(year, 2, 29)
    return _kept_in(day, year)


def _kept_in(day: datetime.date, year: int) -> datetime.date:
    """Return the day on which an anniversary is kept in a year."""
    try:
        return day.replace(year=year)
    except ValueError:
        return datetime.date(year, 2, 28)


def occurrence(kind: Any, value: Any, today: datetime.date, zone: datetime.tzinfo) -> datetime.date:
    """Return the day an item is about: the date itself, or of a yearly one the day it comes back next."""
    day: datetime.date = value.astimezone(zone).date() if isinstance(value, datetime.datetime) else value
    if not kind.yearly:
        return day
    first = today - datetime.timedelta(days=kind.keep_days or 0)
    this_year = _kept_in(day, first.year)
    return this_year if this_year >= first else _kept_in(day, first.year + 1)


def make_items(env: Environment) -> dict[str, int]:
    """Make the items that are due and take away those that are done, of all kinds; return how many of each.

    Args:
        env: An environment of the system.
    """
    take_up_kinds(env)
    made = gone = 0
    for kind in env[KIND].search():
        fresh, lost = _items_of(env, kind)
        made, gone = made + fresh, gone + lost
    return {"made": made, "gone": gone}


def _items_of(env: Environment, kind: Any) -> tuple[int, int]:
    """Bring the items of one kind up to date; the number of statements does not depend on how many there are."""
    wanted = _wanted(env, kind) if kind.active and kind.model in env.registry.models else {}
    names = ["user", "record_id", "date", "title"]
    gone, kept = [], set()
    for row in env[ITEM].read([["kind", "=", kind.id]], names):
        key = (row["user"], row["record_id"])
        if key in wanted and wanted[key] == (row["date"], row["title"]):
            kept.add(key)
        else:
            gone.append((row["id"], key))
    for start in range(0, len(gone), CHUNK):
        env[ITEM].delete([["id", "in", [number for number, _key in gone[start : start + CHUNK]]]])
    again = {key for _number, key in gone}
    fresh = [key for key in wanted if key not in kept]
    values = [
        {"kind": kind.id, "user": key[0], "model": kind.model, "record_id": key[1], "date": day, "title": title}
        for key, (day, title) in ((key, wanted[key]) for key in fresh)
    ]
    for start in range(0, len(values), CHUNK):
        env[ITEM].create(values[start : start + CHUNK])
    news = [key for key in fresh if key not in again]
    if news and offered(kind):
        _tell(env, kind, news)
    return len(news), len(again - wanted.keys())


def _wanted(env: Environment, kind: Any) -> dict[tuple[int, int], tuple[datetime.date, str]]:
    """Return (user, record) → (day, title) of what is due."""
    paths, today = split_paths(kind.recipients), env.today()
    try:
        rows = env[kind.model].read(due_domain(env, kind, today), [kind.date_field, "display_name", *paths])
    except CoreError:
        # A field went with its addon; the kind sleeps until it is back.
        return {}
    found: dict[tuple[int, int], tuple[datetime.date, str]] = {}
    for row in rows:
        day = occurrence(kind, row[kind.date_field], today, env.timezone)
        for path in paths:
            for user in row[path] if isinstance(row[path], list) else [row[path]]:
                if user is not None:
                    found[user, row["id"]] = (day, str(row["display_name"] or row["id"])[:255])
    return found


def _tell(env: Environment, kind: Any, news: Sequence[tuple[int, int]]) -> None:
    """Tell each person of what is new, in one message, and only of what they may read."""
    by_person: dict[int, list[int]] = {}
    for user, record in news:
        by_person.setdefault(user, []).append(record)
    told = []
    for user, ids in sorted(by_person.items()):
        theirs = env.as_user(user)
        due = [each for each in open_items(theirs, kind_id=kind.id) if each[1] in set(ids)]
        if due:
            label = theirs.browse(KIND, kind.id).label
            title = theirs.services.text(_("Reminder: %(kind)s (%(count)s)", kind=label, count=len(due)), theirs.lang)
            show = formatter_for(theirs).show
            field = theirs.registry[ITEM].fields["date"]
            text = "\n".join(f"{show(field, item.date).text}  {item.title}" for item, _record in due[:50])
            url = due[0][0].url if len(due) == 1 else "/x/base_mail/center?kind=reminder"
            told.append(Told(user, title, text, url=url))
    tell(env, f"reminder:{kind.id}", offered(kind), told, bell="task")


def open_items(env: Environment, kind_id: int | None = None) -> list[tuple[Due, int]]:
    """Return what the user of ``env`` is reminded of now, with the ids of the records, the most urgent first.

    What is done, was moved or deleted, or may no longer be read is left out. One statement for each kind.
    """
    domain: list[Any] = [["user", "=", env.uid]]
    if kind_id is not None:
        domain.append(["kind", "=", kind_id])
    rows = env[ITEM].read(domain, ["kind", "record_id", "date"])
    by_kind: dict[int, dict[int, datetime.date]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], {})[row["record_id"]] = row["date"]
    found: list[tuple[Due, int]] = []
    kinds = {kind.id: kind for kind in env.load(KIND, sorted(by_kind))}
    for number, records in by_kind.items():
        kind = kinds.get(number)
        if kind is not None and kind.active and kind.model in env.registry.models:
            found += _still_due(env, kind, records)
    return sorted(found, key=lambda each: (each[0].date, each[0].title))[:MOST_SHOWN]


def _still_due(env: Environment, kind: Any, records: dict[int, datetime.date]) -> list[tuple[Due, int]]:
    today, label = env.today(), kind.label
    domain = [["id", "in", list(records)], *due_domain(env, kind, today)]
    try:
        rows = env[kind.model].read(domain, [kind.date_field, "display_name"])
    except CoreError:
        return []
    due = []
    for row in rows:
        day = occurrence(kind, row[kind.date_field], today, env.timezone)
        url = f"/records/{kind.model}/{row['id']}"
        due.append((Due(label, str(row["display_name"] or row["id"]), day, url, (day - today).days), row["id"]))
    return due
