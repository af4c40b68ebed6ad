"""Finds rows of disabled addons that refer to living tables. Layer: orm.

A disabled addon keeps its tables and columns, with their foreign keys, but no registry knows them; the database does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm import bookkeeping

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo


@dataclass(frozen=True)
class Referring:
    """Rows of one column that refer to given records."""

    addon: str
    """Owner of the column; ``"?"`` if nobody owns it."""
    table: str
    column: str
    ondelete: str
    """``restrict``, ``cascade`` or ``set null``."""
    count: int


def unknown_references(env: Environment, info: ModelInfo) -> list[tuple[str, str, str]]:
    """Return (table, column, ondelete) of foreign keys to the model's table that the registry does not know."""
    connection = env.session.connection()
    inspector = sa.inspect(connection)
    known = env.registry.metadata.tables
    owned = {table for table, _column in bookkeeping.owners(connection)}
    found: list[tuple[str, str, str]] = []
    for table in sorted(owned & set(inspector.get_table_names())):
        for key in inspector.get_foreign_keys(table):
            column = key["constrained_columns"][0]
            if key["referred_table"] != info.table.name or (table in known and column in known[table].c):
                continue
            action = str(key.get("options", {}).get("ondelete") or "restrict").lower()
            found.append((table, column, "restrict" if action == "no action" else action))
    return found


def referring_rows(env: Environment, info: ModelInfo, ids: Sequence[int]) -> list[Referring]:
    """Return the rows of disabled addons that refer to records of a model, by column."""
    connection = env.session.connection()
    owners = bookkeeping.owners(connection)
    found: list[Referring] = []
    for table, column, ondelete in unknown_references(env, info):
        source: Any = sa.table(table, sa.column(column))
        count = connection.execute(
            sa.select(sa.func.count()).select_from(source).where(source.c[column].in_(list(ids)))
        ).scalar_one()
        if count:
            addon = owners.get((table, column)) or owners.get((table, "")) or "?"
            found.append(Referring(addon, table, column, ondelete, count))
    return found
