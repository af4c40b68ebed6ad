"""Take turns at records (layer orm)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa


def lock_records(records: Iterable[Any]) -> list[Any]:
    """Return saved records of one model as they are now, by id, and keep others from changing them until the transaction ends.

    For what is decided by looking at records and then written beside them, such as a document made once: who comes second waits, and
    sees what the first did. All take them by id, so nobody waits in a circle. SQLite has one writer at a time anyway. No rights are asked.
    """
    held = list(records)
    if not held:
        return []
    env, info = held[0].env, held[0]._info
    env.flush()
    env.before_query()
    table = info.table
    # KEY SHARE stays allowed: whoever merely refers to the row need not wait.
    statement = sa.select(info.cls).where(table.c.id.in_([each.id for each in held])).order_by(table.c.id)
    fresh = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(env.session.execute(fresh).scalars())
