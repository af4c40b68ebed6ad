"""The recycle bin for administrators (CORE-67): list, restore with links, purge for good.

The work on rows is the kernel's (`core.orm.recycle`); here stand the rights, the log, and what hangs on a record without a
foreign key: attachments, shares, duplicate keys.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.access import write_audit
from core.base.services.attachments import drop_attachments
from core.base.services.special_rights import require_special_right
from core.errors import MissingRecord, Where
from core.i18n import _
from core.orm.recycle import purge as purge_rows
from core.orm.recycle import restore as restore_rows

if TYPE_CHECKING:
    from core.orm.environment import Environment

RIGHT = "base.recycle_bin"
_COLUMNS = ("id", "model", "record_id", "title", "user_id", "at", "count")


def list_bin(env: Environment, *, model: str | None = None, limit: int = 80, offset: int = 0) -> list[dict[str, Any]]:
    """Return the deletions that can be restored, the latest first.

    Args:
        env: The environment of somebody who may use the bin.
        model: Only records of this model; None shows all.
        limit: Most entries.
        offset: How many to skip.

    Returns:
        Mappings with id, model, record_id, title, user_id, user (name), at and count (records taken along).

    Raises:
        AccessDenied: The user may not use the recycle bin.
    """
    require_special_right(env, RIGHT)
    env.flush()
    table, users = env.registry["core.deletion"].table, env.registry["core.user"].table
    columns = [table.c[name] for name in _COLUMNS]
    statement = sa.select(*columns, users.c.name.label("user")).outerjoin(users, users.c.id == table.c.user_id)
    statement = statement.where(*_in_bin(table)).order_by(table.c.id.desc()).limit(limit).offset(offset)
    if model is not None:
        statement = statement.where(table.c.model == model)
    return [dict(row) for row in env.connection.execute(statement).mappings()]


def restore_deletions(env: Environment, ids: Iterable[int]) -> None:
    """Bring back what the deletions took, with dependent lines and emptied links, all of them or none.

    Raises:
        AccessDenied: The user may not use the recycle bin.
        MissingRecord: There is no such deletion in the bin.
        ConflictError: A living record took a unique value meanwhile, or a record needed is gone.
    """
    require_special_right(env, RIGHT)
    with env.elevated(reason="restore from the recycle bin"):
        for deletion in ids:
            restore_rows(env, deletion)


def purge_deletions(env: Environment, ids: Iterable[int]) -> None:
    """Delete for good what the deletions took, all of them or none; files go once the transaction is committed.

    Raises:
        AccessDenied: The user may not use the recycle bin.
        MissingRecord: There is no such deletion in the bin.
        ConflictError: Something refers to one of the records and forbids it.
    """
    require_special_right(env, RIGHT)
    for deletion in ids:
        entry = _entry(env, deletion)
        taken: Mapping[str, Sequence[int]] = (entry.links or {}).get("ids", {})
        write_audit(
            env,
            "purge",
            entry.title or entry.model,
            model=entry.model,
            record=entry.record_id,
            detail={"ids": dict(taken)},
        )
        for model, numbers in taken.items():
            _drop_hangers_on(env, model, numbers)
        drop_attachments(env, attachment_ids=taken.get("core.attachment", ()))
        with env.elevated(reason="purge from the recycle bin"):
            purge_rows(env, deletion)


def purge_older_than(env: Environment, days: int) -> int:
    """Purge what was deleted more than ``days`` days ago; return the number of deletions.

    Raises:
        AccessDenied: The user may not use the recycle bin.
    """
    require_special_right(env, RIGHT)
    table = env.registry["core.deletion"].table
    old = sa.select(table.c.id).where(*_in_bin(table), table.c.at < env.now() - dt.timedelta(days=days))
    ids = list(env.connection.scalars(old.order_by(table.c.id)))
    purge_deletions(env, ids)
    return len(ids)


def _in_bin(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for what was neither restored nor purged."""
    return table.c.restored_at.is_(None), table.c.purged_at.is_(None)


def _entry(env: Environment, deletion: int) -> Any:
    table = env.registry["core.deletion"].table
    statement = sa.select(table).where(table.c.id == deletion, *_in_bin(table))
    entry = env.connection.execute(statement).one_or_none()
    if entry is None:
        raise MissingRecord(
            _("There is no such deletion in the recycle bin."), where=Where(model="core.deletion", record=deletion)
        )
    return entry


def _drop_hangers_on(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Delete attachments, shares and duplicate keys of records that are purged."""
    share = env.registry["core.share"].table
    keys, rules = env.registry["core.duplicate_key"].table, env.registry["core.duplicate_rule"].table
    for start in range(0, len(ids), 500):
        some = list(ids[start : start + 500])
        drop_attachments(env, model=model, record_ids=some)
        env.connection.execute(sa.delete(share).where(share.c.model == model, share.c.record_id.in_(some)))
        of_model = sa.select(rules.c.id).where(rules.c.model == model)
        env.connection.execute(sa.delete(keys).where(keys.c.rule_id.in_(of_model), keys.c.record_id.in_(some)))
