"""Inserts many rows of one table in one statement and returns their ids in order. Layer: orm.

SQLite takes rows of parameters, with ids drawn beforehand. On PostgreSQL a statement with a parameter for each value is slow to read for
driver and server alike (10,000 rows of 17 columns are 170,000 parameters), so there each column is one parameter: an array.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

ROWS = 20_000
"""Most rows of one statement on PostgreSQL; bounds the memory its arrays take."""


def insert_rows(
    connection: sa.Connection,
    table: sa.Table,
    columns: Mapping[str, Sequence[Any]],
    constant: Mapping[str, Any],
    count: int,
) -> list[int]:
    """Insert ``count`` rows and return their ids in the same order.

    Args:
        connection: Where to.
        table: A table with a generated ``id``; on SQLite AUTOINCREMENT, as all tables of models are.
        columns: Values by name of the column, row by row; all of the same length.
        constant: Values that are the same in all rows.
        count: Number of rows.
    """
    if connection.dialect.name == "sqlite":
        return _with_own_ids(connection, table, columns, constant, count)
    if not columns:
        rows = [dict(constant) for _row in range(count)]
        statement = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
        return list(connection.execute(statement, rows).scalars())
    insert = _from_arrays(table, columns, constant)
    ids: list[int] = []
    for start in range(0, count, ROWS):
        arrays = {f"_{name}": list(values[start : start + ROWS]) for name, values in columns.items()}
        # Ids are drawn in the order of the rows, and given back in any.
        ids.extend(sorted(connection.execute(insert, arrays).scalars()))
    return ids


def draw_sqlite_ids(connection: sa.Connection, table: sa.Table, count: int) -> range:
    """Return the ids that SQLite would give to the next ``count`` rows of a table: nobody else writes meanwhile."""
    sequence = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
    drawn = sa.select(sequence.c.seq).where(sequence.c.name == table.name).scalar_subquery()
    used = sa.select(sa.func.max(table.c.id)).scalar_subquery()
    last = connection.execute(sa.select(sa.func.coalesce(drawn, 0), sa.func.coalesce(used, 0))).one()
    return range(max(last) + 1, max(last) + 1 + count)


def _with_own_ids(
    connection: sa.Connection,
    table: sa.Table,
    columns: Mapping[str, Sequence[Any]],
    constant: Mapping[str, Any],
    count: int,
) -> list[int]:
    """Insert with ids drawn beforehand, as asking for each would take a statement a row.

    Values are made ready column by column, which is much faster than row by row.
    """
    ids = draw_sqlite_ids(connection, table, count)
    given: dict[str, Iterable[Any]] = {"id": ids, **columns, **{name: repeat(each) for name, each in constant.items()}}
    compiled = sa.insert(table).values({name: sa.bindparam(name) for name in given}).compile(dialect=connection.dialect)
    ready = []
    for name in compiled.positiontup or ():
        make_ready = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        ready.append(given[name] if make_ready is None else map(make_ready, given[name]))
    connection.exec_driver_sql(str(compiled), list(zip(*ready, strict=False)))
    return list(ids)


def _from_arrays(table: sa.Table, columns: Mapping[str, Sequence[Any]], constant: Mapping[str, Any]) -> Any:
    arrays = [sa.bindparam(f"_{name}", type_=postgresql.ARRAY(_unbounded(table.c[name].type))) for name in columns]
    source = sa.func.unnest(*arrays).table_valued(*columns, with_ordinality="_place", name="given").render_derived()
    values = [sa.literal(value, table.c[name].type).label(f"_{name}") for name, value in constant.items()]
    rows = sa.select(*(source.c[name] for name in columns), *values).order_by(source.c._place)
    return sa.insert(table).from_select([*columns, *constant], rows, include_defaults=False).returning(table.c.id)


def _unbounded(column_type: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """Return the type for an array: a cast to a text of limited length would cut off what the column would refuse."""
    return sa.Text() if type(column_type) in {sa.String, sa.Unicode} else column_type
