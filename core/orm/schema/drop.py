"""Drops tables and columns of an addon that is being removed; the only place where data goes by design. Layer: orm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from core.errors import ConflictError
from core.i18n import _
from core.orm import fts, fuzzy, substring
from core.orm.schema.compare import Change
from core.orm.schema.reflect import TableState, reflect
from core.orm.schema.sqlite import Rebuild, rebuild, require_no_foreign_keys

_MASTER = sa.table("sqlite_master", sa.column("type"), sa.column("tbl_name"), sa.column("name"), sa.column("sql"))


def plan_drops(connection: sa.Connection, tables: Iterable[str], columns: Mapping[str, Sequence[str]]) -> list[Change]:
    """Return what `drop_columns` and `drop_tables` would take away, with the numbers of rows that hold something.

    Args:
        connection: Only read from.
        tables: Names of tables; those that don't exist are left out.
        columns: Table → names of columns; those that don't exist are left out.
    """
    gone = _existing(connection, tables)
    states = reflect(connection, _existing(connection, columns))
    changes = []
    for table, names in columns.items():
        for name in names:
            if table not in gone and table in states and name in states[table].columns:
                holding = sa.select(sa.func.count(sa.column(name))).select_from(sa.table(table))
                changes.append(Change("drop_column", table, name, connection.execute(holding).scalar_one()))
    for table in gone:
        rows = sa.select(sa.func.count()).select_from(sa.table(table))
        changes.append(Change("drop_table", table, "", connection.execute(rows).scalar_one()))
    return changes


def drop_columns(connection: sa.Connection, table: str, columns: Iterable[str]) -> None:
    """Drop columns with their values, indexes, search indexes and the constraints that mention them.

    Args:
        connection: In a transaction of `core.orm.schema.sqlite.schema_transaction`.
        table: A table that exists.
        columns: Names; those that don't exist are ignored. Never the primary key.

    Raises:
        DefinitionError: On SQLite, outside of `schema_transaction`.
    """
    state = reflect(connection, [table])[table]
    names = {name for name in columns if name in state.columns}
    if not names:
        return
    quote = connection.dialect.identifier_preparer.quote
    if connection.dialect.name != "sqlite":
        # Indexes and constraints of the columns go with them.
        parts = ", ".join(f"DROP COLUMN {quote(name)} CASCADE" for name in sorted(names))
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} {parts}")
        return
    require_no_foreign_keys(connection)
    _drop_searches(connection, table, state, names)
    _drop_indexes(connection, table, names)
    checks = _checks_mentioning(connection, table, names)
    unique = sa.inspect(connection).get_unique_constraints(table)
    if (
        checks
        or any(names.intersection(key) for key in state.foreign_keys)
        or any(names.intersection(constraint["column_names"]) for constraint in unique)
    ):
        # SQLite refuses DROP COLUMN where a constraint of the table names the column.
        rebuild(connection, table, Rebuild(dropped_columns=names, dropped_checks=checks))
        return
    for name in sorted(names):
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} DROP COLUMN {quote(name)}")


def drop_tables(connection: sa.Connection, tables: Iterable[str]) -> None:
    """Drop tables with everything in them; they may refer to each other in circles.

    Args:
        connection: In a transaction of `core.orm.schema.sqlite.schema_transaction`.
        tables: Names; those that don't exist are ignored.

    Raises:
        ConflictError: Another table refers to one of them (code ``conflict.schema``); nothing has been dropped then.
        DefinitionError: On SQLite, outside of `schema_transaction`.
    """
    names = _existing(connection, tables)
    if not names:
        return
    require_no_foreign_keys(connection)
    inspector = sa.inspect(connection)
    keys = inspector.get_multi_foreign_keys()
    outside = sorted(
        f"{owner}.{key['constrained_columns'][0]}"
        for (_schema, owner), found in keys.items()
        for key in found
        if owner not in names and key["referred_table"] in names
    )
    if outside:
        raise ConflictError(
            _("Other tables still refer to them: %(columns)s.", columns=", ".join(outside)),
            code="conflict.schema",
            hint=_("drop these columns first"),
        )
    quote = connection.dialect.identifier_preparer.quote
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("DROP TABLE " + ", ".join(quote(name) for name in names))
        return
    for name, state in reflect(connection, names).items():
        _drop_searches(connection, name, state, set(state.columns))
        connection.exec_driver_sql(f"DROP TABLE {quote(name)}")


def _existing(connection: sa.Connection, tables: Iterable[str]) -> list[str]:
    present = set(sa.inspect(connection).get_table_names())
    return [name for name in dict.fromkeys(tables) if name in present]


def _drop_searches(connection: sa.Connection, table: str, state: TableState, columns: set[str]) -> None:
    for column in columns:
        for search in (fuzzy.fts_table(table, column), substring.fts_table(table, column)):
            if search.name in state.search_tables:
                for kind in fts.TRIGGERS:
                    connection.execute(fts.DropFtsTrigger(search, kind))
                connection.execute(fts.DropFts(search))


def _drop_indexes(connection: sa.Connection, table: str, columns: set[str]) -> None:
    """Drop the indexes that mention a column, be it in their condition."""
    made = sa.select(_MASTER.c.name, _MASTER.c.sql).where(
        _MASTER.c.type == "index", _MASTER.c.tbl_name == table, _MASTER.c.sql.is_not(None)
    )
    quote = connection.dialect.identifier_preparer.quote
    for index in connection.execute(made).all():
        # What follows ON: the index's own name may well contain a column's.
        if _mentions(index.sql.split(" ON ", 1)[-1], columns):
            connection.exec_driver_sql(f"DROP INDEX {quote(index.name)}")


def _checks_mentioning(connection: sa.Connection, table: str, columns: set[str]) -> set[str]:
    checks = sa.inspect(connection).get_check_constraints(table)
    return {str(check["name"]) for check in checks if check["name"] and _mentions(check["sqltext"], columns)}


def _mentions(sql: str, columns: set[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql) for name in columns)
