"""Records that an addon shipped once and ships no more. Layer: data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.data.references import references_to
from core.data.shipped import Shipped, current
from core.errors import CoreError
from core.orm import bookkeeping
from core.orm.bookkeeping import Xid
from core.orm.environment import SYSTEM_UID
from core.orm.fields import Many2many, One2many

if TYPE_CHECKING:
    from core.orm.environment import Environment


def remove_unshipped(env: Environment, gone: Sequence[Xid]) -> tuple[list[str], list[str]]:
    """Delete records no longer shipped, each unless a person changed it or something refers to it.

    A deleted one goes to the recycle bin where its model has one. One that is kept belongs to the people from now on.

    Returns:
        External ids of those deleted, and of those kept.
    """
    removed: list[str] = []
    kept: list[str] = []
    for xid in gone:
        record = env.browse(xid.model, xid.record_id) if xid.model in env.registry.models else None
        if xid.model not in env.registry.models:
            continue
        if record is None or (not _is_changed(record, xid) and not _is_used(env, record) and _delete(env, record)):
            bookkeeping.forget_xids(env.connection, xid.addon, [xid.name])
            if record is not None:
                removed.append(str(xid))
            continue
        bookkeeping.write_xids(env.connection, [Xid(xid.addon, xid.name, xid.model, xid.record_id)])
        kept.append(str(xid))
    return removed, kept


def _is_changed(record: Any, xid: Xid) -> bool:
    """Whether a person had a hand in the record, be it in a field that was never shipped."""
    if record.updated_by_id != SYSTEM_UID:
        return True
    fields = record._info.fields
    shipped = Shipped.read(xid.fingerprint).values
    return any(name in fields and current(record, fields[name], value) != value for name, value in shipped.items())


def _is_used(env: Environment, record: Any) -> bool:
    """Whether rows other than its own lines and links refer to the record, also rows of disabled addons."""
    info = record._info
    own: set[tuple[str, str]] = set()
    for item in info.fields.values():
        if isinstance(item, Many2many) and not item.inverse:
            own.add((item.relation_table.name, item.relation_columns[0]))
        elif isinstance(item, One2many):
            target = env.registry[item.comodel]
            own.add((target.table.name, str(target.fields[item.inverse].column)))
    found = references_to(env.connection, info.table.name, [record.id])
    return any((each.table, each.column) not in own for each in found)


def _delete(env: Environment, record: Any) -> bool:
    try:
        if not record._info.recycle:
            # Links go first: within a change of addons SQLite may not cascade.
            links = [
                item.name for item in record._info.fields.values() if isinstance(item, Many2many) and item.is_stored
            ]
            record.update(**{name: [] for name in links})
        record.delete()
    except CoreError:
        return False
    env.flush()
    return True
