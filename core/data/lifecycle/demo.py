"""Removes demo records without a trace (decision 0043). Layer: data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import Any

import sqlalchemy as sa

from core.data.lifecycle.bring import DEMO
from core.data.lifecycle.change import Change
from core.data.lifecycle.closure import CHUNK, Closure, clear, close
from core.data.lifecycle.demo_rows import COUNTERS, ROWS, noted_rows
from core.data.references import ForeignKey, foreign_keys
from core.errors import ConflictError
from core.i18n import _
from core.orm import bookkeeping
from core.orm.registry import Registry
from core.plugins.addon import BASE


def remove_demo(change: Change) -> dict[str, int]:
    """Delete the demo rows and what can't be without them; return how many rows went, by table.

    Raises:
        ConflictError: The database has no demo records.
    """
    state = change.states.get(BASE)
    if state is None or not state.data.get(ROWS):
        raise ConflictError(_("This database has no demo records."), code="conflict.demo")
    registry = change.database.registry_for(change.connection)
    keys = foreign_keys(change.connection)
    found = _closure(change.connection, registry, keys, noted_rows(change.connection, state.data))
    clear(change.connection, found)
    _delete(change, keys, found)
    for name, info in registry.models.items():
        bookkeeping.forget_records(change.connection, name, found.deleted.get(info.table.name, ()))
    data = {key: value for key, value in state.data.items() if key not in (ROWS, COUNTERS)} | {DEMO: False}
    bookkeeping.write_addon(change.connection, replace(state, data=data))
    return {table: len(ids) for table, ids in sorted(found.deleted.items()) if ids}


def _closure(
    connection: sa.Connection, registry: Registry, keys: list[ForeignKey], rows: dict[str, list[int]]
) -> Closure:
    """Return what goes with ``rows``: also what would forbid it, and what is said about them, such as history."""
    while True:
        found = close(connection, keys, rows, ())
        more = {key.table: list(held) for key, held in found.refused.items() if held}
        for table, ids in _about(connection, registry, found).items():
            more.setdefault(table, []).extend(ids)
        if not more:
            return found
        rows = {table: list(ids) for table, ids in found.deleted.items()}
        for table, ids in more.items():
            rows.setdefault(table, []).extend(ids)


def _about(connection: sa.Connection, registry: Registry, found: Closure) -> dict[str, list[int]]:
    """Return rows that name a record by model and id and stay so far, although the record goes."""
    tables = [
        info.table
        for info in registry.models.values()
        if {"id", "model", "record_id"} <= set(info.table.c.keys()) and not info.table.name.startswith("tangram_")
    ]
    answer: dict[str, list[int]] = {}
    for table in tables:
        known = found.deleted.get(table.name, {})
        for name, info in registry.models.items():
            ids = list(found.deleted.get(info.table.name, ()))
            for start in range(0, len(ids), CHUNK):
                chosen = sa.and_(table.c.model == name, table.c.record_id.in_(ids[start : start + CHUNK]))
                rows = connection.execute(sa.select(table.c.id).where(chosen)).scalars()
                fresh = [number for number in rows if number not in known]
                if fresh:
                    answer.setdefault(table.name, []).extend(fresh)
    return answer


def _delete(change: Change, keys: list[ForeignKey], found: Closure) -> None:
    """Delete the rows, those that refer to others first; where rows refer to each other in a circle, what may be empty is emptied."""
    connection, progress = change.connection, change.progress
    inspector = sa.inspect(connection)
    order: TopologicalSorter[str] = TopologicalSorter({table: () for table in found.deleted})
    for key in keys:
        if not (found.deleted.get(key.table) and found.deleted.get(key.target)):
            continue
        nullable = {column["name"]: column["nullable"] for column in inspector.get_columns(key.table)}
        if nullable[key.column]:
            emptied: Any = sa.table(key.table, sa.column("id"), sa.column(key.column))
            for ids in _chunks(found.deleted[key.table]):
                filled = sa.and_(emptied.c.id.in_(ids), emptied.c[key.column].is_not(None))
                connection.execute(sa.update(emptied).where(filled).values({key.column: None}))
        elif key.table != key.target:
            order.add(key.target, key.table)
    progress.start(sum(len(ids) for ids in found.deleted.values()), _("Removing the demo data"))
    for name in order.static_order():
        table: Any = sa.table(name, sa.column("id"))
        for ids in _chunks(found.deleted.get(name, {})):
            connection.execute(sa.delete(table).where(table.c.id.in_(ids)))
            progress.advance(len(ids))
    progress.done()


def _chunks(ids: Mapping[int, None]) -> list[list[int]]:
    ordered = list(ids)
    return [ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK)]
