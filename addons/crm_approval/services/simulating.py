"""Runs a flow, or a change of it that is not saved, over records of the past: what would have been held, where, by whom (APPR-02).

Nothing is written, and no record is read: all figures are counts of the database, with the rights of who asks, so that each opens as the
list that it counts. Approvers are found as they would be today.
"""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from addons.crm_approval.services.checking import check_condition
from addons.crm_approval.services.common import also
from addons.crm_approval.services.people import find_approvers
from core.api import Environment, ValidationError, _, records_url

MOST_SUBMITTERS = 500
"""People whose records are counted; more would be a report, not a try."""


@dataclass
class Level:
    """A level of the flow and what it would have got."""

    name: str
    count: int
    url: str
    before: int | None = None
    """Count by the flow as it is saved; None: the same flow was tried."""


@dataclass
class Outcome:
    """What a flow would have done."""

    total: int
    """Records of the period."""
    held: int
    url: str
    levels: list[Level] = field(default_factory=list)
    people: list[tuple[int, int]] = field(default_factory=list)
    """Pairs (id of a user, how often they would have been asked), the most first."""


def simulate(
    env: Environment,
    model: str,
    condition: Any,
    steps: Sequence[Mapping[str, Any]],
    since: datetime.date,
    until: datetime.date,
) -> Outcome:
    """Run a flow over the records of a period.

    Args:
        env: Who asks; records they may not see are not counted.
        model: The object.
        condition: Start condition; None: every record.
        steps: Levels as `flows.snapshot` keeps them.
        since: First day.
        until: Last day, included.

    Raises:
        ValidationError: The period ends before it begins, or a condition can't be asked.
    """
    if until < since:
        raise ValidationError(
            _("The period ends on %(until)s, before it begins on %(since)s.", until=until, since=since), field="until"
        )
    check_condition(env, model, condition, "condition")
    for number, step in enumerate(steps, 1):
        check_condition(env, model, step.get("condition"), f"condition.{number}")
    period = _period(env, model, since, until)
    started = also(period, condition)
    held = also(started, _any([step.get("condition") for step in steps])) if steps else None
    outcome = Outcome(
        env[model].count(period),
        env[model].count(held) if held is not None else 0,
        _url(model, held if held is not None else [["id", "=", 0]]),
    )
    for step in steps:
        domain = also(started, step.get("condition"))
        outcome.levels.append(Level(step["name"], env[model].count(domain), _url(model, domain)))
    outcome.people = _people(env, model, started, steps)
    return outcome


def _period(env: Environment, model: str, since: datetime.date, until: datetime.date) -> list[Any]:
    """Return the condition on the day of a record: its field ``date``, else when it was made."""
    day = env.registry.models[model].fields.get("date")
    if day is not None and day.kind == "date" and day.is_stored:
        return [["date", ">=", since], ["date", "<=", until]]
    first = datetime.datetime.combine(since, datetime.time(), env.timezone)
    after = datetime.datetime.combine(until + datetime.timedelta(days=1), datetime.time(), env.timezone)
    return [["created_at", ">=", first], ["created_at", "<", after]]


def _any(conditions: Iterable[Any]) -> Any:
    """Return the condition that some of several hold; None where one of them always does."""
    kept = list(conditions)
    return None if any(each in (None, [], {}) for each in kept) else {"any": [{"all": [each]} for each in kept]}


def _people(env: Environment, model: str, started: Any, steps: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """Return how often each person would have been asked: once for a record, however many of its levels are theirs (D6)."""
    by = env.registry.models[model].owner_field or "created_by"
    asked: dict[int, int] = {}
    earlier: list[dict[int, frozenset[int]]] = []
    for number, step in enumerate(steps):
        rows = env[model].aggregate(
            also(started, step.get("condition")), {"id": "count"}, by=[by], limit=MOST_SUBMITTERS
        )
        found = {row[by]: find_approvers(env, step, row[by]).people for row in rows if row[by] is not None}
        people = {submitter: frozenset(each) for submitter, each in found.items()}
        groups: dict[tuple[int, ...], list[int]] = {}
        for submitter, now in people.items():
            same = tuple(place for place in range(number) if earlier[place].get(submitter, frozenset()) >= now)
            groups.setdefault(same, []).append(submitter)
        for same, submitters in groups.items():
            before = _any([steps[place].get("condition") for place in same]) if same else {"any": []}
            if before is None:
                continue
            domain = also(started, step.get("condition"), [[by, "in", submitters]], {"not": before} if same else None)
            for row in env[model].aggregate(domain, {"id": "count"}, by=[by]):
                for person in people[row[by]]:
                    asked[person] = asked.get(person, 0) + row["id"]
        earlier.append(people)
    return sorted(asked.items(), key=lambda pair: (-pair[1], pair[0]))


def _url(model: str, domain: Any) -> str:
    plain = json.loads(json.dumps(domain, default=str))
    return records_url(model, view="list", f="-", domain=plain)
