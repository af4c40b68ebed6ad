"""What `core.orm.schema` reads of existing tables, and which changes of a column's type lose nothing. Layer: orm.

Read by SQLAlchemy's inspector in one query per aspect for all tables asked for; on PostgreSQL that is what keeps comparing fast.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext

from core.orm.types import ExactDecimal

NO_ACTION = "NO ACTION"
"""What a foreign key does on deletion when it says nothing: it refuses."""


@dataclass(frozen=True)
class StoredColumn:
    """One column as the database has it."""

    name: str
    type: sa.types.TypeEngine[Any]
    nullable: bool
    has_default: bool


@dataclass(frozen=True)
class StoredForeignKey:
    """One foreign key as the database has it."""

    name: str | None
    target: str
    """The table referred to."""
    target_columns: tuple[str, ...]
    ondelete: str
    """``CASCADE``, ``SET NULL``, ``RESTRICT`` or ``NO ACTION``."""


@dataclass(frozen=True)
class StoredIndex:
    """One index as the database has it."""

    columns: tuple[str, ...]
    """Empty for an index over an expression."""
    is_unique: bool
    is_partial: bool

    def differs_from(self, index: sa.Index, dialect: str) -> bool:
        """Whether the index declared under the same name is another one; an expression counts as the same."""
        if not self.columns:
            return False
        partial = index.dialect_options[dialect]["where"] is not None
        columns = tuple(getattr(column, "name", "") for column in index.expressions)
        return (columns, bool(index.unique), partial) != (self.columns, self.is_unique, self.is_partial)


@dataclass
class TableState:
    """What the database has of one table."""

    columns: dict[str, StoredColumn] = field(default_factory=dict)
    foreign_keys: dict[tuple[str, ...], StoredForeignKey] = field(default_factory=dict)
    """By the columns that refer."""
    indexes: dict[str, StoredIndex] = field(default_factory=dict)
    checks: set[str] = field(default_factory=set)
    search_tables: set[str] = field(default_factory=set)
    """Names of all FTS5 tables of the database; empty on PostgreSQL."""


def reflect(connection: sa.Connection, tables: Sequence[str]) -> dict[str, TableState]:
    """Read the tables named, all of which exist."""
    inspector = sa.inspect(connection)
    states = {name: TableState() for name in tables}
    for (_schema, name), columns in inspector.get_multi_columns(filter_names=tables).items():
        for column in columns:
            has_default = column.get("default") is not None or bool(column.get("autoincrement") is True)
            has_default = has_default or bool(column.get("primary_key")) or column.get("identity") is not None
            stored = StoredColumn(column["name"], column["type"], column["nullable"], has_default)
            states[name].columns[column["name"]] = stored
    _reflect_foreign_keys(connection, inspector, tables, states)
    for (_schema, name), checks in inspector.get_multi_check_constraints(filter_names=tables).items():
        states[name].checks = {str(check["name"]) for check in checks if check["name"]}
    _reflect_indexes(connection, inspector, tables, states)
    return states


def _reflect_foreign_keys(
    connection: sa.Connection, inspector: sa.Inspector, tables: Sequence[str], states: dict[str, TableState]
) -> None:
    for (_schema, name), keys in inspector.get_multi_foreign_keys(filter_names=tables).items():
        found = states[name].foreign_keys
        for key in keys:
            columns = tuple(key["constrained_columns"])
            ondelete = str(key.get("options", {}).get("ondelete") or NO_ACTION).upper()
            found[columns] = StoredForeignKey(
                key["name"], key["referred_table"], tuple(key["referred_columns"]), ondelete
            )
        if connection.dialect.name == "sqlite":
            # The inspector reads ON DELETE from the text of CREATE TABLE and misses it where ADD COLUMN wrote it.
            quoted = connection.dialect.identifier_preparer.quote(name)
            for row in connection.exec_driver_sql(f"PRAGMA foreign_key_list({quoted})").mappings():
                columns = (row["from"],)
                if columns in found:
                    found[columns] = replace(found[columns], ondelete=row["on_delete"])


def _reflect_indexes(
    connection: sa.Connection, inspector: sa.Inspector, tables: Sequence[str], states: dict[str, TableState]
) -> None:
    with warnings.catch_warnings():
        # On SQLite the inspector warns of an index over an expression and leaves it out; its name is read below.
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        reflected = inspector.get_multi_indexes(filter_names=tables)
    for (_schema, name), indexes in reflected.items():
        for index in indexes:
            columns = index["column_names"]
            named = tuple(str(column) for column in columns) if None not in columns else ()
            where = any(key.endswith("_where") for key in index.get("dialect_options", {}))
            states[name].indexes[str(index["name"])] = StoredIndex(named, bool(index["unique"]), where)
    if connection.dialect.name == "sqlite":
        _reflect_sqlite_master(connection, states)


def _reflect_sqlite_master(connection: sa.Connection, states: dict[str, TableState]) -> None:
    """Add what the inspector does not see on SQLite: indexes over expressions, and FTS5 tables."""
    master = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("tbl_name"), sa.column("sql"))
    found = connection.execute(sa.select(master).where(master.c.sql.is_not(None))).all()
    searches = {row.name for row in found if row.sql.startswith("CREATE VIRTUAL TABLE") and " USING fts5(" in row.sql}
    for state in states.values():
        state.search_tables = searches
    for row in found:
        if row.type == "index" and row.tbl_name in states:
            states[row.tbl_name].indexes.setdefault(row.name, StoredIndex((), False, False))


def same_type(context: MigrationContext, stored: StoredColumn, column: sa.Column[Any]) -> bool:
    """Whether the database's column has the type that is declared, as Alembic compares them."""
    reflected: sa.Column[Any] = sa.Column(stored.name, stored.type)
    return not context.impl.compare_type(reflected, column)


def is_widening(old: sa.types.TypeEngine[Any], new: sa.types.TypeEngine[Any], *, is_sqlite: bool) -> bool | None:
    """Judge the change from type ``old`` of the database to ``new``.

    Returns:
        True: the column must change and every value survives. False: it may stay as it is, because it holds all that the
        new type can hold. None: values might be lost, or mean something else.
    """
    if isinstance(old, sa.Integer) and isinstance(new, sa.Integer):
        # An integer of SQLite has 64 bits whatever it is called.
        return not is_sqlite and isinstance(new, sa.BigInteger) and not isinstance(old, sa.BigInteger)
    if isinstance(new, ExactDecimal):
        return _decimal_widening(old, new, is_sqlite=is_sqlite)
    if isinstance(new, sa.String):
        return _text_widening(old, new, is_sqlite=is_sqlite)
    return None


def _decimal_widening(old: sa.types.TypeEngine[Any], new: ExactDecimal, *, is_sqlite: bool) -> bool | None:
    if isinstance(old, sa.Float) or not isinstance(old, (sa.Numeric, sa.Integer)):
        return None
    precision, scale = (old.precision or 0, old.scale or 0) if isinstance(old, sa.Numeric) else (0, 0)
    if isinstance(old, sa.Integer) or new.scale > scale:
        # SQLite counts in units of the last digit, so every number is multiplied; PostgreSQL needs the room.
        # A number that has no room before the point any more stops the change.
        return True
    if new.scale < scale:
        # PostgreSQL could keep the finer column; on SQLite its numbers would be read a hundredfold.
        return None
    return False if is_sqlite else new.precision > precision


def _text_widening(old: sa.types.TypeEngine[Any], new: sa.types.TypeEngine[Any], *, is_sqlite: bool) -> bool | None:
    if isinstance(old, sa.Integer):
        return True
    if not isinstance(old, sa.String):
        return None
    if is_sqlite:
        return False  # it does not enforce lengths
    room, wanted = getattr(old, "length", None), getattr(new, "length", None)
    return room is not None and (wanted is None or wanted > room)
