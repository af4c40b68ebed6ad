"""FTS5 tables on SQLite: an index of one column that triggers keep, searched by MATCH. Layer: orm.

What is looked up differs (`core.orm.fuzzy`: single characters, `core.orm.substring`: three in a row); how the index is made does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ExecutableDDLElement

INFO_KEY = "fts"
"""Key in ``table.info`` of the list of its `FtsTable`, which `core.orm.schema` makes where they are missing."""

ONLY_ON = "only_on"
"""Key in ``index.info`` of the one dialect for which an index is meant."""

TRIGGERS = ("insert", "update", "delete")
"""Changes of the table that its FTS5 table follows."""


@dataclass(frozen=True)
class FtsTable:
    """One FTS5 table."""

    name: str
    table: str
    """The table whose rows it finds."""
    column: str
    """The column it indexes."""
    tokenizer: str


def attach(table: sa.Table, fts: FtsTable) -> None:
    """Let the FTS5 table be created and dropped with ``table`` on SQLite; noted under `INFO_KEY`."""
    table.info.setdefault(INFO_KEY, []).append(fts)
    event.listen(table, "after_create", CreateFts(fts).execute_if(dialect="sqlite"))
    for kind in TRIGGERS:
        event.listen(table, "after_create", CreateFtsTrigger(fts, kind).execute_if(dialect="sqlite"))
    event.listen(table, "before_drop", DropFts(fts).execute_if(dialect="sqlite"))


def matches(table: sa.FromClause, name: str, query: str) -> sa.ColumnElement[bool]:
    """Return the condition that the FTS5 table ``name`` finds a row of ``table`` by a query in FTS5's language."""
    found: sa.Select[Any] = sa.select(sa.column("rowid")).select_from(sa.table(name))
    return table.c.id.in_(found.where(sa.column(name).op("MATCH", is_comparison=True)(query)))


_MASTER = sa.table("sqlite_master", sa.column("name"), sa.column("sql"))


def existing_tables(connection: sa.Connection) -> frozenset[str] | None:
    """Return the names of all FTS5 tables of the database; None on PostgreSQL. One statement on SQLite."""
    if connection.dialect.name != "sqlite":
        return None
    made = sa.select(_MASTER.c.name).where(_MASTER.c.sql.like("CREATE VIRTUAL TABLE% USING fts5(%"))
    return frozenset(connection.scalars(made))


class _FtsElement(ExecutableDDLElement):
    """A statement about one FTS5 table."""

    def __init__(self, fts: FtsTable) -> None:
        self.fts = fts


class CreateFts(_FtsElement):
    """CREATE VIRTUAL TABLE: an index only, which reads the texts from the table itself."""


class DropFts(_FtsElement):
    """DROP TABLE of the index; its triggers go with the table, or by `DropFtsTrigger`."""


class RebuildFts(_FtsElement):
    """Fill the index anew from the table, for rows that are older than its triggers."""


class CreateFtsTrigger(_FtsElement):
    """CREATE TRIGGER for one of `TRIGGERS`."""

    def __init__(self, fts: FtsTable, kind: str) -> None:
        super().__init__(fts)
        self.kind = kind


class DropFtsTrigger(CreateFtsTrigger):
    """DROP TRIGGER for one of `TRIGGERS`."""


@compiles(CreateFts, "sqlite")
def _create_fts(element: CreateFts, compiler: Any, **_kwargs: Any) -> str:
    quote, fts = compiler.preparer.quote, element.fts
    # detail=none: only which row holds a token, a fifth of the size; LIKE checks the order anyway.
    return (
        f"CREATE VIRTUAL TABLE {quote(fts.name)} USING fts5({quote(fts.column)}, content={_literal(fts.table)}, "
        f"content_rowid='id', tokenize={_literal(fts.tokenizer)}, detail='none', columnsize=0)"
    )


@compiles(DropFts, "sqlite")
def _drop_fts(element: DropFts, compiler: Any, **_kwargs: Any) -> str:
    return f"DROP TABLE IF EXISTS {compiler.preparer.quote(element.fts.name)}"


@compiles(RebuildFts, "sqlite")
def _rebuild_fts(element: RebuildFts, compiler: Any, **_kwargs: Any) -> str:
    name = compiler.preparer.quote(element.fts.name)
    return f"INSERT INTO {name} ({name}) VALUES ('rebuild')"  # noqa: S608 (a name of ours, quoted by the dialect)


@compiles(CreateFtsTrigger, "sqlite")
def _create_trigger(element: CreateFtsTrigger, compiler: Any, **_kwargs: Any) -> str:
    quote, fts = compiler.preparer.quote, element.fts
    table, column, name = quote(fts.table), quote(fts.column), quote(fts.name)
    # An external-content index must be told the old text to forget it.
    forget = f"INSERT INTO {name} ({name}, rowid, {column}) VALUES ('delete', old.id, old.{column});"  # noqa: S608 (as above)
    learn = f"INSERT INTO {name} (rowid, {column}) VALUES (new.id, new.{column});"  # noqa: S608 (as above)
    when, actions = {
        "insert": ("INSERT", learn),
        "delete": ("DELETE", forget),
        "update": (f"UPDATE OF {column}", f"{forget} {learn}"),
    }[element.kind]
    changed = f" WHEN old.{column} IS NOT new.{column}" if element.kind == "update" else ""
    return f"CREATE TRIGGER {quote(_trigger_name(element))} AFTER {when} ON {table}{changed} BEGIN {actions} END"


@compiles(DropFtsTrigger, "sqlite")
def _drop_trigger(element: DropFtsTrigger, compiler: Any, **_kwargs: Any) -> str:
    return f"DROP TRIGGER IF EXISTS {compiler.preparer.quote(_trigger_name(element))}"


def _trigger_name(element: CreateFtsTrigger) -> str:
    return f"{element.fts.name}_{element.kind}"


def _literal(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
