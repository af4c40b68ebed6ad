"""The tables that exist before any registry: enabled addons, the registry's sequence, external ids, who owns which column.

Plain Core statements inside the caller's transaction; nothing here knows models. Layer: orm.
"""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import nearest
from core.orm.types import JsonType, UtcDateTime

METADATA = sa.MetaData()

ADDON = sa.Table(
    "tangram_addon",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("enabled_at", UtcDateTime()),
    sa.Column("data", JsonType()),
)
REGISTRY = sa.Table(
    "tangram_registry",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
)
XID = sa.Table(
    "tangram_xid",
    METADATA,
    sa.Column("addon", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("model", sa.String(128), nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    sa.Column("fingerprint", sa.Text),
    sa.Column("noupdate", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_tangram_xid_record", "model", "record_id"),
)
SCHEMA = sa.Table(
    "tangram_schema",
    METADATA,
    sa.Column("table_name", sa.String(64), primary_key=True),
    sa.Column("column_name", sa.String(64), primary_key=True),
    sa.Column("addon", sa.String(64), nullable=False, index=True),
)

TABLE_ITSELF = ""
"""Column name in `SCHEMA` that stands for the table as a whole."""

_LOCK_KEY = 7_000_420_001
"""Key of the advisory lock on PostgreSQL; any number nobody else in the database takes."""

_IDS_PER_STATEMENT = 500

State = Literal["enabled", "disabled"]


@dataclass(frozen=True)
class AddonState:
    """What the database knows of one addon."""

    name: str
    version: str
    """Version whose schema and data the database holds."""
    state: State
    enabled_at: datetime.datetime | None = None
    """When it was last enabled, UTC."""
    data: dict[str, Any] = field(default_factory=dict)
    """What the addon manager remembers beside it."""


@dataclass(frozen=True)
class Xid:
    """The external id ``addon.name`` of one record."""

    addon: str
    name: str
    model: str
    record_id: int
    fingerprint: str | None = None
    """What was last written from the addon's file, as the loader sums it up; None: not from a file."""
    noupdate: bool = False
    """Whether updates of the addon leave the record alone."""

    def __str__(self) -> str:
        return f"{self.addon}.{self.name}"


def exists(connection: sa.Connection) -> bool:
    """Whether the database was ever prepared by `ensure`."""
    return sa.inspect(connection).has_table(REGISTRY.name)


def ensure(connection: sa.Connection) -> None:
    """Create what is missing of these tables; several processes may do so at once."""
    lock(connection)
    METADATA.create_all(connection)
    if connection.execute(sa.select(REGISTRY.c.id)).first() is None:
        connection.execute(REGISTRY.insert().values(id=1, sequence=1))


def lock(connection: sa.Connection) -> None:
    """Let only one transaction at a time change addons and schema; held until it ends.

    On SQLite a writing transaction is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_KEY)))


# Sequence of the registry ---------------------------------------------------------------------------------------------


def sequence(connection: sa.Connection) -> int:
    """Return the number of the current registry; it grows with every change of addons, views or fields."""
    return int(connection.execute(_SEQUENCE).scalar_one())


def bump_sequence(connection: sa.Connection) -> int:
    """Tell every process to build its registry anew once this transaction commits; return the new number."""
    raised = REGISTRY.update().where(REGISTRY.c.id == 1).values(sequence=REGISTRY.c.sequence + 1)
    return int(connection.execute(raised.returning(REGISTRY.c.sequence)).scalar_one())


_SEQUENCE = sa.select(REGISTRY.c.sequence).where(REGISTRY.c.id == 1)


# Addons ---------------------------------------------------------------------------------------------------------------


def addon_states(connection: sa.Connection) -> dict[str, AddonState]:
    """Return all addons the database knows, by name, enabled or disabled."""
    rows = connection.execute(sa.select(ADDON).order_by(ADDON.c.name))
    return {row.name: AddonState(row.name, row.version, row.state, row.enabled_at, row.data or {}) for row in rows}


def write_addon(connection: sa.Connection, state: AddonState) -> None:
    """Insert or replace one addon's row."""
    _upsert(connection, ADDON, [asdict(state)])


def forget_addon(connection: sa.Connection, name: str) -> None:
    """Delete an addon's row, its external ids and what it owns in the schema; its tables are not touched."""
    connection.execute(ADDON.delete().where(ADDON.c.name == name))
    connection.execute(XID.delete().where(XID.c.addon == name))
    connection.execute(SCHEMA.delete().where(SCHEMA.c.addon == name))


# External ids ---------------------------------------------------------------------------------------------------------


def find_xid(connection: sa.Connection, addon: str, name: str) -> Xid | None:
    """Return the external id ``addon.name``, or None."""
    row = connection.execute(sa.select(XID).where(XID.c.addon == addon, XID.c.name == name)).first()
    return Xid(*row) if row else None


def nearest_xid(connection: sa.Connection, xid: str, models: Container[str]) -> str | None:
    """Return the external id of a record of one of ``models`` most like an unknown one, or None; slow, for messages."""
    rows = connection.execute(sa.select(XID.c.addon, XID.c.name, XID.c.model).order_by(XID.c.addon, XID.c.name))
    known = {f"{row.addon}.{row.name}": row.name for row in rows if row.model in models}
    # The right name behind a wrong or missing addon is nearer than anything that is only spelt alike.
    same = [name for name, last in known.items() if last == xid.rpartition(".")[2]]
    return same[0] if len(same) == 1 else nearest(xid, known)


def xids_of_addon(connection: sa.Connection, addon: str) -> dict[str, Xid]:
    """Return an addon's external ids by name."""
    rows = connection.execute(sa.select(XID).where(XID.c.addon == addon).order_by(XID.c.name))
    return {row.name: Xid(*row) for row in rows}


def xids_of_models(connection: sa.Connection, models: Iterable[str]) -> list[Xid]:
    """Return the external ids of all records of some models, whichever addon shipped them."""
    return [Xid(*row) for row in connection.execute(sa.select(XID).where(XID.c.model.in_(list(models))))]


def xids_of_records(connection: sa.Connection, model: str, ids: Iterable[int]) -> dict[int, list[Xid]]:
    """Return the external ids of records of one model by record id; records without any are left out."""
    found: dict[int, list[Xid]] = {}
    for some in _batches(ids):
        for row in connection.execute(sa.select(XID).where(XID.c.model == model, XID.c.record_id.in_(some))):
            found.setdefault(row.record_id, []).append(Xid(*row))
    return found


def write_xids(connection: sa.Connection, xids: Sequence[Xid]) -> None:
    """Insert external ids or replace those of the same names."""
    _upsert(connection, XID, [asdict(xid) for xid in xids])


def forget_xids(connection: sa.Connection, addon: str, names: Iterable[str]) -> None:
    """Delete external ids of one addon."""
    for some in _batches(names):
        connection.execute(XID.delete().where(XID.c.addon == addon, XID.c.name.in_(some)))


def forget_records(connection: sa.Connection, model: str, ids: Iterable[int]) -> None:
    """Delete the external ids of records that are gone for good."""
    for some in _batches(ids):
        connection.execute(XID.delete().where(XID.c.model == model, XID.c.record_id.in_(some)))


# Ownership of the schema ----------------------------------------------------------------------------------------------


def own(connection: sa.Connection, addon: str, table: str, columns: Iterable[str] = (TABLE_ITSELF,)) -> None:
    """Note that ``addon`` owns columns of a table, or the table as a whole; a new owner replaces the old one."""
    _upsert(connection, SCHEMA, [{"table_name": table, "column_name": name, "addon": addon} for name in columns])


def owned_by(connection: sa.Connection, addon: str) -> dict[str, list[str]]:
    """Return what an addon owns: table → columns, where `TABLE_ITSELF` among them stands for the table."""
    owned: dict[str, list[str]] = {}
    rows = connection.execute(
        sa.select(SCHEMA).where(SCHEMA.c.addon == addon).order_by(SCHEMA.c.table_name, SCHEMA.c.column_name)
    )
    for row in rows:
        owned.setdefault(row.table_name, []).append(row.column_name)
    return owned


def owners(connection: sa.Connection) -> dict[tuple[str, str], str]:
    """Return the owner of everything noted: (table, column) → addon."""
    return {(row.table_name, row.column_name): row.addon for row in connection.execute(sa.select(SCHEMA))}


def disown(connection: sa.Connection, table: str, columns: Iterable[str] | None = None) -> None:
    """Forget who owns columns of a table; None means the table with all its columns."""
    statement = SCHEMA.delete().where(SCHEMA.c.table_name == table)
    if columns is not None:
        statement = statement.where(SCHEMA.c.column_name.in_(list(columns)))
    connection.execute(statement)


def _upsert(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    make: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table)
    keys = [column.name for column in table.primary_key]
    changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


def _batches(values: Iterable[Any]) -> Iterable[list[Any]]:
    listed = list(dict.fromkeys(values))
    return (listed[start : start + _IDS_PER_STATEMENT] for start in range(0, len(listed), _IDS_PER_STATEMENT))
