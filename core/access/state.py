"""What the guard remembers of one environment, and when it must forget it. Layer: access.

A user's place in the organisation is read once per environment. If the same transaction changes anything it depends on, through whatever
path, it is read again: a listener on the connection sees the statement. Other transactions see the change when they begin (CORE-17).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event

from core.access.declarations import Declarations
from core.access.overlay import Overlay, read_overlay, signature_columns
from core.access.policy import AccessPolicy
from core.access.principal import Membership, Principal, membership_query, read_memberships

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.registry import Registry

__all__ = ["AccessState", "StateReader"]

WATCHED = (
    "core.user",
    "core.group",
    "core.position",
    "core.department",
    "core.company",
    "core.team",
    "core.share",
    "core.data_grant",
    "core.sharing_mode",
    "core.model_right",
    "core.field_right",
    "core.special_grant",
    "core.menu_right",
    "core.parameter",
)
"""Models whose rows decide about rights."""

_WRITE = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
_KEY = "core.access"
_TEXTS = ("name", "login", "number", "active")


@dataclass(frozen=True)
class AccessState:
    """Policy and principal of one environment, with answers already worked out: writing asks for them once per record."""

    policy: AccessPolicy
    principal: Principal
    epoch: int
    _allowed: dict[tuple[str, str], bool] = field(default_factory=dict)
    _hidden: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def may(self, model: str, operation: str) -> bool:
        """Tell whether the user holds a function right."""
        key = (model, operation)
        if key not in self._allowed:
            self._allowed[key] = self.policy.model_right(self.principal, model, operation).allowed
        return self._allowed[key]

    def hidden(self, model: str, operation: str) -> frozenset[str]:
        """Return the fields of a model that the user may not see (``read``) or not change (``update``)."""
        key = (model, operation)
        if key not in self._hidden:
            names = self.policy.limited_fields(model)
            verdicts = {name: self.policy.field_right(self.principal, model, name, operation) for name in names}
            self._hidden[key] = frozenset(name for name, verdict in verdicts.items() if not verdict.allowed)
        return self._hidden[key]


class _Watch:
    """Counts the statements of one transaction that change what rights depend on."""

    def __init__(self, tables: frozenset[str], connection: sa.Connection) -> None:
        self.epoch = 0
        self._tables = tables
        event.listen(connection, "after_cursor_execute", self._executed)
        event.listen(connection, "rollback_savepoint", self._undone)

    def _executed(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("SELECT", "WITH")):
            found = _WRITE.match(statement)
            if found and found[1].lower() in self._tables:
                self.epoch += 1

    def _undone(self, *rest: Any) -> None:
        self.epoch += 1


class StateReader:
    """Reads states for one registry, and keeps the policy until the overlay changes.

    Args:
        registry: Whose tables to read.
        declarations: What its addons declare.
    """

    def __init__(self, registry: Registry, declarations: Declarations) -> None:
        self._registry = registry
        self.declarations = declarations
        self._kept: tuple[Any, AccessPolicy] | None = None
        self._memberships = membership_query(registry)
        user = registry["core.user"]
        # Only what rules usually name: links, and few texts. Anything else an expression reads is loaded then.
        kept = [item for item in user.fields.values() if item.kind == "many2one" or item.name in _TEXTS]
        columns = [user.table.c.id, *(user.table.c[str(item.column)] for item in kept if item.column)]
        self._switches = frozenset(each.parameter for each in declarations.switches)
        signature = signature_columns(registry, self._switches)
        self._names = [column.key for column in columns]
        self._users = sa.select(*columns, *signature).where(user.table.c.id.in_(sa.bindparam("users", expanding=True)))
        self._signature = sa.select(*signature)
        self._tables = self._watched_tables()

    def state(self, env: Environment) -> AccessState:
        """Return the state of an environment: at most two statements when first asked, none afterwards.

        One more reading of the overlay (six small statements) follows a change of rights.
        """
        _save_changes_of_rights(env)
        watch = self._watch(env)
        kept: AccessState | None = env.cache.get(_KEY)
        if kept is not None and kept.epoch == watch.epoch:
            return kept
        policy, principals = self.principals(env, [env.uid])
        state = AccessState(policy, principals[env.uid], watch.epoch)
        env.cache[_KEY] = state
        return state

    def principals(self, env: Environment, users: Sequence[int]) -> tuple[AccessPolicy, dict[int, Principal]]:
        """Return the policy in force and the principals of any users, in two statements; unknown users have no right."""
        connection, today = env.connection, env.today()
        rows = connection.execute(self._users, {"users": list(users)}).all()
        width = len(self._names)
        signature = tuple(rows[0][width:]) if rows else tuple(connection.execute(self._signature).one())
        policy = self._policy(env, signature)
        places = read_memberships(self._registry, connection, users, today, self._memberships)
        found = {row[0]: dict(zip(self._names, row[:width], strict=True)) for row in rows}
        return policy, {user: self.principal(policy, user, found.get(user, {}), places[user], today) for user in users}

    def principal(
        self, policy: AccessPolicy, user: int, row: Mapping[str, Any], place: Membership, today: datetime.date
    ) -> Principal:
        """Return one principal from what was read."""
        active = bool(row.get("active"))
        direct = (
            [policy.overlay.keys[group] for group in place.groups if group in policy.overlay.keys] if active else []
        )
        return Principal(user, str(row.get("name") or user), active, row, today, policy.close_groups(direct), place)

    def _policy(self, env: Environment, signature: tuple[Any, ...]) -> AccessPolicy:
        # Read and written as one reference: threads that meet here at most build the same policy twice.
        kept = self._kept
        if kept is not None and kept[0] == signature:
            return kept[1]
        overlay: Overlay = read_overlay(self._registry, env.connection, self._switches)
        policy = AccessPolicy(self.declarations, overlay, self._registry.models)
        self._kept = (signature, policy)
        return policy

    def _watch(self, env: Environment) -> _Watch:
        root = env.family[0].cache
        watch: _Watch | None = root.get(f"{_KEY}.watch")
        if watch is None:
            watch = root[f"{_KEY}.watch"] = _Watch(self._tables, env.connection)
        return watch

    def _watched_tables(self) -> frozenset[str]:
        names: set[str] = set()
        for model in WATCHED:
            info = self._registry[model]
            names.add(info.table.name)
            for item in info.fields.values():
                link = getattr(item, "relation_table", None)
                if link is not None and model in {"core.user", "core.group", "core.team"}:
                    names.add(link.name)
        return frozenset(names)


def _save_changes_of_rights(env: Environment) -> None:
    """Write what is pending if the change made last concerns rights, so that it counts at once.

    Only the last change is looked at: this runs for every question, also in loops over thousands of pending records; any other pending
    change is written before the query that follows. While something is being saved or built nothing is written.
    """
    for member in env.family:
        last = next(reversed(member.changes.old), None)
        if last is not None and last._info.name in WATCHED:
            if not any(other.session.busy or other.session.new for other in env.family):
                env.before_query()
            return
