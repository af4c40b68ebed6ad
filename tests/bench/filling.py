"""Fills a table by SQL, as years of work would have left it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.schema import CreateIndex, DropIndex

from core.orm.database import Database
from core.orm.inserting import insert_rows

PAGE = 20_000


def fill(
    database: Database,
    model: str,
    values: Iterator[dict[str, Any]],
    who: int,
    constant: Mapping[str, Any] | None = None,
) -> None:
    """Insert rows into the table of a model.

    Args:
        database: A PostgreSQL database.
        model: Name of the model.
        values: Columns of each row, the same in all.
        who: Id of the user who made them.
        constant: Columns that have the same value in each row.
    """
    table = database.registry()[model].table
    gin = [index for index in table.indexes if index.dialect_options["postgresql"].get("using") == "gin"]
    noon = dt.datetime.now(dt.UTC)
    stamps = {"created_at": noon, "updated_at": noon, "created_by_id": who, "updated_by_id": who, "version": 1}
    with database.engine.begin() as connection:
        for index in gin:
            connection.execute(DropIndex(index))
        while page := list(itertools.islice(values, PAGE)):
            columns = {name: [row[name] for row in page] for name in page[0]}
            insert_rows(connection, table, columns, {**stamps, **(constant or {})}, len(page))
        for index in gin:
            connection.execute(CreateIndex(index))
