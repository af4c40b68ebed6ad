"""The last active administrator stays (CORE-03)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import ConflictError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.model import Model

ADMINISTRATOR = "base.administrator"
_DECISIVE = {"core.user": {"active", "groups", "login"}, "core.group": {"users", "key"}}


def keep_one(env: Environment, updated: Mapping[Model, Mapping[str, Any]]) -> None:
    """Refuse a save after which nobody active with a login is administrator.

    Called after the rows are written. Only changes that can take an administrator away are looked at, so that a new
    installation may be set up step by step. On PostgreSQL the group's row is locked: two administrators who deactivate each
    other at once must not both succeed.

    Raises:
        ConflictError: Nobody would be left.
    """
    if not any(old.keys() & _DECISIVE.get(record._info.name, set()) for record, old in updated.items()):
        return
    groups = env.registry["core.group"].table
    lock = sa.select(groups.c.id).where(groups.c.key == ADMINISTRATOR).with_for_update()
    group = env.connection.scalar(lock)
    if group is not None and not active_administrators(env):
        raise ConflictError(
            _("This is the last active administrator."),
            code="conflict.last_administrator",
            hint=_("give another user the role of administrator first"),
        )


def active_administrators(env: Environment) -> list[int]:
    """Return the ids of active users with a login who hold the administrator's role, read past access rights."""
    users, groups = env.registry["core.user"], env.registry["core.group"].table
    field: Any = users.fields["groups"]
    link, (own, other) = field.relation_table, field.relation_columns
    statement = (
        sa.select(users.table.c.id)
        .join(link, link.c[own] == users.table.c.id)
        .join(groups, groups.c.id == link.c[other])
        .where(groups.c.key == ADMINISTRATOR, users.table.c.active, users.table.c.login.is_not(None))
        .order_by(users.table.c.id)
    )
    return list(env.connection.scalars(statement))
