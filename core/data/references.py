"""Rows that refer to given rows, as the database itself knows it: also those of addons that no registry has. Layer: data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.orm import bookkeeping

CHUNK = 500


@dataclass(frozen=True)
class ForeignKey:
    """One column that refers to the id of a table."""

    table: str
    column: str
    target: str
    ondelete: str
    """``restrict``, ``cascade`` or ``set null``."""


@dataclass(frozen=True)
class Reference:
    """How many rows of one column refer to given records."""

    table: str
    column: str
    ondelete: str
    count: int
    addon: str
    """Owner of the column, ``"?"`` if unknown."""


def foreign_keys(connection: sa.Connection) -> list[ForeignKey]:
    """Return all foreign keys of the database to an ``id``, by table and column."""
    inspector = sa.inspect(connection)
    found: list[ForeignKey] = []
    for (_schema, table), keys in inspector.get_multi_foreign_keys().items():
        actions: dict[str, str] = {}
        if connection.dialect.name == "sqlite":
            # The inspector reads ON DELETE from the text of CREATE TABLE and misses it where ADD COLUMN wrote it.
            quoted = connection.dialect.identifier_preparer.quote(table)
            rows = connection.exec_driver_sql(f"PRAGMA foreign_key_list({quoted})").mappings()
            actions = {row["from"]: row["on_delete"] for row in rows}
        for key in keys:
            column = key["constrained_columns"][0]
            action = str(actions.get(column) or key.get("options", {}).get("ondelete") or "restrict").lower()
            ondelete = "restrict" if action == "no action" else action
            found.append(ForeignKey(table, column, key["referred_table"], ondelete))
    return sorted(found, key=lambda key: (key.table, key.column))


def rows_referring(connection: sa.Connection, key: ForeignKey, ids: Sequence[int]) -> Iterable[Any]:
    """Yield the rows of a foreign key that refer to one of ``ids``, as far as plain columns tell: the column's value."""
    source: Any = sa.table(key.table, sa.column(key.column))
    for start in range(0, len(ids), CHUNK):
        chosen = source.c[key.column].in_(list(ids[start : start + CHUNK]))
        yield from connection.execute(sa.select(source.c[key.column]).where(chosen)).scalars()


def references_to(connection: sa.Connection, table: str, ids: Sequence[int]) -> list[Reference]:
    """Return which columns hold references to rows of ``table``, with numbers; none are left out."""
    owners = bookkeeping.owners(connection)
    found: list[Reference] = []
    for key in foreign_keys(connection):
        if key.target == table:
            count = sum(1 for _value in rows_referring(connection, key, ids))
            if count:
                owner = owners.get((key.table, key.column)) or owners.get((key.table, "")) or "?"
                found.append(Reference(key.table, key.column, key.ondelete, count, owner))
    return found
