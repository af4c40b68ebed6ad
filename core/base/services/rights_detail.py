"""Who works in a department with which roles and reach, and what one user may do and why (layer base; CORE-27)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.access.declarations import ADMINISTRATOR
from core.access.detail import effective_rights
from core.access.guard import guard_of
from core.access.policy import AccessPolicy
from core.access.principal import DataGrant, Principal
from core.i18n import _
from core.orm.environment import SYSTEM_UID

if TYPE_CHECKING:
    from core.errors import Message
    from core.orm.environment import Environment


@dataclass(frozen=True)
class Employee:
    """One line of the list of a department."""

    id: int
    name: str
    login: str
    department: str
    position: str
    roles: tuple[str, ...]
    """Held directly, in order of their names."""
    reach: tuple[Message, ...]
    """Whose records the employee reaches besides those that rules of roles open."""
    active: bool


@dataclass(frozen=True)
class Right:
    """Operations on one object that one thing gives; or a special right, or what is kept back of a field."""

    model: str
    """Empty: a special right, which is in ``operations``."""
    field: str
    """Empty but for limits of fields."""
    operations: tuple[str, ...]
    """Names of operations; ``hidden`` or ``read_only`` for a field."""
    scope: str
    """``all``, ``own`` or ``rules``; empty where rows don't matter."""
    group: str
    """Key of the role; empty: given in person or through the department."""
    through: tuple[str, ...]
    """Roles from the one held directly down to ``group``."""
    source: str


def employees(
    env: Environment,
    department: int | None,
    *,
    only: int | None = None,
    former: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[Employee]:
    """Return the employees of a department and those below it, by department and name; at most seven statements whatever their number.

    Args:
        env: The environment of an administrator.
        department: Its id; None: everybody.
        only: Nobody but the user of this id; None: all.
        former: Also those who are inactive.
        limit: At most so many; None: all.
        offset: So many are passed over.
    """
    domain: list[Any] = [["department", "under", department]] if department is not None else []
    domain.append(["id", "!=", SYSTEM_UID])
    if only is not None:
        domain.append(["id", "=", only])
    if not former:
        domain.append(["active", "=", True])
    names = ["id", "name", "login", "active", "department.display_name", "position.display_name"]
    rows = env["core.user"].read(domain, names, "department, name, id", limit, offset)
    policy, people = guard_of(env).reader.principals(env, [row["id"] for row in rows])
    words = _Words(env, policy, people.values())
    return [
        Employee(
            row["id"],
            row["name"] or "",
            row["login"] or "",
            row["department.display_name"] or "",
            row["position.display_name"] or "",
            tuple(
                policy.group_label(key, env.lang) for key, by in sorted(people[row["id"]].groups.items()) if by is None
            ),
            words.reach(people[row["id"]]),
            row["active"] is not False,
        )
        for row in rows
    ]


def rights_of(env: Environment, user: int) -> list[Right]:
    """Return what a user may do: function rights by object, special rights, and what is kept back of fields; three statements."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for each in effective_rights(env, user):
        apart = "" if each.model else each.operation
        key = (each.model, each.scope, each.group or "", each.through, each.source, apart)
        found.setdefault(key, []).append(each.operation)
    rights = [Right(key[0], "", tuple(operations), key[1], key[2], key[3], key[4]) for key, operations in found.items()]
    policy, people = guard_of(env).reader.principals(env, [user])
    readable = {right.model for right in rights if "read" in right.operations}
    return [*rights, *_limits(policy, people[user], sorted(readable))]


def _limits(policy: AccessPolicy, person: Principal, models: Sequence[str]) -> list[Right]:
    """Return the fields of readable objects that the user does not see or does not change."""
    found = []
    # What not even administrators see is the system's own, and no limit of this user's.
    everything = Principal(0, "", True, {}, person.today, policy.close_groups([ADMINISTRATOR]))
    for model in models:
        for name in policy.limited_fields(model):
            if not policy.field_right(everything, model, name, "read").allowed:
                continue
            seen = policy.field_right(person, model, name, "read")
            changed = policy.field_right(person, model, name, "update")
            if seen.allowed and changed.allowed:
                continue
            verdict = changed if seen.allowed else seen
            given = next(iter(verdict.given), None)
            kept_back = "read_only" if seen.allowed else "hidden"
            found.append(Right(model, name, (kept_back,), "", "", (), given.source if given is not None else ""))
    return found


class _Words:
    """Says in words whose records people reach; reads the names of all that is needed once."""

    def __init__(self, env: Environment, policy: AccessPolicy, people: Iterable[Principal]) -> None:
        people = list(people)
        self._keys = policy.overlay.keys
        self._teams = self._read(env, "core.team", {number for person in people for number in person.place.led}, ())
        grants = {grant.id for person in people for grant in person.place.grants}
        self._grants = self._read(
            env, "core.data_grant", grants, ("employee.display_name", "department.display_name", "sub_departments")
        )
        self._labels = {name: info.label for name, info in env.registry.models.items()}

    def _read(self, env: Environment, model: str, ids: set[int], more: Sequence[str]) -> dict[int, dict[str, Any]]:
        if not ids:
            return {}
        rows = env[model].read([["id", "in", sorted(ids)]], ["id", "display_name", *more])
        return {row["id"]: row for row in rows}

    def reach(self, person: Principal) -> tuple[Message, ...]:
        if not person.active:
            return ()
        if person.is_administrator:
            return (_("all records"),)
        found = [_("own records")]
        if person.place.positions_below:
            found.append(_("those of %(count)s positions below", count=len(person.place.positions_below)))
        for number in person.place.led:
            name = self._teams[number]["display_name"] if number in self._teams else f"#{number}"
            found.append(_("those of the team %(name)s", name=name))
        held = [grant for grant in person.place.grants if grant.group is None or self._holds(person, grant.group)]
        return (*found, *(self._granted(grant) for grant in held))

    def _holds(self, person: Principal, group: int) -> bool:
        return self._keys.get(group) in person.groups

    def _granted(self, grant: DataGrant) -> Message:
        row = self._grants.get(grant.id, {})
        whose = row.get("employee.display_name") or row.get("department.display_name") or f"#{grant.id}"
        if row.get("department.display_name") and row.get("sub_departments"):
            whose = _("%(name)s with sub-departments", name=whose)
        what = _(self._labels[grant.model]) if grant.model in self._labels else _("all objects")
        how = _("write") if grant.write else _("read")
        return _("%(what)s of %(whose)s (%(how)s)", what=what, whose=whose, how=how)
