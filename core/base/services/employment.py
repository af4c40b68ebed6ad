"""Keeping the department history (CORE-14): which department, position, team and company an employee had on which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from core.orm.environment import Environment

FOLLOWED = ("company", "department", "position", "main_team")
"""Fields of a user whose change begins a new period."""


def note_changes(env: Environment, users: Iterable[Any]) -> None:
    """Close the present period of each user and begin a new one today, if one of the followed fields differs.

    A second change on one day replaces the first: periods are whole days.

    Args:
        env: The environment.
        users: Saved records of `core.user`.
    """
    table = env.registry["core.employment"].table
    connection = env.connection
    today = env.today()
    by_id = {user.id: user for user in users}
    if not by_id:
        return
    open_rows = connection.execute(sa.select(table).where(table.c.user_id.in_(list(by_id)), table.c.until.is_(None)))
    present = {row.user_id: row for row in open_rows}
    for user_id, user in by_id.items():
        values = {
            "company_id": user.company_id,
            "department_id": user.department_id,
            "position_id": user.position_id,
            "team_id": user.main_team_id,
        }
        row = present.get(user_id)
        if row is None:
            if any(values.values()):
                since = min(user.hire_date or today, today)
                connection.execute(sa.insert(table).values(user_id=user_id, since=since, version=1, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            if row.since >= today:
                connection.execute(sa.update(table).where(table.c.id == row.id).values(**values))
            else:
                yesterday = today - dt.timedelta(days=1)
                connection.execute(sa.update(table).where(table.c.id == row.id).values(until=yesterday))
                connection.execute(sa.insert(table).values(user_id=user_id, since=today, version=1, **values))


def employment_on(env: Environment, user_id: int, day: dt.date) -> dict[str, int | None]:
    """Return the ids of company, department, position and team that a user had on ``day``; all None if none is known."""
    table = env.registry["core.employment"].table
    row = env.connection.execute(
        sa.select(table.c.company_id, table.c.department_id, table.c.position_id, table.c.team_id)
        .where(table.c.user_id == user_id, table.c.since <= day)
        .where(sa.or_(table.c.until.is_(None), table.c.until >= day))
        .order_by(table.c.since.desc())
        .limit(1)
    ).first()
    names = ("company", "department", "position", "team")
    return dict(zip(names, row if row is not None else (None,) * 4, strict=True))
