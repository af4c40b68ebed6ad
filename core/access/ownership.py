"""Fragments that follow from who owns a record, and from single shares (D14). Layer: access.

Each function takes a `Scope` and returns its condition: False where it can't hold for this user, so that the everyday query of
somebody without people below stays ``owner_id = ?`` and finds its index.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.access.overlay import PUBLIC_READ, PUBLIC_WRITE
from core.access.scope import Condition, Scope
from core.orm.aliases import nested_alias

__all__ = ["below", "granted", "own", "public", "reaching_shares", "shared", "superior_or_owner", "team_led"]


def _owner(scope: Scope) -> sa.ColumnElement[Any]:
    return scope.column(str(scope.model.owner_field))


def _users(scope: Scope) -> sa.Table:
    table: sa.Table = scope.env.registry["core.user"].table
    return table


def own(scope: Scope) -> Condition:
    """One's own rows, for every operation."""
    return _owner(scope) == scope.principal.id


def below(scope: Scope) -> Condition:
    """Rows owned by users in positions below the user's, at any depth; for every operation (CORE-19)."""
    positions = scope.principal.place.positions_below
    if not positions or not scope.policy.mode(scope.model.name).hierarchy:
        return False
    registry = scope.env.registry
    user = registry.alias(registry["core.user"], "position_above")
    return _owner(scope).in_(sa.select(user.c.id).where(user.c.position_id.in_(positions)).correlate(None))


def team_led(scope: Scope) -> Condition:
    """Rows owned by members of the teams the user leads, or that carry such a team; part of the hierarchy (CORE-16)."""
    led = scope.principal.place.led
    if not led or not scope.policy.mode(scope.model.name).hierarchy:
        return False
    members: Any = scope.env.registry["core.user"].fields["teams"]
    user_column, team_column = (members.relation_table.c[name] for name in members.relation_columns)
    condition: sa.ColumnElement[bool] = _owner(scope).in_(sa.select(user_column).where(team_column.in_(led)))
    team: Any = scope.model.fields.get("team")
    if team is not None and team.kind == "many2one" and team.comodel == "core.team" and team.is_stored:
        condition = sa.or_(condition, scope.column("team").in_(led))
    return condition


def granted(scope: Scope) -> Condition:
    """Rows owned by employees, or by people of departments, that are opened to the user (CORE-22)."""
    employees: set[int] = set()
    departments: set[int] = set()
    for grant in scope.principal.place.grants:
        if grant.model not in (None, scope.model.name) or not _reaches(scope, write=grant.write):
            continue
        if grant.group is None or scope.policy.overlay.keys.get(grant.group) in scope.principal.groups:
            employees.update([grant.employee] if grant.employee else [])
            departments.update(grant.departments)
    parts: list[sa.ColumnElement[bool]] = []
    if employees:
        parts.append(_owner(scope).in_(sorted(employees)))
    if departments:
        user = nested_alias(_users(scope), scope.table, "granted")
        parts.append(_owner(scope).in_(sa.select(user.c.id).where(user.c.department_id.in_(sorted(departments)))))
    return sa.or_(*parts) if parts else False


def public(scope: Scope) -> Condition:
    """Every row, where the sharing mode of the model is public for the operation (CORE-20, D13)."""
    mode = scope.policy.mode(scope.model.name).mode
    return (mode in (PUBLIC_READ, PUBLIC_WRITE) and _reaches(scope, write=mode == PUBLIC_WRITE)) or (
        mode == PUBLIC_WRITE and scope.operation == "create"
    )


def shared(scope: Scope) -> Condition:
    """Rows shared with the user, one of their teams, or their department or one above it, today (CORE-28)."""
    if scope.model.name not in scope.principal.place.shared_models or not _reaches(scope, write=True):
        return False
    return scope.table.c.id.in_(share_query(scope))


def share_query(scope: Scope) -> sa.Select[tuple[int]]:
    """Select the ids of the model's records shared with the user for the operation."""
    share = nested_alias(scope.env.registry["core.share"].table, scope.table, "shared")
    return sa.select(share.c.record_id).where(*reaching_shares(scope, share))


def reaching_shares(scope: Scope, share: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on rows of ``core.share`` that open records of the model to the user for the operation."""
    place = scope.principal.place
    holders: list[sa.ColumnElement[bool]] = [share.c.user_id == scope.principal.id]
    if place.teams:
        holders.append(share.c.team_id.in_(place.teams))
    if place.departments:
        holders.append(share.c.department_id.in_(place.departments))
    conditions = [
        share.c.model == scope.model.name,
        sa.or_(*holders),
        sa.or_(share.c.until.is_(None), share.c.until >= scope.principal.today),
    ]
    if scope.without_shares:
        conditions.append(share.c.id.not_in(scope.without_shares))
    if scope.operation != "read":
        conditions.append(share.c.access == "write")
    return conditions


def superior_or_owner(scope: Scope) -> sa.ColumnElement[bool]:
    """Rows that the user owns or whose owner is below them: those they may share (CORE-28)."""
    if not scope.model.owner_field:
        return sa.false()
    parts = [part for part in (own(scope), below(scope), team_led(scope)) if part is not False]
    return sa.or_(*parts)  # type: ignore[arg-type]  # False was left out above and True does not occur


def _reaches(scope: Scope, *, write: bool) -> bool:
    """Whether an access of "read" or "write" covers the operation: read, or read and update."""
    return scope.operation == "read" or (write and scope.operation == "update")
