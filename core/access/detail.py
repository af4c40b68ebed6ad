"""Rights in detail: what a user may do, and which role or row gives it (CORE-27). Layer: access."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.access.guard import guard_of
from core.access.operations import row_operation
from core.access.policy import AccessPolicy, Given, Verdict
from core.access.principal import Principal

if TYPE_CHECKING:
    from core.orm.environment import Environment

__all__ = ["RightDetail", "effective_rights", "scope_of"]


@dataclass(frozen=True)
class RightDetail:
    """One right a user holds, through one of the things that give it."""

    model: str
    """Model, or for a special right empty."""
    operation: str
    """Operation, or the id of a special right."""
    group: str | None
    """Group it comes from; None: given to the user in person or to a department."""
    group_label: str
    through: tuple[str, ...]
    """Groups from the one held directly down to ``group``."""
    source: str
    """File and line, or the row of the database."""
    scope: str
    """Which rows: ``all``, ``own`` (owner, positions, shares …) or ``rules``; empty for a special right."""


def effective_rights(env: Environment, user: Any) -> list[RightDetail]:
    """Return every function and special right of a user, by model and operation; one row for each thing that gives it.

    Tells about anybody: the caller makes sure that the person asking may know. At most three statements.

    Args:
        env: Any environment of the database.
        user: Record or id.
    """
    env.before_query()
    uid = getattr(user, "id", user)
    policy, principals = guard_of(env).reader.principals(env, [uid])
    principal = principals[uid]
    rows: list[RightDetail] = []
    for (model, operation), verdict in policy.model_rights(principal).items():
        scope = scope_of(policy, principal, model, operation)
        rows.extend(_row(policy, model, operation, given, scope, env.lang) for given in _giving(verdict))
    for right, verdict in policy.special_rights(principal).items():
        rows.extend(_row(policy, "", right, given, "", env.lang) for given in _giving(verdict))
    return sorted(rows, key=lambda row: (row.model == "", row.model, row.operation, row.group or ""))


def _giving(verdict: Verdict) -> list[Given]:
    return [given for given in verdict.given if given.allowed]


def _row(policy: AccessPolicy, model: str, operation: str, given: Given, scope: str, lang: str) -> RightDetail:
    label = policy.group_label(given.group, lang) if given.group else ""
    return RightDetail(model, operation, given.group, label, given.through, given.source, scope)


def scope_of(policy: AccessPolicy, principal: Principal, model: str, operation: str) -> str:
    """Return which rows a function right reaches: ``all``, ``own`` (owner, positions, shares …) or ``rules``."""
    rows = row_operation(operation)
    rules = [rule for rule in policy.rules(model, rows) if rule.groups and principal.in_any(rule.groups)]
    if principal.is_administrator or any(not rule.domain for rule in rules):
        return "all"
    if policy.models[model].owner_field or model in policy.declarations.follows:
        return "own"
    return "rules" if rules else "all"
