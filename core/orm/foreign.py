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

_CACHE = "orm.unknown_references"


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
    """Return (table, column, ondelete) of foreign keys to the model's table that the registry does not know.

    The database is asked once in a transaction: addons don't change within one that works with records.
    """
    if _CACHE not in env.cache:
        env.cache[_CACHE] = _unknown_by_table(env)
    found: list[tuple[str, str, str]] = env.cache[_CACHE].get(info.table.name, [])
    return found


def _unknown_by_table(env: Environment) -> dict[str, list[tuple[str, str, str]]]:
    """Return (table, column, ondelete) of the foreign keys that the registry does not know, by the table they lead to."""
    connection = env.session.connection()
    known = env.registry.metadata.tables
    owned = {table for table, _column in bookkeeping.owners(connection)}
    found: dict[str, list[tuple[str, str, str]]] = {}
    for (_schema, table), keys in sorted(sa.inspect(connection).get_multi_foreign_keys().items()):
        for key in keys:
            column = key["constrained_columns"][0]
            if table not in owned or (table in known and column in known[table].c):
                continue
            action = str(key.get("options", {}).get("ondelete") or "restrict").lower()
            item = (table, column, "restrict" if action == "no action" else action)
            found.setdefault(key["referred_table"], []).append(item)
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
