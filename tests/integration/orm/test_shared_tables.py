"""Declared tables are shared by registries, so what makes them in one database leaves them as they are for another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from core.app import Application
from core.config import Settings
from core.orm import schema


def _shape(metadata: sa.MetaData) -> list[str]:
    dialect = sa.create_engine("sqlite://").dialect
    return [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.tables.values()]


def test_making_and_completing_tables_leaves_the_declared_ones_as_they_are(
    create_postgres_database: Callable[..., str], tmp_path: Path
) -> None:
    urls = [create_postgres_database(), f"sqlite:///{tmp_path / 'x.db'}"]
    for url in urls:
        app = Application(Settings(root=tmp_path, data_dir=tmp_path, database_url=url, language="en"))
        app.lifecycle().install()
        metadata = app.database().registry().metadata
        before = _shape(metadata)
        fresh = sa.create_engine(create_postgres_database() if url == urls[0] else f"sqlite:///{tmp_path / 'y.db'}")
        with schema.schema_transaction(fresh) as connection:
            schema.apply_changes(connection, metadata)
        # A rebuild that adds what is missing takes the declared checks.
        checked = next(table for table in metadata.tables.values() if _checks(table))
        with schema.schema_transaction(fresh) as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(f'DROP TABLE "{checked.name}"')
                connection.exec_driver_sql(_without_checks(checked, connection.dialect))
            schema.apply_changes(connection, metadata, [checked.name])
        assert _shape(metadata) == before
        assert all(len(_checks(table)) == len(set(_checks(table))) for table in metadata.tables.values())
        fresh.dispose()
        app.close()


def _checks(table: sa.Table) -> list[str]:
    return [str(each.name) for each in table.constraints if isinstance(each, sa.CheckConstraint)]


def _without_checks(table: sa.Table, dialect: sa.Dialect) -> str:
    lines = str(CreateTable(table).compile(dialect=dialect)).splitlines()
    kept = [line.rstrip().rstrip(",") for line in lines if line.strip() and "CHECK (" not in line]
    return f"{kept[0]}\n{', '.join(kept[1:-1])}\n)"
