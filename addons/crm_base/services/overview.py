"""How many follow-ups each person had in a period, for who stands above them (BASE-39)."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass
from typing import Any

from addons.crm_base.services.follow_up_entry import choices
from core.api import PERIOD_LABELS, Environment, ValidationError, _, formats, records_url

FOLLOW_UP = "crm.follow_up"
UNITS = ("day", "week", "month", "year")


@dataclass(frozen=True)
class Span:
    """A day, week (from Monday), month or year."""

    unit: str
    start: datetime.date
    last: datetime.date


def span_of(env: Environment, unit: str, day: str) -> Span:
    """Return the period of a kind in which a day lies.

    Args:
        env: The environment; its day counts where none is given.
        unit: One of `UNITS`.
        day: ISO text, or empty.

    Raises:
        ValidationError: The unit or the day is none.
    """
    if unit not in UNITS:
        raise ValidationError(_("A period is a day, a week, a month or a year."), field="unit")
    try:
        at = datetime.date.fromisoformat(day) if day else env.today()
        if not 1900 <= at.year <= 2200:
            raise ValueError
    except ValueError:
        raise ValidationError(_("A day is written like 2025-03-05."), field="date") from None
    if unit == "day":
        return Span(unit, at, at)
    if unit == "week":
        start = at - datetime.timedelta(days=at.weekday())
        return Span(unit, start, start + datetime.timedelta(days=6))
    if unit == "month":
        return Span(unit, at.replace(day=1), at.replace(day=calendar.monthrange(at.year, at.month)[1]))
    return Span(unit, datetime.date(at.year, 1, 1), datetime.date(at.year, 12, 31))


def shown(env: Environment, span: Span) -> dict[str, Any]:
    """Return what a page shows of a period: its name, the ones beside it, the other kinds."""
    text = env.services.text
    return {
        "unit": span.unit,
        "label": formats.period(span.start, span.unit, env.lang),
        "before": (span.start - datetime.timedelta(days=1)).isoformat(),
        "after": (span.last + datetime.timedelta(days=1)).isoformat(),
        "date": span.start.isoformat(),
        "units": [{"name": name, "label": text(PERIOD_LABELS[name], env.lang)} for name in UNITS],
    }


def within(env: Environment, span: Span) -> list[Any]:
    """Return the domain of the follow-ups of a period, in the time zone of the deployment."""
    begin, end = (
        datetime.datetime.combine(day, datetime.time(), env.timezone).astimezone(datetime.UTC).isoformat()
        for day in (span.start, span.last + datetime.timedelta(days=1))
    )
    return [["at", ">=", begin], ["at", "<", end]]


def by_person(env: Environment, span: Span) -> dict[str, Any]:
    """Count the follow-ups that the user may read by person and channel; three statements, however many there are.

    Returns:
        ``channels`` (labels), ``people``: ``name url total customers counts`` (a count for each channel), and ``total``.
    """
    domain = within(env, span)
    measures = {"id": "count"}
    rows = env[FOLLOW_UP].aggregate(domain, measures, by=["owner", "channel"])
    touched = {
        row["owner"]: row["customer"]
        for row in env[FOLLOW_UP].aggregate(domain, {"customer": "count_distinct"}, by=["owner"])
    }
    channels = choices(env, "follow_up_channel")
    known = [each["id"] for each in channels]
    people: dict[int | None, dict[int | None, int]] = {}
    for row in rows:
        people.setdefault(row["owner"], {})[row["channel"]] = row["id"]
    names = {user.id: user.name for user in env.load("core.user", [number for number in people if number is not None])}
    lines = [
        {
            "name": names.get(owner or 0, ""),
            "url": _list_url([*domain, ["owner", "=", owner]]),
            "customers": touched.get(owner, 0),
            "counts": [counts.get(number, 0) for number in known],
            "other": sum(count for number, count in counts.items() if number not in known),
            "total": sum(counts.values()),
        }
        for owner, counts in people.items()
    ]
    lines.sort(key=lambda line: (-line["total"], line["name"]))
    return {
        "channels": [each["name"] for each in channels],
        "people": lines,
        "sums": [sum(line["counts"][at] for line in lines) for at in range(len(known))],
        "total": sum(line["total"] for line in lines),
        "url": _list_url(domain),
    }


def _list_url(domain: list[Any]) -> str:
    return records_url(FOLLOW_UP, view="list", f="-", domain=domain)
