"""An environment over the sample shop, on both databases; rights are open, so that only the ORM is tested."""

from __future__ import annotations

import datetime as dt
import importlib
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import core.base.models
from core.data.folders import definitions_in
from core.orm import bookkeeping, schema
from core.orm.database import Database
from core.orm.environment import Environment
from core.orm.registry import Registry
from tests.integration.orm.shop import EXTENSION, SHOP

NOON = dt.datetime(2026, 7, 31, 4, 0, tzinfo=dt.UTC)


class Settings:
    """What a database asks of the settings."""

    language = "en"
    timezone = "Asia/Shanghai"


def base_definitions() -> list[Any]:
    """Return the definitions of the built-in addon."""
    names = [name for _finder, name, _package in pkgutil.iter_modules(core.base.models.__path__)]
    modules = [importlib.import_module(f"core.base.models.{name}") for name in sorted(names)]
    return [item for module in modules for item in definitions_in(module)]


@pytest.fixture(scope="session")
def shop_registry() -> Registry:
    """The registry of the sample shop."""
    return Registry([("base", base_definitions()), ("shop", SHOP), ("points", EXTENSION)])


def fill(url: str, registry: Registry) -> None:
    """Create all tables, the system user and a salesperson (id 2)."""
    database = Database("fill", url, lambda _database, _connection: registry)
    with database.engine.begin() as connection:
        bookkeeping.ensure(connection)
        schema.apply_changes(connection, registry.metadata)
        users = [
            {"name": "System", "version": 1, "active": True},
            {"name": "Li", "login": "li", "version": 1, "active": True},
        ]
        for user in users:
            connection.execute(sa.insert(registry["core.user"].table), user)
    database.dispose()


@pytest.fixture(scope="session")
def sqlite_template(shop_registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared SQLite file."""
    path = tmp_path_factory.mktemp("shop") / "template.db"
    fill(f"sqlite:///{path}", shop_registry)
    return path


@pytest.fixture(scope="session")
def postgres_template(
    request: pytest.FixtureRequest, shop_registry: Registry, database_names: Iterator[str]
) -> Iterator[str]:
    """The name of a prepared PostgreSQL database."""
    postgres = request.getfixturevalue("postgres")
    name = next(database_names)
    fill(postgres.create_database(name, None), shop_registry)
    yield name
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def shop_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh copy of the prepared database."""
    if request.param == "sqlite":
        path = tmp_path / "shop.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    template = request.getfixturevalue("postgres_template")
    make: Callable[..., str] = request.getfixturevalue("create_postgres_database")
    return make(template)


@pytest.fixture
def database(shop_url: str, shop_registry: Registry) -> Iterator[Database]:
    """The database, with its clock at noon of 2026-07-31 in Shanghai."""
    database = Database(
        "shop",
        shop_url,
        lambda _database, _connection: shop_registry,
        settings=Settings(),
        resolve=lambda _env, login: {"li": 2}[login],
        clock=lambda: NOON,
    )
    yield database
    database.dispose()


@pytest.fixture
def env(database: Database) -> Iterator[Environment]:
    """An environment of the system; rolled back after the test."""
    with database.engine.connect() as connection:
        transaction = connection.begin()
        env = Environment(database, database.registry_for(connection), connection, 1)
        yield env
        env.session.close()
        transaction.rollback()


@pytest.fixture
def statements(database: Database) -> Iterator[Callable[[], int]]:
    """Return the number of statements sent since it was last asked."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)

    def count() -> int:
        number = len(seen)
        seen.clear()
        return number

    yield count
    sa.event.remove(database.engine, "before_cursor_execute", note)
