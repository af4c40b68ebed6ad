"""`AccessGuard`: the access rules as the ORM asks for them (design 1.9, 1.10). Layer: access.

    effective = function right AND every global fragment AND at least one granting fragment

in which the fragments are those of `core.access.fragments`. Nothing is allowed unless something allows it; environments that are elevated
are not asked about at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.access.declarations import NOBODY, Declarations
from core.access.fragments import grants_of
from core.access.operations import operation_label, row_operation
from core.access.policy import AccessPolicy
from core.access.principal import Principal
from core.access.scope import Condition, Scope
from core.access.state import AccessState, StateReader
from core.errors import AccessDenied, CoreError, UnknownNameError, Where, unknown
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo
    from core.orm.registry import Registry

__all__ = ["AccessGuard", "guard_of", "has_right"]

IDS_PER_STATEMENT = 10_000
REASSIGN = "base.reassign"
"""Special right to change the responsible person of any record one may change."""
_WRITING = frozenset({"create", "update", "delete"})


class AccessGuard:
    """Answers the ORM's questions for one registry; implements `core.orm.guard.Guard`.

    Args:
        registry: The registry it guards; its base addon must be loaded.
        declarations: What the enabled addons declare, from `core.access.loader.declare`.
    """

    def __init__(self, registry: Registry, declarations: Declarations) -> None:
        self.registry = registry
        self.declarations = declarations
        self.reader = StateReader(registry, declarations)

    def state(self, env: Environment) -> AccessState:
        """Return policy and principal of an environment."""
        return self.reader.state(env)

    def policy(self, env: Environment) -> AccessPolicy:
        """Return the policy in force for an environment."""
        return self.state(env).policy

    def principal(self, env: Environment) -> Principal:
        """Return the user of an environment as the rules see them."""
        return self.state(env).principal

    def scope(self, env: Environment, model: ModelInfo, operation: str, table: sa.FromClause) -> Scope:
        """Return the scope in which fragments build their condition for the user of ``env``."""
        state = self.state(env)
        return Scope(env, state.policy, state.principal, model, row_operation(operation), table)

    def condition(self, env: Environment, model: ModelInfo, operation: str, table: sa.FromClause) -> Condition:
        """Return the condition on rows of ``table``: True all, False none.

        Args:
            env: Who asks.
            model: The model.
            operation: One of `core.access.operations.OPERATIONS`.
            table: The model's table or an alias of it; the condition uses its columns only.
        """
        if env.is_elevated:
            return True
        if not self.may(env, model, operation):
            return False
        return grants_of(self.scope(env, model, operation, table))

    def may(self, env: Environment, model: ModelInfo, operation: str) -> bool:
        """Tell whether the user holds the function right; that to write a log nobody does."""
        if env.is_elevated:
            return True
        if model.is_log and operation in _WRITING:
            return False
        return self.state(env).may(model.name, operation)

    def check_model(self, env: Environment, model: ModelInfo, operation: str) -> None:
        """Check the function right.

        Raises:
            AccessDenied: The user does not hold it; the hint names the roles that do.
        """
        if self.may(env, model, operation):
            return
        if model.is_log and operation in _WRITING:
            raise AccessDenied(_("Logs can't be changed."), code="access_denied.log", where=Where(model=model.name))
        policy = self.policy(env)
        holders = sorted(
            {
                policy.group_label(grant.group, env.lang)
                for grant in self.declarations.grants
                if grant.model == model.name and operation in grant.operations
            }
        )
        raise AccessDenied(
            _("You may not %(operation)s: %(model)s.", operation=operation_label(operation), model=_(model.label)),
            code="access_denied.model",
            hint=_("roles that may: %(roles)s", roles=", ".join(holders)) if holders else None,
            where=Where(model=model.name),
        )

    def check_rows(self, env: Environment, model: ModelInfo, operation: str, ids: Sequence[int]) -> None:
        """Check that all records lie within the condition: one SELECT for up to 10,000 ids.

        Raises:
            AccessDenied: One does not; names the model and the first such record, and nothing of its content.
        """
        if env.is_elevated or not ids:
            return
        self.check_model(env, model, operation)
        condition = self.condition(env, model, operation, model.table)
        if condition is True:
            return
        wanted = list(dict.fromkeys(ids))
        allowed: set[int] = set()
        if condition is not False:
            for start in range(0, len(wanted), IDS_PER_STATEMENT):
                part = wanted[start : start + IDS_PER_STATEMENT]
                rows = env.connection.execute(sa.select(model.table.c.id).where(model.table.c.id.in_(part), condition))
                allowed.update(rows.scalars().all())
        for number in wanted:
            if number not in allowed:
                raise AccessDenied(
                    _(
                        "You may not %(operation)s this record: %(model)s %(id)s.",
                        operation=operation_label(operation),
                        model=_(model.label),
                        id=number,
                    ),
                    code="access_denied.record",
                    where=Where(model=model.name, record=number),
                )

    def hidden_fields(self, env: Environment, model: ModelInfo, operation: str) -> frozenset[str]:
        """Return the fields the user may not see (to read, export and print) or not change (to create, update and import).

        Changing the responsible person takes the right to assign, on the model or as the special right ``base.reassign`` (CORE-32);
        who creates a record may name anybody whom the rules allow.
        """
        if env.is_elevated:
            return frozenset()
        kind = "read" if row_operation(operation) in ("read", "delete") else "update"
        hidden = self.state(env).hidden(model.name, kind)
        if operation == "update" and model.responsible_field and not self._may_assign(env, model):
            hidden |= {model.responsible_field}
        return hidden

    def _may_assign(self, env: Environment, model: ModelInfo) -> bool:
        return self.may(env, model, "assign") or (
            REASSIGN in self.declarations.special and self.has_right(env, REASSIGN)
        )

    def has_group(self, env: Environment, group: str) -> bool:
        """Tell whether the user is in a group, directly or by implication; an administrator is in every one but ``base.nobody``."""
        return group != NOBODY and (env.is_elevated or self.principal(env).in_any([group]))

    def sees_menu(self, env: Environment, menu: str) -> bool:
        """Tell whether menu rights let the user see a menu (CORE-24); they grant nothing and take no function right."""
        if env.is_elevated:
            return True
        state = self.state(env)
        return state.policy.sees_menu(state.principal, menu)

    def has_right(self, env: Environment, right: str) -> bool:
        """Tell whether the user holds a special right (CORE-25).

        Raises:
            UnknownNameError: No enabled addon declares it; the nearest is proposed.
        """
        if right not in self.declarations.special:
            raise unknown("special right", right, self.declarations.special, UnknownNameError)
        if env.is_elevated:
            return True
        state = self.state(env)
        return state.policy.special_right(state.principal, right).allowed

    def allows(self, env: Environment, holders: Iterable[str] | None) -> bool:
        """Tell whether the user holds one of ``holders``, groups or special rights mixed, as ``groups=`` of an action lists them.

        None means that nothing in particular is asked for.
        """
        if holders is None:
            return True
        return any(
            self.has_right(env, name) if name in self.declarations.special else self.has_group(env, name)
            for name in holders
        )


def guard_of(env: Environment) -> AccessGuard:
    """Return the access guard of an environment's registry.

    Raises:
        CoreError: The registry was built without access rules.
    """
    guard = env.registry.guard
    if not isinstance(guard, AccessGuard):
        raise CoreError(_("This registry has no access rules."), code="access.missing")
    return guard


def has_right(env: Environment, right: str) -> bool:
    """Tell whether the user of ``env`` holds a special right; True where no access rules are loaded."""
    guard = env.registry.guard
    return guard.has_right(env, right) if isinstance(guard, AccessGuard) else True
