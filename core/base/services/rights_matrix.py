"""The rights matrix: what roles may do with objects, what the administrator changes, and who gains or loses by it (layer base; CORE-24, CORE-29).

A change of one cell is a wish for one role: as declared, given or taken. It becomes rows of ``core.model_right`` or ``core.field_right``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from core.access import write_audit
from core.access.declarations import ADMINISTRATOR, NOBODY
from core.access.detail import scope_of
from core.access.guard import guard_of
from core.access.operations import OPERATIONS
from core.access.overlay import Overlay, RightRow
from core.access.policy import AccessPolicy
from core.access.principal import Membership, Principal
from core.errors import ValidationError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

Wish = Literal["declared", "give", "take", "hide", "show", "edit"]
MODEL_WISHES = ("declared", "give", "take")
FIELD_WISHES = ("declared", "hide", "show", "edit")
"""As declared; not seen; seen, not changed; changed."""
MOST_USERS = 2000
"""Users looked at to tell who gains and who loses."""
_FIXED = (ADMINISTRATOR, NOBODY)
"""Roles whose rights are not changed: one holds all, one none."""


@dataclass(frozen=True)
class Change:
    """The wish for one cell."""

    model: str
    field: str
    """Empty: a function right."""
    operation: str
    """Empty for a field."""
    group: str
    wish: Wish


@dataclass(frozen=True)
class Cell:
    """One function right of one role."""

    allowed: bool
    scope: str
    """``all``, ``own`` or ``rules``; empty where rows don't matter or nothing is allowed."""
    declared: bool
    """What the addons say, without the administrator."""
    wish: Wish
    """What the administrator says."""


@dataclass(frozen=True)
class FieldCell:
    """What one role may do with one field."""

    state: Literal["hide", "show", "edit"]
    declared: Literal["hide", "show", "edit"]
    wish: Wish


@dataclass(frozen=True)
class Effect:
    """What one change brings about."""

    change: Change
    gains: tuple[tuple[int, str], ...]
    """People: (id, name)."""
    loses: tuple[tuple[int, str], ...]


class Matrix:
    """Answers for one state of the rights, as it is or as it would be.

    Args:
        env: The environment of an administrator.
        changes: Wishes to be thought of; none shows what is.
    """

    def __init__(self, env: Environment, changes: Iterable[Change] = ()) -> None:
        self.env = env
        present = guard_of(env).policy(env)
        bare = replace(present.overlay, model_rights={}, field_rights={}, special=present.overlay.special)
        self.declared = AccessPolicy(present.declarations, bare, present.models)
        self.present = present
        overlay = present.overlay
        for change in changes:
            overlay = _applied(overlay, change, self.declared, self._role(self.declared, change.group))
        self.policy = AccessPolicy(present.declarations, overlay, present.models)

    def cell(self, model: str, operation: str, group: str) -> Cell:
        """Return one function right of one role with all it includes."""
        person = self._role(self.policy, group)
        allowed = self.policy.model_right(person, model, operation).allowed
        declared = self.declared.model_right(self._role(self.declared, group), model, operation).allowed
        has_rows = operation not in ("create", "import")
        scope = scope_of(self.policy, person, model, operation) if allowed and has_rows else ""
        return Cell(
            allowed, scope, declared, _wish_of(self.policy.overlay.model_rights.get((model, operation), ()), group)
        )

    def field_cell(self, model: str, field: str, group: str) -> FieldCell:
        """Return what one role may do with one field."""
        rights = self.policy.overlay.field_rights
        own = {name: _wish_of(rights.get((model, field, name), ()), group) for name in ("read", "update")}
        state = _field_state(self.policy, self._role(self.policy, group), model, field)
        declared = _field_state(self.declared, self._role(self.declared, group), model, field)
        return FieldCell(state, declared, state if set(own.values()) != {"declared"} else "declared")

    def effects(self, changes: Sequence[Change]) -> list[Effect]:
        """Return who gains and who loses by each change, against what is now; at most `MOST_USERS` users are looked at."""
        table = self.env.registry["core.user"].table
        wanted = sa.select(table.c.id).where(table.c.active.is_(True)).order_by(table.c.id).limit(MOST_USERS)
        ids = list(self.env.connection.execute(wanted).scalars())
        _policy, people = guard_of(self.env).reader.principals(self.env, ids)
        found = []
        for change in changes:
            gains, loses = [], []
            for person in people.values():
                before, after = _level(self.present, person, change), _level(self.policy, person, change)
                if after > before:
                    gains.append((person.id, person.name))
                elif after < before:
                    loses.append((person.id, person.name))
            found.append(Effect(change, tuple(gains), tuple(loses)))
        return found

    def _role(self, policy: AccessPolicy, group: str) -> Principal:
        """Return somebody who holds one role and nothing else."""
        return Principal(0, "", True, {}, self.env.today(), policy.close_groups([group]), Membership())


def check_change(env: Environment, change: Change) -> None:
    """Refuse a change of what there is not.

    Raises:
        ValidationError: Unknown model, field, operation or role; or a role that is not to be changed.
    """
    info = env.registry.models.get(change.model)
    known = guard_of(env).policy(env).overlay.keys.values()
    is_known = info is not None and not info.abstract and change.group in known and change.group not in _FIXED
    if is_known and info is not None:
        is_known = (
            change.field in info.fields and change.wish in FIELD_WISHES
            if change.field
            else change.operation in OPERATIONS and change.wish in MODEL_WISHES
        )
    if not is_known:
        raise ValidationError(_("A right that can't be changed: %(model)s.", model=change.model), field="change")


def save_changes(env: Environment, changes: Sequence[Change], reason: str) -> None:
    """Write the wishes as rows and note them with the reason in the audit log.

    Raises:
        ValidationError: A change is of something unknown, there is no reason, or nothing to save.
    """
    if not changes:
        raise ValidationError(_("There is nothing to save."), field="change")
    if not reason.strip():
        raise ValidationError(_("Say why: it is kept with the change."), field="reason")
    for change in changes:
        check_change(env, change)
    matrix = Matrix(env)
    groups = {group.key: group for group in env["core.group"].search()}
    for change in changes:
        rows = _rows_for(change, matrix.declared, matrix._role(matrix.declared, change.group))
        kind = "core.field_right" if change.field else "core.model_right"
        target = [["model", "=", change.model], ["group", "=", groups[change.group].id]]
        target += [["field", "=", change.field]] if change.field else [["operation", "=", change.operation]]
        for row in env[kind].search(target):
            row.delete()
        named = {"field": change.field} if change.field else {}
        for operation, allowed in rows:
            env[kind].create(
                {
                    "model": change.model,
                    "operation": operation,
                    "group": groups[change.group],
                    "allowed": allowed,
                    **named,
                }
            )
    env.flush()
    detail = {"changes": [[c.model, c.field, c.operation, c.group, c.wish] for c in changes]}
    write_audit(env, "rights", reason.strip(), detail=detail)


def _rows_for(change: Change, declared: AccessPolicy, role: Principal) -> list[tuple[str, bool]]:
    """Return the rows that a wish means: pairs (operation, allowed).

    A field is opened to a role only where it is shut to it: the first row that opens one shuts out all others.
    """
    if change.wish == "declared":
        return []
    if not change.field:
        return [(change.operation, change.wish == "give")]
    if change.wish == "hide":
        return [("read", False)]
    seen = declared.field_right(role, change.model, change.field, "read").allowed
    rows = [] if seen else [("read", True)]
    if change.wish == "show":
        return [*rows, ("update", False)]
    changed = declared.field_right(role, change.model, change.field, "update").allowed
    # Without a row the wish would not be seen again, as what is declared is what was wished.
    return rows if rows and changed else rows if changed else [*rows, ("update", True)]


def _applied(overlay: Overlay, change: Change, declared: AccessPolicy, role: Principal) -> Overlay:
    """Return the administrator's changes with one more."""
    rows = _rows_for(change, declared, role)
    if not change.field:
        key = (change.model, change.operation)
        mine = [RightRow("core.model_right", 0, allowed, change.group) for _operation, allowed in rows]
        kept = [row for row in overlay.model_rights.get(key, ()) if row.group != change.group]
        return replace(overlay, model_rights={**overlay.model_rights, key: (*kept, *mine)})
    fields = dict(overlay.field_rights)
    for operation in ("read", "update"):
        name = (change.model, change.field, operation)
        mine = [RightRow("core.field_right", 0, allowed, change.group) for each, allowed in rows if each == operation]
        fields[name] = (*(row for row in fields.get(name, ()) if row.group != change.group), *mine)
    return replace(overlay, field_rights=fields)


def _wish_of(rows: Iterable[RightRow], group: str) -> Wish:
    own = [row.allowed for row in rows if row.group == group]
    return "declared" if not own else "give" if all(own) else "take"


def _field_state(policy: AccessPolicy, person: Principal, model: str, field: str) -> Literal["hide", "show", "edit"]:
    if not policy.field_right(person, model, field, "read").allowed:
        return "hide"
    return "edit" if policy.field_right(person, model, field, "update").allowed else "show"


def _level(policy: AccessPolicy, person: Principal, change: Change) -> int:
    """Return how much of what a change is about somebody may."""
    if not change.field:
        return int(policy.model_right(person, change.model, change.operation).allowed)
    return ("hide", "show", "edit").index(_field_state(policy, person, change.model, change.field))


def read_change(text: str) -> Change:
    """Return a change as forms send it: ``model|field|operation|role|wish``.

    Raises:
        ValidationError: It is none.
    """
    parts = text.split("|")
    if len(parts) != 5 or parts[4] not in {*MODEL_WISHES, *FIELD_WISHES}:
        raise ValidationError(_("This is no change of a right."), field="change")
    return Change(parts[0], parts[1], parts[2], parts[3], parts[4])  # type: ignore[arg-type]  # checked above


def merged(changes: Iterable[Change]) -> list[Change]:
    """Return the last change of each cell."""
    last: Mapping[tuple[str, str, str, str], Change] = {
        (change.model, change.field, change.operation, change.group): change for change in changes
    }
    return list(last.values())


def group_rows(env: Environment) -> list[Any]:
    """Return the roles whose rights can be changed, in their order."""
    return [group for group in env["core.group"].search() if group.key not in _FIXED]
