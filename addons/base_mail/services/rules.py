"""Finds the rules that an event fulfils, and tells who is to be told.

While records are saved only this is decided: which rule, which records. The condition is asked then, since the record may look different
a moment later. Who is told what is the work of a background job, so that nobody waits for it.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from addons.base_mail.services.filling import fill
from addons.base_mail.services.recipients import by_paths, members, split_paths
from addons.base_mail.services.telling import Told, offered, tell
from core.api import AccessDenied, Environment, ValidationError, _, system_of

MODEL = "base.mail.rule"
FIRING = "base.mail.rule.firing"
APPLY = "base_mail.apply_rule"
CHUNK = 500
SINGLE = 5
"""Up to so many records of one event a reader is told of each; of more, of all together."""
LATE_DAYS = 3
"""Days for which a rule about a date is made up for, when no worker ran."""
_CACHE = "base_mail.rules"


def rules_of(env: Environment, model: str) -> Sequence[Any]:
    """Return the active rules about a model as rows; all are read once per transaction, past rights."""
    rules: dict[str, list[Any]] | None = env.cache.get(_CACHE)
    if rules is None:
        table = env.registry[MODEL].table
        rules = {}
        for row in env.connection.execute(table.select().where(table.c.active).order_by(table.c.id)):
            rules.setdefault(row.model, []).append(row)
        env.cache[_CACHE] = rules
    return rules.get(model, [])


def on_saved(env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Let jobs apply the rules that saved records fulfil."""
    if model == MODEL:
        for each in env.family:
            each.cache.pop(_CACHE, None)
        return
    for rule in rules_of(env, model):
        if rule.event == "created" and created:
            _fire(env, rule, created)
        elif rule.event == "changed":
            ids = [number for number, before in changed.items() if _has_changed(env, rule, number, before)]
            _fire(env, rule, ids)


def on_transition(env: Environment, record: Any, name: str) -> None:
    """Let jobs apply the rules that a change of state fulfils."""
    for rule in rules_of(env, record._info.name):
        if rule.event == "transition" and rule.transition in (None, "", name):
            _fire(env, rule, [record.id])


def _has_changed(env: Environment, rule: Any, number: int, before: Mapping[str, Any]) -> bool:
    if rule.field not in before:
        return False
    record = env.browse(rule.model, number)
    if record is None:
        return False
    old, new = _plain(before[rule.field]), _plain(getattr(record, rule.field))
    return old != new and _is_one_of(old, rule.value_from) and _is_one_of(new, rule.value_to)


def _plain(value: Any) -> str:
    """Return a value as it is written into a rule: a relation by id, true and false in small letters, nothing as an empty text."""
    plain = getattr(value, "id", value)
    if plain is None:
        return ""
    return str(plain).lower() if isinstance(plain, bool) else str(plain)


def _is_one_of(value: str, wanted: str | None) -> bool:
    return not wanted or value in {part.strip() for part in wanted.split(",")}


def _fire(env: Environment, rule: Any, ids: Sequence[int]) -> None:
    """Defer the rule for those of the records that fulfil its condition."""
    system = system_of(env)
    for start in range(0, len(ids), CHUNK):
        part = list(ids[start : start + CHUNK])
        if rule.condition is not None:
            part = [row["id"] for row in system[rule.model].read({"all": [["id", "in", part], rule.condition]}, ["id"])]
        if part:
            system.defer(APPLY, rule=rule.id, records=part, actor=env.uid)


def apply_rule(env: Environment, number: int, ids: Sequence[int], actor: int | None) -> int:
    """Tell everybody whom a rule names of some records; return how many messages that became.

    Args:
        env: An environment of the system.
        number: Id of the rule.
        ids: Ids of the records.
        actor: Who did it: not told as one of many, since they know; only where the rule names them. None: nobody.
    """
    rule = env[MODEL].find(number)
    if rule is None or not rule.active or rule.model not in env.registry.models:
        return 0
    everybody = members(env, rule.groups) - {actor}
    named = {user.id for user in rule.users if user.active}
    readers: dict[int, list[int]] = {}
    for record, people in by_paths(env, rule.model, ids, split_paths(rule.paths)).items():
        for person in (people - {actor}) | everybody | named:
            readers.setdefault(person, []).append(record)
    active = {
        row["id"] for row in env["core.user"].read([["id", "in", sorted(readers)], ["active", "=", True]], ["id"])
    }
    told = [each for person in sorted(active) for each in _tellings(env, rule, person, readers[person])]
    return tell(env, f"rule:{rule.id}", offered(rule), told, bell="warning" if rule.event == "date" else "message")


def _tellings(env: Environment, rule: Any, person: int, ids: Sequence[int]) -> Iterable[Told]:
    """Return what one reader is told: nothing of records they may not read, in their language."""
    theirs = env.as_user(person)
    try:
        records = list(theirs[rule.model].search([["id", "in", list(ids)]]))
    except AccessDenied:
        return []
    if not records:
        return []
    own: Any = theirs.browse(MODEL, rule.id)
    if len(records) > SINGLE:
        title = theirs.services.text(_("%(rule)s: %(count)s records", rule=own.name, count=len(records)), theirs.lang)
        text = "\n".join(str(record.display_name) for record in records[:20])
        return [Told(person, title, text, url=f"/records/{rule.model}")]
    return [_single(theirs, own, person, record) for record in records]


def _single(theirs: Environment, rule: Any, person: int, record: Any) -> Told:
    url = f"/records/{rule.model}/{record.id}"
    template = rule.template
    if template is None:
        return Told(person, f"{rule.name}: {record.display_name}", "", url=url, model=rule.model, record=record.id)
    try:
        title = fill(theirs, template.subject, record).strip() or f"{rule.name}: {record.display_name}"
        text = fill(theirs, template.text, record)
        html = fill(theirs, template.html, record, as_html=True) if template.html else None
    except ValidationError as error:
        # The event is worth telling even where the template is not.
        title = f"{rule.name}: {record.display_name}"
        text, html = theirs.services.text(error.message, theirs.lang), None
    return Told(person, " ".join(title.split())[:200], text, html, url, rule.model, record.id)


def reach_dates(env: Environment) -> int:
    """Let jobs apply the rules about dates that were reached; return how many records were found. Each is found once for a date."""
    found = 0
    for rule in env[MODEL].search([["active", "=", True], ["event", "=", "date"]]):
        if rule.model in env.registry.models:
            found += _reach(env, rule)
    return found


def _reach(env: Environment, rule: Any) -> int:
    last = env.today() - datetime.timedelta(days=rule.days)
    # A new rule does not tell of what was before it.
    first = max(last - datetime.timedelta(days=LATE_DAYS), rule.created_at.date() - datetime.timedelta(days=rule.days))
    domain: list[Any] = [[rule.field, ">=", _bound(env, rule, first)]]
    domain.append([rule.field, "<", _bound(env, rule, last + datetime.timedelta(days=1))])
    if rule.condition is not None:
        domain.append({"all": rule.condition} if isinstance(rule.condition, list) else rule.condition)
    rows = env[rule.model].read(domain, ["id", rule.field])
    known = {
        (row["record_id"], row["date"])
        for row in env[FIRING].read([["rule", "=", rule.id], ["date", ">=", first]], ["record_id", "date"])
    }
    fresh = [(row["id"], day) for row in rows if (row["id"], day := _day(env, row[rule.field])) not in known]
    if fresh:
        env[FIRING].create([{"rule": rule.id, "record_id": number, "date": day} for number, day in fresh])
        for start in range(0, len(fresh), CHUNK):
            ids = [number for number, _date in fresh[start : start + CHUNK]]
            env.defer(APPLY, rule=rule.id, records=ids, actor=None)
    return len(fresh)


def _bound(env: Environment, rule: Any, day: datetime.date) -> Any:
    if env.registry.field(rule.model, rule.field).kind == "date":
        return day
    return datetime.datetime.combine(day, datetime.time(), env.timezone)


def _day(env: Environment, value: Any) -> datetime.date:
    return value.astimezone(env.timezone).date() if isinstance(value, datetime.datetime) else value
