"""Which rows are demo records, noted while they are made so that they can be removed again (decision 0043). Layer: data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.orm import bookkeeping
from core.orm.registry import Registry
from core.plugins.addon import BASE

ROWS = "demo_rows"
"""Key of the base addon's data: table → spans (after, up to) of the ids of demo rows."""
COUNTERS = "demo_counters"
"""Key of the base addon's data: id of a counter of numbers → where the demo left it."""
COUNTER = "core_numbering_counter"


def last_ids(connection: sa.Connection, registry: Registry) -> dict[str, int]:
    """Return the highest id of each table of a model, 0 of an empty one; what SQLite keeps for searching is no such table."""
    tables = [table for table in registry.metadata.tables.values() if "id" in table.c]
    return {
        table.name: connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one()
        for table in tables
    }


def note_rows(connection: sa.Connection, registry: Registry, before: Mapping[str, int]) -> None:
    """Remember that the rows made since `last_ids` gave ``before`` are demo rows; the caller's transaction is alone meanwhile."""
    state = bookkeeping.addon_states(connection)[BASE]
    spans: dict[str, list[list[int]]] = {name: list(found) for name, found in state.data.get(ROWS, {}).items()}
    for name, last in last_ids(connection, registry).items():
        first = before.get(name, 0)
        if last > first:
            spans.setdefault(name, []).append([first, last])
    counter: Any = sa.table(COUNTER, sa.column("id"), sa.column("value"))
    values = {str(row.id): row.value for row in connection.execute(sa.select(counter.c.id, counter.c.value))}
    bookkeeping.write_addon(connection, replace(state, data={**state.data, ROWS: spans, COUNTERS: values}))


def count_rows(data: Mapping[str, Any]) -> int:
    """Return how many rows were made as demo rows, be they there still or not; 0 where there is no demo.

    Args:
        data: What the database remembers with the base addon.
    """
    return sum(last - first for spans in data.get(ROWS, {}).values() for first, last in spans)


def is_demo_row(connection: sa.Connection, table: str, number: int) -> bool:
    """Tell whether the row of a table with this id was made as a demo row."""
    spans = bookkeeping.addon_states(connection)[BASE].data.get(ROWS, {}).get(table, ())
    return any(first < number <= last for first, last in spans)


def noted_rows(connection: sa.Connection, data: Mapping[str, Any]) -> dict[str, list[int]]:
    """Return the demo rows that are still there, by table.

    A counter of numbers that went on since stays, so that no number is drawn twice.

    Args:
        connection: Only read from.
        data: What the database remembers with the base addon.
    """
    spans = data.get(ROWS, {})
    rows: dict[str, list[int]] = {}
    for name in sorted(set(sa.inspect(connection).get_table_names()) & spans.keys()):
        table: Any = sa.table(name, sa.column("id"))
        chosen = sa.or_(*(sa.and_(table.c.id > first, table.c.id <= last) for first, last in spans[name]))
        rows[name] = list(connection.execute(sa.select(table.c.id).where(chosen)).scalars())
    if COUNTER in rows:
        counter: Any = sa.table(COUNTER, sa.column("id"), sa.column("value"))
        now = {row.id: row.value for row in connection.execute(sa.select(counter.c.id, counter.c.value))}
        rows[COUNTER] = [number for number in rows[COUNTER] if now[number] == data[COUNTERS].get(str(number))]
    return rows
