"""Which rows of other tables go when rows are deleted, by the foreign keys of the database. Layer: data.

The ORM knows only the models of its registry; here the rows of disabled addons count as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.data.references import ForeignKey

CHUNK = 500


@dataclass
class Closure:
    """What a deletion takes along."""

    deleted: dict[str, dict[int, None]] = field(default_factory=dict)
    """Table → ids, tables in the order in which they were reached."""
    links: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Table without ids (links of Many2many fields) → rows that go."""
    cleared: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)
    """(table, column) → row → what it referred to before it is emptied."""
    refused: dict[ForeignKey, dict[int, int]] = field(default_factory=dict)
    """Foreign keys with ``restrict`` → rows that stay, and what they refer to."""


def close(
    connection: sa.Connection,
    keys: Sequence[ForeignKey],
    start: Mapping[str, Iterable[int]],
    without: Collection[tuple[str, str]],
) -> Closure:
    """Return what deleting rows takes along.

    Args:
        connection: Only read from.
        keys: All foreign keys of the database.
        start: Table → ids of the rows to be deleted.
        without: Columns (table, column) whose references don't count, because they are about to be dropped; with an empty column
            the table as a whole.
    """
    closing = _Closing(connection, keys, without)
    closing.waiting = [(table, list(ids)) for table, ids in start.items()]
    while closing.waiting:
        closing.reach(*closing.waiting.pop(0))
    return closing.finished()


class _Closing:
    """The steps of `close`; lives only that long."""

    def __init__(
        self, connection: sa.Connection, keys: Sequence[ForeignKey], without: Collection[tuple[str, str]]
    ) -> None:
        self.connection = connection
        self.keys = [k for k in keys if (k.table, "") not in without and (k.table, k.column) not in without]
        tables = {key.table for key in self.keys}
        self.linking = tables - _with_id(connection, tables)
        self.found = Closure()
        self.waiting: list[tuple[str, list[int]]] = []
        self.refused: list[tuple[ForeignKey, int, int]] = []

    def reach(self, table: str, ids: list[int]) -> None:
        """Take rows along, and put what refers to them where its foreign key says."""
        known = self.found.deleted.setdefault(table, {})
        fresh = [number for number in ids if number not in known]
        known.update(dict.fromkeys(fresh))
        for key in self.keys if fresh else ():
            if key.target != table:
                continue
            if key.table in self.linking:
                self.found.links.setdefault(key.table, []).extend(_linking(self.connection, key, fresh, self.keys))
                continue
            rows = _rows(self.connection, key, fresh)
            if key.ondelete == "restrict":
                self.refused.extend((key, number, target) for number, target in rows)
            elif rows and key.ondelete == "cascade":
                self.waiting.append((key.table, [number for number, _target in rows]))
            elif rows:
                self.found.cleared.setdefault((key.table, key.column), {}).update(dict(rows))

    def finished(self) -> Closure:
        """Return the result without rows that went in another way."""
        found = self.found
        for key, number, target in self.refused:
            if number not in found.deleted.get(key.table, {}):
                found.refused.setdefault(key, {})[number] = target
        for (table, _column), cleared in found.cleared.items():
            for number in [number for number in cleared if number in found.deleted.get(table, {})]:
                del cleared[number]
        for table, links in found.links.items():
            found.links[table] = list({tuple(sorted(link.items())): link for link in links}.values())
        found.links = {table: links for table, links in found.links.items() if links}
        return found


def _with_id(connection: sa.Connection, tables: Collection[str]) -> set[str]:
    found = sa.inspect(connection).get_multi_columns(filter_names=sorted(tables))
    return {
        str(name) for (_schema, name), columns in found.items() if any(column["name"] == "id" for column in columns)
    }


def _rows(connection: sa.Connection, key: ForeignKey, ids: Sequence[int]) -> list[tuple[int, int]]:
    source: Any = sa.table(key.table, sa.column("id"), sa.column(key.column))
    found: list[tuple[int, int]] = []
    for start in range(0, len(ids), CHUNK):
        chosen = source.c[key.column].in_(list(ids[start : start + CHUNK]))
        rows = connection.execute(sa.select(source.c.id, source.c[key.column]).where(chosen))
        found.extend((row[0], row[1]) for row in rows)
    return found


def _linking(
    connection: sa.Connection, key: ForeignKey, ids: Sequence[int], keys: Sequence[ForeignKey]
) -> list[dict[str, Any]]:
    names = [other.column for other in keys if other.table == key.table]
    source: Any = sa.table(key.table, *(sa.column(name) for name in names))
    found: list[dict[str, Any]] = []
    for start in range(0, len(ids), CHUNK):
        chosen = source.c[key.column].in_(list(ids[start : start + CHUNK]))
        found.extend(dict(row) for row in connection.execute(sa.select(source).where(chosen)).mappings())
    return found


def delete(connection: sa.Connection, closure: Closure) -> None:
    """Empty the references and delete the rows that `close` found."""
    clear(connection, closure)
    delete_rows(connection, closure)


def clear(connection: sa.Connection, closure: Closure) -> None:
    """Empty the references that `close` found, and take the links away."""
    for (table, column), rows in closure.cleared.items():
        emptied: Any = sa.table(table, sa.column("id"), sa.column(column))
        numbers = list(rows)
        for start in range(0, len(numbers), CHUNK):
            chosen = emptied.c.id.in_(numbers[start : start + CHUNK])
            connection.execute(sa.update(emptied).where(chosen).values({column: None}))
    for table, links in closure.links.items():
        for link in links:
            target: Any = sa.table(table, *(sa.column(name) for name in link))
            connection.execute(sa.delete(target).where(*(target.c[name] == value for name, value in link.items())))


def delete_rows(connection: sa.Connection, closure: Closure, dropped: Collection[str] = ()) -> None:
    """Delete the rows that `close` found, but for those of tables that were dropped already."""
    for table, ids in reversed(list(closure.deleted.items())):
        if table in dropped:
            continue
        gone: Any = sa.table(table, sa.column("id"))
        ordered = list(ids)
        for start in range(0, len(ordered), CHUNK):
            connection.execute(sa.delete(gone).where(gone.c.id.in_(ordered[start : start + CHUNK])))
