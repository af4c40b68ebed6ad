"""`Principal`: everything about a user that decides what they reach, read in two statements for one user or many. Layer: access.

It holds ids, never records: groups with what they imply, positions below, departments above, companies below, teams, data
authorisations. The *users* in positions below are not listed: conditions find them by a subquery.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.access.declarations import ADMINISTRATOR, NOBODY

if TYPE_CHECKING:
    from core.orm.registry import Registry

__all__ = ["DataGrant", "Membership", "Principal", "membership_query", "read_memberships"]


@dataclass(frozen=True)
class DataGrant:
    """A data authorisation that reaches the user (CORE-22)."""

    id: int
    write: bool
    model: str | None
    """None: every model with an owner."""
    employee: int | None
    """Owner whose records it opens, or None."""
    departments: tuple[int, ...]
    """Departments whose employees' records it opens, sub-departments included where it says so."""
    group: int | None
    """Id of the group it is given to; None: to the user in person."""


@dataclass(frozen=True)
class Membership:
    """What the database says of one user's place in the organisation, before groups are closed over what they imply."""

    groups: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    led: tuple[int, ...] = ()
    """Teams the user leads."""
    positions_below: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    """The user's department and those above it, the nearest first."""
    companies: tuple[int, ...] = ()
    """The user's company and those below it."""
    grants: tuple[DataGrant, ...] = ()
    """Those given to the user in person, and those given to any group."""
    shared_models: frozenset[str] = frozenset()
    """Models of which some record is shared with the user today."""


@dataclass(frozen=True)
class Principal:
    """A user as the access rules see them. One who is inactive has no groups, hence no right."""

    id: int
    name: str
    active: bool
    row: Mapping[str, Any]
    """The user's columns that are plain values, for the expressions of rules."""
    today: datetime.date
    groups: Mapping[str, str | None]
    """Every group held → the group that implies it, None if held directly."""
    place: Membership = field(default_factory=Membership)

    @property
    def is_administrator(self) -> bool:
        """Whether the user holds every right (CORE-03)."""
        return ADMINISTRATOR in self.groups

    @property
    def position(self) -> int | None:
        """Id of the user's position, or None."""
        return self.row.get("position_id")

    def in_any(self, groups: Iterable[str]) -> bool:
        """Tell whether the user is in one of ``groups``; an administrator is in all but `NOBODY`."""
        if self.is_administrator:
            return any(group != NOBODY for group in groups)
        return any(group in self.groups for group in groups)


_COLUMNS = ("user_id", "first", "second", "third", "kind", "word", "model")


def membership_query(registry: Registry) -> sa.CompoundSelect[Any]:
    """Return the one statement that reads `Membership` of the users in the parameter ``users`` on the day ``today``.

    Trees are walked by recursive parts that end at rows already seen, so a loop in the data can't hang them.
    """
    users: Any = sa.bindparam("users", expanding=True)
    user = registry["core.user"].table
    team = registry["core.team"].table
    in_group, group_user, group_id = _link(registry, "core.user", "groups")
    in_team, team_user, team_id = _link(registry, "core.user", "teams")
    parts = [
        _part("group", in_group.c[group_user], in_group.c[group_id]).where(in_group.c[group_user].in_(users)),
        _part("team", in_team.c[team_user], in_team.c[team_id]).where(in_team.c[team_user].in_(users)),
        _part("led", team.c.leader_id, team.c.id).where(team.c.leader_id.in_(users)),
        _down(registry, "core.position", user.c.position_id, users, "below", with_self=False),
        _down(registry, "core.company", user.c.company_id, users, "company", with_self=True),
        _departments_above(registry, users),
        *_grants(registry, users),
        *_shared(registry, users),
    ]
    return sa.union_all(*parts)


def read_memberships(
    registry: Registry, connection: Any, users: Sequence[int], today: datetime.date, query: sa.CompoundSelect[Any]
) -> dict[int, Membership]:
    """Read the memberships of ``users`` in one statement; every user asked for is in the result.

    Args:
        registry: Whose tables to read.
        connection: A session or connection in a transaction.
        users: Ids.
        today: The day on which shares and authorisations must be valid.
        query: What `membership_query` gave for this registry.
    """
    lists: dict[int, dict[str, list[tuple[int, int]]]] = {user: {} for user in users}
    models: dict[int, set[str]] = {user: set() for user in users}
    grants: dict[int, Any] = {}
    opened: dict[int, list[int]] = {}
    for row in connection.execute(query, {"users": list(users), "today": today}):
        if row.kind == "grant":
            grants[row.first] = row
        elif row.kind == "opened":
            opened.setdefault(row.first, []).append(row.second)
        elif row.kind == "shared":
            models[row.user_id].add(row.model)
        else:
            lists[row.user_id].setdefault(row.kind, []).append((row.second or 0, row.first))
    general = []
    personal: dict[int, list[DataGrant]] = {}
    for row in grants.values():
        grant = DataGrant(
            row.first, row.word == "write", row.model or None, row.third, tuple(opened.get(row.first, ())), row.second
        )
        if grant.group is None:
            personal.setdefault(row.user_id, []).append(grant)
        else:
            general.append(grant)

    def ids(user: int, kind: str) -> tuple[int, ...]:
        return tuple(number for _depth, number in sorted(lists[user].get(kind, ())))

    return {
        user: Membership(
            groups=ids(user, "group"),
            teams=ids(user, "team"),
            led=ids(user, "led"),
            positions_below=ids(user, "below"),
            departments=ids(user, "department"),
            companies=ids(user, "company"),
            grants=(*personal.get(user, ()), *general),
            shared_models=frozenset(models[user]),
        )
        for user in users
    }


def _part(
    kind: str, user: Any, first: Any, second: Any = None, third: Any = None, word: Any = None, model: Any = None
) -> sa.Select[Any]:
    def number(value: Any) -> Any:
        return sa.cast(sa.null(), sa.BigInteger) if value is None else value

    def text(value: Any) -> Any:
        return sa.cast(sa.null(), sa.Text) if value is None else sa.cast(value, sa.Text)

    return sa.select(
        number(user).label("user_id"),
        first.label("first"),
        number(second).label("second"),
        number(third).label("third"),
        sa.cast(sa.literal(kind, literal_execute=True), sa.Text).label("kind"),
        text(word).label("word"),
        text(model).label("model"),
    )


def _link(registry: Registry, model: str, name: str) -> tuple[sa.Table, str, str]:
    """Return the association table of a Many2many with the names of its columns for this side and the other."""
    many: Any = registry[model].fields[name]
    return many.relation_table, *many.relation_columns


def _down(registry: Registry, tree: str, start: Any, users: Any, kind: str, *, with_self: bool) -> sa.Select[Any]:
    """Select the nodes below each user's own node of a tree, with that node or without."""
    user, node = registry["core.user"].table, registry[tree].table
    begin = node.c.id if with_self else node.c.parent_id
    first = sa.select(user.c.id.label("user_id"), node.c.id.label("node")).where(begin == start, user.c.id.in_(users))
    reached = first.cte(f"reached_{kind}", recursive=True)
    lower = node.alias()
    reached = reached.union(sa.select(reached.c.user_id, lower.c.id).where(lower.c.parent_id == reached.c.node))
    return _part(kind, reached.c.user_id, reached.c.node)


def _departments_above(registry: Registry, users: Any) -> sa.Select[Any]:
    """Select each user's department and those above it with their distance; 64 levels end a loop in the data."""
    user, node = registry["core.user"].table, registry["core.department"].table
    first = sa.select(
        user.c.id.label("user_id"), user.c.department_id.label("node"), sa.literal(0).label("depth")
    ).where(user.c.department_id.is_not(None), user.c.id.in_(users))
    above = first.cte("departments_above", recursive=True)
    step = sa.select(above.c.user_id, node.c.parent_id, above.c.depth + 1).where(
        node.c.id == above.c.node, node.c.parent_id.is_not(None), above.c.depth < 64
    )
    above = above.union(step)
    return _part("department", above.c.user_id, above.c.node, above.c.depth)


def _grants(registry: Registry, users: Any) -> list[sa.Select[Any]]:
    grant, node = registry["core.data_grant"].table, registry["core.department"].table
    today = sa.bindparam("today", type_=sa.Date)
    valid = sa.and_(
        sa.or_(grant.c.user_id.in_(users), sa.and_(grant.c.user_id.is_(None), grant.c.group_id.is_not(None))),
        sa.or_(grant.c.until.is_(None), grant.c.until >= today),
    )
    first = sa.select(
        grant.c.id.label("grant_id"), grant.c.department_id.label("node"), grant.c.sub_departments.label("deep")
    ).where(valid, grant.c.department_id.is_not(None))
    opened = first.cte("opened_departments", recursive=True)
    lower = node.alias()
    opened = opened.union(
        sa.select(opened.c.grant_id, lower.c.id, opened.c.deep).where(
            lower.c.parent_id == opened.c.node, opened.c.deep.is_(True)
        )
    )
    return [
        _part(
            "grant", grant.c.user_id, grant.c.id, grant.c.group_id, grant.c.employee_id, grant.c.access, grant.c.model
        ).where(valid),
        _part("opened", None, opened.c.grant_id, opened.c.node),
    ]


def _shared(registry: Registry, users: Any) -> list[sa.Select[Any]]:
    share, user = registry["core.share"].table, registry["core.user"].table
    in_team, team_user, team_id = _link(registry, "core.user", "teams")
    today = sa.bindparam("today", type_=sa.Date)
    live = sa.or_(share.c.until.is_(None), share.c.until >= today)
    node = registry["core.department"].table
    first = sa.select(user.c.id.label("user_id"), user.c.department_id.label("node")).where(user.c.id.in_(users))
    above = first.cte("share_departments", recursive=True)
    above = above.union(sa.select(above.c.user_id, node.c.parent_id).where(node.c.id == above.c.node))
    zero = sa.literal(0)
    return [
        _part("shared", share.c.user_id, zero, model=share.c.model).where(share.c.user_id.in_(users), live).distinct(),
        _part("shared", in_team.c[team_user], zero, model=share.c.model)
        .where(share.c.team_id == in_team.c[team_id], in_team.c[team_user].in_(users), live)
        .distinct(),
        _part("shared", above.c.user_id, zero, model=share.c.model)
        .where(share.c.department_id == above.c.node, live)
        .distinct(),
    ]
