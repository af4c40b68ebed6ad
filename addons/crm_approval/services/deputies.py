"""Substitutes: who decides for somebody who is away (APPR-06)."""

from collections.abc import Sequence
from typing import Any

from addons.crm_approval.services.common import SUBSTITUTE, TASK
from core.api import Environment, ValidationError, _, system_of


def check_period(period: Any) -> None:
    """Refuse a period that ends before it begins, or in which somebody would stand in for themselves.

    Raises:
        ValidationError: ``field`` says which part of it.
    """
    if period.until < period.since:
        raise ValidationError(
            _("The absence ends on %(until)s, before it begins on %(since)s.", until=period.until, since=period.since),
            field="until",
        )
    if period.person is period.substitute:
        raise ValidationError(_("Nobody stands in for themselves."), field="substitute")
    if not period.substitute.active:
        raise ValidationError(_("%(name)s is not active.", name=period.substitute.name), field="substitute")


def deputies_of(env: Environment, people: Sequence[int], submitter: int) -> dict[int, int]:
    """Return person → who stands in for them today; never the submitter, and nobody inactive. The last period entered counts."""
    today = env.today()
    domain = [["person", "in", list(people)], ["since", "<=", today], ["until", ">=", today]]
    rows = system_of(env)[SUBSTITUTE].read(
        [*domain, ["substitute.active", "=", True], ["substitute", "!=", submitter]],
        ["person", "substitute"],
        order="id",
    )
    return {row["person"]: row["substitute"] for row in rows}


def may_decide(env: Environment, task: Any) -> bool:
    """Whether the user is the approver of a task, or stands in for them today."""
    if task.approver is None:
        return False
    if task.approver.id == env.uid:
        return True
    submitter = task.request.submitter.id
    return env.uid != submitter and deputies_of(env, [task.approver.id], submitter).get(task.approver.id) == env.uid


def renew_deputies(env: Environment, people: Sequence[int] | None = None) -> int:
    """Note on what waits who stands in today; return how many tasks that changed.

    Args:
        env: Any environment of the transaction.
        people: Only what waits for these; None: everything.
    """
    system = system_of(env)
    domain: list[Any] = [["state", "=", "waiting"], ["approver", "is_set"]]
    if people is not None:
        domain.append(["approver", "in", list(people)])
    today, changed = env.today(), 0
    periods = system[SUBSTITUTE].read(
        [["since", "<=", today], ["until", ">=", today], ["substitute.active", "=", True]],
        ["person", "substitute"],
        order="id",
    )
    standing = {row["person"]: row["substitute"] for row in periods}
    if not standing:
        domain.append(["deputy", "is_set"])
    for task in system[TASK].search(domain):
        deputy = standing.get(task.approver.id)
        deputy = None if deputy == task.request.submitter.id else deputy
        if (task.deputy.id if task.deputy is not None else None) != deputy:
            task.deputy = system.browse("core.user", deputy)
            changed += 1
    system.flush()
    return changed
