"""Makes declared tables. Layer: orm."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa


def create_tables(connection: sa.Connection, metadata: sa.MetaData, tables: Sequence[sa.Table] | None = None) -> None:
    """Make tables that are not there, with their indexes and foreign keys.

    The declared tables stay as they are: where tables refer to each other in a circle SQLAlchemy adds keys afterwards, and marks them so that
    no CREATE TABLE holds them any more. On SQLite, which may share the tables with another database, that is the only place for them.

    Args:
        connection: The database.
        metadata: The declared tables.
        tables: Those to make; None means all.
    """
    chosen = list(metadata.tables.values()) if tables is None else tables
    rules = {key: key._create_rule for table in chosen for key in table.foreign_key_constraints}
    try:
        metadata.create_all(connection, tables=chosen, checkfirst=tables is None)
    finally:
        for key, rule in rules.items():
            key._create_rule = rule
