"""Tables and columns that the models have and a database does not: the code changed and nobody upgraded. Layer: orm."""

from __future__ import annotations

import sqlalchemy as sa

__all__ = ["lacking"]


def lacking(metadata: sa.MetaData, connection: sa.Connection) -> list[str]:
    """Return what is missing, as ``table`` or ``table.column``; a handful of statements on PostgreSQL, one for each table on SQLite.

    Args:
        metadata: Tables of the registry in force.
        connection: A connection to the database.
    """
    there = {
        name: {column["name"] for column in columns}
        for (_schema, name), columns in sa.inspect(connection).get_multi_columns().items()
    }
    found: list[str] = []
    for table in metadata.tables.values():
        if table.name not in there:
            found.append(table.name)
        else:
            found += [f"{table.name}.{column.name}" for column in table.columns if column.name not in there[table.name]]
    return found
