"""`explain`: why one user may or may not do something with one record, from the fragments that queries use. Layer: access.

The fragments of the guard are evaluated for one row by one SELECT, each as a column, so an explanation can't differ from what lists show.
It tells about anybody and anything: the caller makes sure that the person asking may know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import CompileError

from core.access.explanation import Assumption, Explanation, HiddenField, Step
from core.access.facts import Facts, read_facts
from core.access.fragments import Fragment, fragments, grants_of, joined_all
from core.access.guard import guard_of
from core.access.operations import OPERATIONS, operation_label, row_operation
from core.access.policy import AccessPolicy, Given
from core.access.principal import Principal
from core.access.scope import Condition, Scope
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

__all__ = ["explain"]


def explain(
    env: Environment,
    user: Any,
    record: Any,
    operation: str = "read",
    *,
    assume: Assumption | None = None,
    assume_groups: Sequence[str] | None = None,
) -> Explanation:
    """Explain one answer; eight statements at most, whatever the rules. Writes nothing.

    Args:
        env: Any environment of the database; what is pending in its transaction counts.
        user: The user asked about: record or id.
        record: The record, or a pair (model, id).
        operation: One of `core.access.operations.OPERATIONS`.
        assume: What if: changes thought of.
        assume_groups: Short for ``Assumption(groups=…)``.

    Raises:
        UnknownModelError, UnknownNameError: No such model or operation.
    """
    env.before_query()
    model, number = _target(env, record)
    guard = guard_of(env)
    uid = getattr(user, "id", user)
    policy, principals = guard.reader.principals(env, [uid])
    assumed = assume or Assumption()
    if assume_groups is not None:
        assumed = replace(assumed, groups=tuple(assume_groups))
    policy, principal = _assume(env, policy, principals[uid], model, assumed)
    case = _Case(env, policy, principal, model, number, operation, assumed.without_shares)
    return case.explanation()


def _target(env: Environment, record: Any) -> tuple[ModelInfo, int]:
    if isinstance(record, tuple):
        name, number = record
        return env.registry[name], int(number)
    return record._info, int(record.id)


def _assume(
    env: Environment, policy: AccessPolicy, principal: Principal, model: ModelInfo, assumed: Assumption
) -> tuple[AccessPolicy, Principal]:
    if assumed.mode is not None:
        modes = {**policy.overlay.modes, model.name: replace(policy.mode(model.name), mode=assumed.mode, id=None)}
        policy = AccessPolicy(policy.declarations, replace(policy.overlay, modes=modes), policy.models)
    if assumed.groups is not None:
        principal = replace(principal, groups=policy.close_groups(assumed.groups))
    if assumed.position is not None:
        below = _positions_below(env, assumed.position)
        row = {**principal.row, "position_id": assumed.position}
        principal = replace(principal, row=row, place=replace(principal.place, positions_below=below))
    return policy, principal


def _positions_below(env: Environment, position: int) -> tuple[int, ...]:
    table = env.registry["core.position"].table
    tree = sa.select(table.c.id).where(table.c.parent_id == position).cte(recursive=True)
    lower = table.alias()
    tree = tree.union(sa.select(lower.c.id).where(lower.c.parent_id == tree.c.id))
    return tuple(sorted(env.connection.execute(sa.select(tree.c.id)).scalars()))


@dataclass(frozen=True)
class _Case:
    """One question, and how it is answered."""

    env: Environment
    policy: AccessPolicy
    principal: Principal
    model: ModelInfo
    number: int
    operation: str
    without_shares: tuple[int, ...]

    def scope(self, operation: str) -> Scope:
        table = self.model.table
        return Scope(
            self.env, self.policy, self.principal, self.model, row_operation(operation), table, self.without_shares
        )

    def explanation(self) -> Explanation:
        scope = self.scope(self.operation)
        held, granted = fragments(scope)
        verdict = self.policy.model_right(self.principal, self.model.name, self.operation)
        row = self._row(scope, held, granted)
        facts = read_facts(scope, self.number, row)
        globals_ = [self._step(fragment, scope, row, facts) for fragment in held]
        if self.model.recycle:
            globals_.append(self._not_deleted(row))
        grants = [self._step(fragment, scope, row, facts) for fragment in granted]
        failing = next((step for step in globals_ if not step.holds), None)
        granting = next((step for step in grants if step.holds), None)
        rights = tuple(self._right(given) for given in verdict.given)
        allowed = bool(row) and verdict.allowed and failing is None and granting is not None
        return Explanation(
            user=self.principal.id,
            user_name=self.principal.name,
            model=self.model.name,
            record=self.number,
            operation=self.operation,
            exists=bool(row),
            allowed=allowed,
            right=verdict.allowed,
            deciding=granting if allowed else (failing if verdict.allowed and row else None),
            rights=rights,
            globals=tuple(globals_),
            grants=tuple(grants),
            hidden=self._hidden(),
            special=tuple(self.policy.special_rights(self.principal)),
            operations={name: bool(row.get(f"may_{name}")) for name in OPERATIONS},
            sql=self._sql(scope),
        )

    def _row(self, scope: Scope, held: Sequence[Fragment], granted: Sequence[Fragment]) -> Mapping[str, Any]:
        """Return the values of all fragments for the record by their ids; empty if there is no such record."""
        table = self.model.table
        columns: list[Any] = [table.c.id]
        columns += [_column(fragment.build(scope)).label(f"is_{at}") for at, fragment in enumerate((*held, *granted))]
        for name in OPERATIONS:
            columns.append(_column(self._may(name)).label(f"may_{name}"))
        columns += [table.c[name] for name in ("deletion_id", "owner_id", "company_id") if name in table.c]
        found = self.env.connection.execute(sa.select(*columns).where(table.c.id == self.number)).mappings().first()
        if found is None:
            return {}
        values: dict[str, Any] = dict(found)
        for at, fragment in enumerate((*held, *granted)):
            values[fragment.id] = bool(values.pop(f"is_{at}"))
        return values

    def _may(self, operation: str) -> Condition:
        """Return the whole condition for one operation, the recycle bin included."""
        if not self.policy.model_right(self.principal, self.model.name, operation).allowed:
            return False
        condition = grants_of(self.scope(operation))
        if not self.model.recycle:
            return condition
        return joined_all([condition, self.model.table.c.deletion_id.is_(None)])

    def _step(self, fragment: Fragment, scope: Scope, row: Mapping[str, Any], facts: Facts) -> Step:
        domain = facts.filled(fragment, scope)
        return Step(
            fragment.id, fragment.source, bool(row.get(fragment.id)), fragment.label, facts.detail(fragment.id), domain
        )

    def _not_deleted(self, row: Mapping[str, Any]) -> Step:
        deletion = row.get("deletion_id")
        detail = None if deletion is None else _("It was deleted by deletion %(id)s.", id=deletion)
        label = _("The record is not in the recycle bin.")
        return Step("base.not_deleted", "core.deletion", bool(row) and deletion is None, label, detail)

    def _right(self, given: Given) -> Step:
        operation, model = operation_label(self.operation), _(self.model.label)
        if given.group is not None:
            name = self.policy.group_label(given.group, self.env.lang)
            label = (
                _("Role %(role)s may %(operation)s: %(model)s.", role=name, operation=operation, model=model)
                if given.allowed
                else _("Role %(role)s may not %(operation)s: %(model)s.", role=name, operation=operation, model=model)
            )
            path = " → ".join(self.policy.group_label(group, self.env.lang) for group in given.through)
            detail = _("by %(path)s", path=path) if len(given.through) > 1 else None
            return Step(given.group, given.source, given.allowed, label, detail)
        label = (
            _("Given in person or through the department.")
            if given.allowed
            else _("Taken away in person or through the department.")
        )
        return Step(given.source, given.source, given.allowed, label)

    def _hidden(self) -> tuple[HiddenField, ...]:
        found = []
        for name in self.policy.limited_fields(self.model.name):
            verdict = self.policy.field_right(self.principal, self.model.name, name, "read")
            if not verdict.allowed:
                holders = tuple(given.group for given in verdict.given if given.group)
                source = verdict.given[0].source if verdict.given else ""
                found.append(HiddenField(name, self.model.fields[name].label, holders, source))
        return tuple(found)

    def _sql(self, scope: Scope) -> str:
        condition = grants_of(scope)
        if isinstance(condition, bool):
            return ""
        dialect = self.env.connection.dialect
        try:
            return str(condition.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        except (CompileError, NotImplementedError):
            return str(condition.compile(dialect=dialect))


def _column(condition: Condition) -> sa.ColumnElement[bool]:
    if isinstance(condition, bool):
        return sa.literal(1 if condition else 0)
    return sa.case((condition, 1), else_=0)
