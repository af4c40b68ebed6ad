"""Rows as the database keeps them, without fields and models: also those of addons whose code is gone. Layer: data.

PostgreSQL gives and takes every value as text in its own notation; SQLite the stored value itself. Both lose nothing, but one can't
read what the other wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

CHUNK = 500
Row = dict[str, Any]


def column_types(connection: sa.Connection, table: str) -> dict[str, sa.types.TypeEngine[Any]]:
    """Return the columns of a table with their types, in the order of the table."""
    return {str(column["name"]): column["type"] for column in sa.inspect(connection).get_columns(table)}


def primary_key(connection: sa.Connection, table: str) -> list[str]:
    """Return the columns of the primary key."""
    return list(sa.inspect(connection).get_pk_constraint(table)["constrained_columns"])


def read_rows(
    connection: sa.Connection,
    table: str,
    columns: Sequence[str],
    *,
    key: Sequence[str] = ("id",),
    ids: Sequence[int] | None = None,
    any_of: Sequence[str] = (),
) -> Iterator[Row]:
    """Yield rows in the order of their key, each value in plain JSON.

    Args:
        connection: The connection.
        table: Name of the table.
        columns: Columns wanted.
        key: Columns that order the rows.
        ids: Only rows with these values of ``id``; None means all.
        any_of: Only rows in which one of these columns holds something; empty means all.
    """
    as_text = connection.dialect.name == "postgresql"
    source: Any = sa.table(table, *(sa.column(name) for name in {*columns, *key, *any_of, *(("id",) if ids else ())}))
    # A cast can't be labelled like its column: ORDER BY would then mean the text.
    wanted = [(sa.cast(source.c[name], sa.Text) if as_text else source.c[name]).label(f"v_{name}") for name in columns]
    statement = sa.select(*wanted).select_from(source).order_by(*(source.c[name] for name in key))
    if any_of:
        statement = statement.where(sa.or_(*(source.c[name].is_not(None) for name in any_of)))
    parts = [None] if ids is None else [list(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK)]
    for part in parts:
        chosen = statement if part is None else statement.where(source.c.id.in_(part))
        for row in connection.execute(chosen.execution_options(yield_per=CHUNK)):
            yield {name: _plain(value) for name, value in zip(columns, row, strict=True)}


def _plain(value: Any) -> Any:
    return {"hex": value.hex()} if isinstance(value, (bytes, memoryview)) else value


def _stored(value: Any) -> Any:
    return bytes.fromhex(value["hex"]) if isinstance(value, Mapping) else value


def insert_rows(connection: sa.Connection, table: str, rows: Iterable[Row]) -> int:
    """Insert rows that `read_rows` gave; return how many."""
    types = column_types(connection, table)
    count = 0
    for batch in _batches(rows):
        names = list(batch[0])
        target = sa.table(table, *(sa.column(name) for name in names))
        values = {name: _bound(connection, name, types[name]) for name in names}
        connection.execute(
            sa.insert(target).values(values), [{f"v_{name}": _stored(row[name]) for name in names} for row in batch]
        )
        count += len(batch)
    return count


def update_rows(connection: sa.Connection, table: str, rows: Iterable[Row], *, only_empty: bool = False) -> int:
    """Write the columns of rows found by ``id``; return how many rows were there.

    Args:
        connection: The connection.
        table: Name of the table.
        rows: Each with ``id`` and the same other columns.
        only_empty: Only where all those columns are empty.
    """
    types = column_types(connection, table)
    count = 0
    for row in rows:
        names = [name for name in row if name != "id"]
        target: Any = sa.table(table, *(sa.column(name) for name in row))
        statement = sa.update(target).where(target.c.id == sa.bindparam("row_id"))
        for name in names if only_empty else ():
            statement = statement.where(target.c[name].is_(None))
        statement = statement.values({name: _bound(connection, name, types[name]) for name in names})
        values = {f"v_{name}": _stored(row[name]) for name in names}
        count += connection.execute(statement, {**values, "row_id": int(row["id"])}).rowcount
    return count


def _bound(connection: sa.Connection, name: str, kind: sa.types.TypeEngine[Any]) -> Any:
    if connection.dialect.name == "postgresql":
        return sa.cast(sa.bindparam(f"v_{name}", type_=sa.Text()), kind)
    return sa.bindparam(f"v_{name}", type_=sa.types.NullType())


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        if batch and (len(batch) >= CHUNK or row.keys() != batch[0].keys()):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def delete_rows(connection: sa.Connection, table: str, ids: Sequence[int]) -> None:
    """Delete rows by ``id``."""
    target: Any = sa.table(table, sa.column("id"))
    for start in range(0, len(ids), CHUNK):
        connection.execute(sa.delete(target).where(target.c.id.in_(list(ids[start : start + CHUNK]))))


def existing_ids(connection: sa.Connection, table: str, ids: Iterable[int]) -> set[int]:
    """Return which of ``ids`` are there."""
    target: Any = sa.table(table, sa.column("id"))
    wanted = sorted(set(ids))
    found: set[int] = set()
    for start in range(0, len(wanted), CHUNK):
        chosen = target.c.id.in_(wanted[start : start + CHUNK])
        found.update(connection.execute(sa.select(target.c.id).where(chosen)).scalars())
    return found


def last_number(connection: sa.Connection, table: str) -> int | None:
    """Return the highest id ever given in a table, also to rows that are gone; None if it gives none."""
    if connection.dialect.name == "postgresql":
        name = connection.execute(sa.select(sa.func.pg_get_serial_sequence(table, "id"))).scalar()
        if name is None:
            return None
        sequence = sa.table(str(name).rpartition(".")[2].strip('"'), sa.column("last_value"), sa.column("is_called"))
        row = connection.execute(sa.select(sequence.c.last_value, sequence.c.is_called)).one()
        return int(row.last_value) if row.is_called else 0
    numbers = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
    if not sa.inspect(connection).has_table("sqlite_sequence"):
        return None
    return connection.execute(sa.select(numbers.c.seq).where(numbers.c.name == table)).scalar()


def set_last_number(connection: sa.Connection, table: str, number: int) -> None:
    """Let ids of new rows begin behind ``number``."""
    if connection.dialect.name == "postgresql":
        if number > 0:
            sequence = sa.func.pg_get_serial_sequence(table, "id")
            connection.execute(sa.select(sa.func.setval(sequence, number)))
        return
    numbers = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
    if not connection.execute(sa.update(numbers).where(numbers.c.name == table).values(seq=number)).rowcount:
        connection.execute(sa.insert(numbers).values(name=table, seq=number))
