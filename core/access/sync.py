"""Brings the groups that addons declare into ``core.group``, where users are given them (CORE-17, CORE-23). Layer: access."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.access.declarations import Declarations
from core.orm import bookkeeping

if TYPE_CHECKING:
    from core.orm.environment import Environment

__all__ = ["sync_groups"]


def sync_groups(env: Environment, declarations: Declarations) -> list[str]:
    """Make a row for every declared group that has none; return the keys of those made, in order of declaration.

    A row that is there stays as it is: its label may have been changed by an administrator, and what groups imply is read from the
    declarations. Rows of addons that are no longer enabled stay too, so that members keep them for the day they are enabled again.
    Each group also gets its id as external id, so that ``env.ref("crm_base.salesperson")`` finds it. Call it when an addon is enabled or
    upgraded, in that transaction.

    Args:
        env: An environment of the system.
        declarations: What the enabled addons declare.
    """
    table = env.registry["core.group"].table
    there = {row.key: row.id for row in env.connection.execute(sa.select(table.c.key, table.c.id))}
    now = env.now()
    stamps = {"created_at": now, "updated_at": now, "created_by_id": env.uid, "updated_by_id": env.uid, "version": 1}
    rows = [
        {
            "key": group.id,
            "label": group.label,
            "description": group.description,
            "addon": group.addon,
            "sequence": 100,
            **stamps,
        }
        for group in declarations.groups.values()
        if group.id not in there
    ]
    if rows:
        env.connection.execute(sa.insert(table), rows)
        there = {row.key: row.id for row in env.connection.execute(sa.select(table.c.key, table.c.id))}
    # An external id that is there may hold what the loader of records remembers with it.
    xid = bookkeeping.XID
    known = set(env.connection.execute(sa.select(xid.c.record_id).where(xid.c.model == "core.group")).scalars())
    xids = []
    for key in declarations.groups:
        addon, _dot, name = key.partition(".")
        if there[key] not in known:
            xids.append(bookkeeping.Xid(addon, name, "core.group", there[key], noupdate=True))
    bookkeeping.write_xids(env.connection, xids)
    return [str(row["key"]) for row in rows]
