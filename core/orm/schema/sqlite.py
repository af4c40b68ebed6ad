"""What SQLite can't change in place: a table is written anew under another name, and takes the old one's. Layer: orm.

The trap: with foreign keys enforced, DROP TABLE deletes the rows first, and what refers to them goes or is emptied with them. The switch
has no effect inside a transaction, so `schema_transaction` turns it off before its BEGIN. Alembic's batch mode would do, but forgets
triggers (the search indexes live by them), AUTOINCREMENT and numbers already used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from core.errors import ConflictError, DefinitionError
from core.i18n import _
from core.orm import bookkeeping
from core.orm.schema.reflect import NO_ACTION, StoredForeignKey, reflect
from core.orm.types import ExactDecimal

_MASTER = sa.table("sqlite_master", sa.column("type"), sa.column("tbl_name"), sa.column("name"), sa.column("sql"))
_SEQUENCE = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))


@contextmanager
def schema_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction in which tables may be rebuilt and dropped; on both databases nobody else changes the schema meanwhile.

    On SQLite foreign keys are not enforced in it (nothing cascades either), instead all are checked before it commits.

    Raises:
        ConflictError: A foreign key was left without its record; everything is rolled back.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if is_sqlite:
            _enforce_foreign_keys(connection, False)
        try:
            with connection.begin():
                bookkeeping.lock(connection)
                yield connection
                if is_sqlite:
                    check_foreign_keys(connection)
        finally:
            if is_sqlite:
                _enforce_foreign_keys(connection, True)


def _enforce_foreign_keys(connection: sa.Connection, on: bool) -> None:
    # On the driver's connection: SQLAlchemy would begin a transaction first, inside which the switch does nothing.
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def check_foreign_keys(connection: sa.Connection) -> None:
    """Refuse to go on when a row refers to a record that is not there (SQLite only).

    Raises:
        ConflictError: It names the tables at fault.
    """
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        pairs = sorted({f"{row[0]} -> {row[2]}" for row in broken})
        raise ConflictError(
            _(
                "%(count)s rows refer to records that are gone: %(pairs)s.",
                count=len(broken),
                pairs=", ".join(pairs[:5]),
            ),
            code="conflict.foreign_key",
        )


def require_no_foreign_keys(connection: sa.Connection) -> None:
    """Refuse to rebuild or drop a table while SQLite enforces foreign keys; nothing to do on PostgreSQL.

    Raises:
        DefinitionError: The caller did not use `schema_transaction`.
    """
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise DefinitionError(
            _("This change rewrites tables, which SQLite allows only while foreign keys are switched off."),
            code="definition.schema_transaction",
            hint=_("make it within a schema transaction"),
        )


@dataclass
class Rebuild:
    """How a table differs after it was rebuilt."""

    nullable: set[str] = field(default_factory=set)
    """Columns that may be empty from now on."""
    types: dict[str, tuple[sa.types.TypeEngine[Any], sa.types.TypeEngine[Any]]] = field(default_factory=dict)
    """Column → its old and new type."""
    foreign_keys: list[sa.ForeignKeyConstraint] = field(default_factory=list)
    """Declared keys that are new or replace those of the same columns."""
    checks: list[sa.CheckConstraint] = field(default_factory=list)
    dropped_checks: set[str] = field(default_factory=set)
    dropped_columns: set[str] = field(default_factory=set)
    """Their indexes must be gone already."""


def rebuild(connection: sa.Connection, name: str, steps: Rebuild) -> None:
    """Write the table anew with everything it has, except as ``steps`` say.

    Rows, row ids, indexes, triggers, and the numbers AUTOINCREMENT has used stay; so do the rows that refer to it.

    Raises:
        DefinitionError: Foreign keys are enforced, see `schema_transaction`.
    """
    require_no_foreign_keys(connection)
    extras = connection.execute(
        sa.select(_MASTER.c.type, _MASTER.c.sql).where(
            _MASTER.c.tbl_name == name, _MASTER.c.type.in_(["index", "trigger"]), _MASTER.c.sql.is_not(None)
        )
    ).all()
    old = sa.table(name)
    _require_room(connection, name, steps)
    used = _numbers_used(connection, name)
    new = _new_table(connection, name, steps)
    connection.execute(CreateTable(new))
    columns = [column.name for column in new.columns]
    values = [_value(column, steps) for column in columns]
    connection.execute(new.insert().from_select(columns, sa.select(*values).select_from(old), include_defaults=False))
    preparer = connection.dialect.identifier_preparer
    connection.exec_driver_sql(f"DROP TABLE {preparer.quote(name)}")
    connection.exec_driver_sql(f"ALTER TABLE {preparer.quote(new.name)} RENAME TO {preparer.quote(name)}")
    for extra in extras:
        connection.exec_driver_sql(extra.sql)
    if used is not None:
        connection.execute(sa.delete(_SEQUENCE).where(_SEQUENCE.c.name == name))
        connection.execute(sa.insert(_SEQUENCE).values(name=name, seq=used))


def _require_room(connection: sa.Connection, name: str, steps: Rebuild) -> None:
    """Refuse to multiply numbers beyond their digits, where SQLite would go on with inexact ones."""
    for column, (old, new) in steps.types.items():
        if isinstance(new, ExactDecimal):
            limit = 10**new.precision // _factor(old, new)
            number = sa.column(column, sa.BigInteger)
            too_large = sa.select(sa.func.count()).select_from(sa.table(name)).where(sa.func.abs(number) >= limit)
            if connection.execute(too_large).scalar_one():
                raise DefinitionError(
                    _(
                        'Column "%(column)s" of table "%(table)s" holds numbers too large for %(type)s.',
                        column=column,
                        table=name,
                        type=str(new),
                    ),
                    code="definition.schema",
                    hint=_("give the field a larger precision"),
                )


def _factor(old: sa.types.TypeEngine[Any], new: ExactDecimal) -> int:
    """Return by what the stored integers are multiplied: decimals count in units of the last digit, integers in ones."""
    scale = 0 if isinstance(old, sa.Integer) else int(getattr(old, "scale", 0) or 0)
    return int(10 ** (new.scale - scale))


def _new_table(connection: sa.Connection, name: str, steps: Rebuild) -> sa.Table:
    inspector = sa.inspect(connection)
    metadata = sa.MetaData()
    key = inspector.get_pk_constraint(name)["constrained_columns"]
    columns: list[Any] = []
    for column in inspector.get_columns(name):
        if column["name"] in steps.dropped_columns:
            continue
        default = column.get("default")
        columns.append(
            sa.Column(
                column["name"],
                steps.types.get(column["name"], (None, column["type"]))[1],
                nullable=column["nullable"] or column["name"] in steps.nullable,
                primary_key=column["name"] in key,
                server_default=None if default is None else sa.text(default),
            )
        )
    table = sa.Table(
        f"tangram_rebuild_{name}", metadata, *columns, sqlite_autoincrement=_is_autoincrement(connection, name)
    )
    _add_foreign_keys(connection, name, table, steps)
    for check in inspector.get_check_constraints(name):
        if check["name"] not in steps.dropped_checks:
            table.append_constraint(sa.CheckConstraint(sa.text(_literal(check["sqltext"])), name=check["name"]))
    for constraint in steps.checks:
        # As text: a constraint made of columns attaches itself to the table of those, which others share.
        words = constraint.sqltext.compile(
            dialect=connection.dialect, compile_kwargs={"literal_binds": True, "include_table": False}
        )
        table.append_constraint(sa.CheckConstraint(sa.text(_literal(str(words))), name=constraint.name))
    for unique in inspector.get_unique_constraints(name):
        if not steps.dropped_columns.intersection(unique["column_names"]):
            table.append_constraint(sa.UniqueConstraint(*unique["column_names"], name=unique["name"]))
    return table


def _literal(words: str) -> str:
    """Return SQL in which no colon is taken for a parameter."""
    return words.replace(":", "\\:")


def _add_foreign_keys(connection: sa.Connection, name: str, table: sa.Table, steps: Rebuild) -> None:
    keys = dict(reflect(connection, [name])[name].foreign_keys)
    for declared in steps.foreign_keys:
        keys[tuple(declared.column_keys)] = StoredForeignKey(
            str(declared.name) if declared.name else None,
            declared.referred_table.name,
            tuple(element.column.name for element in declared.elements),
            declared.ondelete or NO_ACTION,
        )
    for local, key in keys.items():
        if steps.dropped_columns.intersection(local):
            continue
        if key.target not in table.metadata.tables:
            # Only its name is needed, for CREATE TABLE to write down.
            sa.Table(key.target, table.metadata, *(sa.Column(column, sa.Integer) for column in key.target_columns))
        remote = [f"{key.target}.{column}" for column in key.target_columns]
        ondelete = None if key.ondelete == NO_ACTION else key.ondelete
        table.append_constraint(sa.ForeignKeyConstraint(local, remote, name=key.name, ondelete=ondelete))


def _value(name: str, steps: Rebuild) -> sa.ColumnElement[Any]:
    """Return the expression that reads a column of the old table for the new one."""
    column: sa.ColumnElement[Any] = sa.column(name)
    if name not in steps.types:
        return column
    old, new = steps.types[name]
    if isinstance(new, ExactDecimal):
        return sa.column(name, sa.BigInteger) * sa.literal(_factor(old, new), sa.BigInteger)
    return sa.cast(column, new)


def _is_autoincrement(connection: sa.Connection, name: str) -> bool:
    made = connection.execute(
        sa.select(_MASTER.c.sql).where(_MASTER.c.type == "table", _MASTER.c.name == name)
    ).scalar()
    return bool(re.search(r"\bAUTOINCREMENT\b", str(made)))


def _numbers_used(connection: sa.Connection, name: str) -> int | None:
    """Return the highest number AUTOINCREMENT has given, even to rows that are gone; None if the table does not count."""
    if not sa.inspect(connection).has_table(_SEQUENCE.name):
        return None
    return connection.execute(sa.select(_SEQUENCE.c.seq).where(_SEQUENCE.c.name == name)).scalar()
