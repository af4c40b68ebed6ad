"""Completing activities and planning the next one (BASE-44)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from core.api import Environment, ValidationError, _

LONGEST = datetime.timedelta(days=31)
"""Longer lasts no activity."""


def check_times(start: datetime.datetime | None, end: datetime.datetime | None, field: str) -> None:
    """Refuse an end before the start, or after more than a month.

    Raises:
        ValidationError: They don't go together.
    """
    if start is None or end is None:
        return
    if end < start:
        raise ValidationError(_("The end comes after the start."), field=field)
    if end - start > LONGEST:
        raise ValidationError(_("It lasts at most %(count)s days.", count=LONGEST.days), field=field)


def on_saved(env: Environment, model: str, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Refuse to move what is over.

    Raises:
        ValidationError: An activity is done or cancelled.
    """
    if model != "crm.activity":
        return
    moved = [number for number, old in changed.items() if old.keys() & {"start", "end"} and "state" not in old]
    for activity in env.load(model, moved):
        if activity.state in ("done", "cancelled"):
            raise ValidationError(_("What is done or cancelled is not rescheduled."), field="start")


def complete_activity(
    activity: Any,
    result: str | None = None,
    real_start: datetime.datetime | None = None,
    real_end: datetime.datetime | None = None,
) -> None:
    """Do what the transition `complete` of an activity means; see there."""
    env = activity.env
    if activity.kind.needs_approval and activity.state == "planned":
        raise ValidationError(_("Activities of this kind are released before they are carried out."), field="state")
    text = (result if result is not None else activity.result or "").strip()
    if not text:
        raise ValidationError(_("What came of it? Enter the result first."), field="result")
    now = env.now()
    begin = real_start or activity.real_start or min(activity.start, now)
    if begin > now:
        raise ValidationError(_("It can't have begun yet."), field="real_start")
    planned_end = activity.end if begin == activity.start else begin
    end = real_end or activity.real_end or max(begin, min(planned_end or begin, now))
    check_times(begin, end, "real_end")
    activity.update(result=text, real_start=begin, real_end=end)
    if activity.customer is not None:
        activity.follow_up = _follow_up_of(activity, begin, text)


def _follow_up_of(activity: Any, begin: datetime.datetime, result: str) -> Any:
    values = {
        "customer": activity.customer,
        "contact": activity.contact,
        "at": begin,
        "channel": activity.kind.channel,
        "content": activity.name if not activity.description else f"{activity.name}\n{activity.description}",
        "result": result,
        "task": activity.task,
        "activity": activity,
        "owner": activity.owner,
    }
    # A superior may complete what somebody below carried out: the follow-up is theirs.
    with activity.env.elevated(reason="follow-up of a completed activity") as env:
        return env["crm.follow_up"].create(values)


def complete_and_plan(
    activity: Any, result: str, times: Mapping[str, datetime.datetime | None], following: Mapping[str, Any] | None
) -> Any:
    """Complete an activity and plan the next with the same customer, both or neither.

    Args:
        activity: The activity.
        result: What came of it.
        times: ``real_start`` and ``real_end``; None as in ``complete``.
        following: Values of the next one: ``start`` and what shall differ (``name``, ``kind``); None plans none.

    Returns:
        The next activity, or None.

    Raises:
        ValidationError: As for ``complete``, or the next one is wrong; then nothing is saved.
    """
    with activity.env.savepoint():
        activity.complete(result, times.get("real_start"), times.get("real_end"))
        if following is None:
            return None
        kept = {name: getattr(activity, name) for name in ("name", "kind", "customer", "contact", "about", "owner")}
        values = {**kept, "previous": activity, **following}
        return activity.env["crm.activity"].create(values)
