"""`who_can`: everybody who may do something with one record, each with the first reason. Layer: access.

The same fragments as everywhere, turned round: the condition of each user becomes one column of a SELECT over the single record, a
hundred users to a statement; users whose conditions need no column cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.access.explanation import Viewer
from core.access.fragments import Fragment, fragments, grants_of, joined_all
from core.access.guard import guard_of
from core.access.operations import row_operation
from core.access.policy import AccessPolicy
from core.access.principal import Principal
from core.access.scope import Condition, Scope

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

__all__ = ["who_can"]

USERS_PER_STATEMENT = 100
PRINCIPALS_PER_STATEMENT = 1000


def who_can(
    env: Environment, record: Any, operation: str = "read", *, users: Iterable[int] | None = None
) -> list[Viewer]:
    """Return the active users who may do ``operation`` with a record, by id; empty if there is none, or it is in the recycle bin.

    Agrees with the lists of each of them. Tells about anybody: the caller makes sure that the person asking may know.

    Args:
        env: Any environment of the database; what is pending in its transaction counts.
        record: The record, or a pair (model, id).
        operation: One of `core.access.operations.OPERATIONS`.
        users: Ids of those to look at; None means everybody.
    """
    env.before_query()
    model, number = (
        (env.registry[record[0]], int(record[1])) if isinstance(record, tuple) else (record._info, record.id)
    )
    user = env.registry["core.user"].table
    active = sa.select(user.c.id).where(user.c.active.is_(True)).order_by(user.c.id)
    if users is not None:
        active = active.where(user.c.id.in_(list(users)))
    asked = list(env.connection.execute(active).scalars())
    reader = guard_of(env).reader
    found: list[Viewer] = []
    for some in _parts(asked, PRINCIPALS_PER_STATEMENT):
        policy, principals = reader.principals(env, some)
        holders = [
            person for person in principals.values() if policy.model_right(person, model.name, operation).allowed
        ]
        for group in _parts(holders, USERS_PER_STATEMENT):
            found.extend(_viewers(env, policy, model, number, operation, group))
    return found


def _parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))


@dataclass(frozen=True)
class _Candidate:
    """One user with the reasons that could hold, and what decides which does."""

    principal: Principal
    reasons: Sequence[Fragment]
    reads: Any
    """Column giving the position of the first reason, or NULL."""
    writes: Condition


def _viewers(
    env: Environment, policy: AccessPolicy, model: ModelInfo, number: int, operation: str, people: Sequence[Principal]
) -> list[Viewer]:
    candidates = [_candidate(env, policy, model, operation, person) for person in people]
    columns: list[Any] = []
    for at, candidate in enumerate(candidates):
        columns.append(candidate.reads.label(f"reason_{at}"))
        columns.append(_number(candidate.writes).label(f"writes_{at}"))
    statement = sa.select(*columns).where(model.table.c.id == number)
    if model.recycle:
        statement = statement.where(model.table.c.deletion_id.is_(None))
    row = env.connection.execute(statement).first()
    if row is None:
        return []
    found = []
    for at, candidate in enumerate(candidates):
        reason, writes = row[2 * at], row[2 * at + 1]
        if reason is not None:
            fragment, person = candidate.reasons[reason], candidate.principal
            found.append(Viewer(person.id, fragment.label, fragment.id, person.name, bool(writes)))
    return found


def _candidate(
    env: Environment, policy: AccessPolicy, model: ModelInfo, operation: str, person: Principal
) -> _Candidate:
    scope = Scope(env, policy, person, model, row_operation(operation), model.table)
    held, granted = fragments(scope)
    everywhere = joined_all([fragment.build(scope) for fragment in held])
    whens: list[tuple[Any, int]] = []
    sure: int | None = None
    for at, fragment in enumerate(granted):
        condition = fragment.build(scope)
        if condition is True:
            sure = at
            break
        if condition is not False:
            whens.append((condition, at))
    nothing = sa.cast(sa.null(), sa.Integer)
    last: Any = nothing if sure is None else sa.literal(sure)
    first: Any = sa.case(*whens, else_=last) if whens else last
    if everywhere is False:
        first = nothing
    elif everywhere is not True:
        first = sa.case((everywhere, first), else_=nothing)
    return _Candidate(person, granted, first, _writes(scope))


def _writes(scope: Scope) -> Condition:
    if not scope.policy.model_right(scope.principal, scope.model.name, "update").allowed:
        return False
    return grants_of(Scope(scope.env, scope.policy, scope.principal, scope.model, "update", scope.table))


def _number(condition: Condition) -> Any:
    return sa.literal(int(condition)) if isinstance(condition, bool) else sa.case((condition, 1), else_=0)
