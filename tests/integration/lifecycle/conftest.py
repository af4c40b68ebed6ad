"""A database with base and the sample addon ``tcrm``, cloned for each test from one that is installed once a run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.testing.postgres import PostgresClient

from .world import World, standard

Template = Callable[[str], str]


@pytest.fixture(scope="session")
def template(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, database_names: Iterator[str]
) -> Iterator[Template]:
    """``(engine) -> file or name`` of a database with base and ``tcrm``."""
    made: dict[str, str] = {}
    clients: list[PostgresClient] = []

    def create(engine: str) -> str:
        if engine not in made:
            folder = tmp_path_factory.mktemp(f"template_{engine}")
            if engine == "sqlite":
                made[engine] = str(folder / "tangram.db")
                url = f"sqlite:///{made[engine]}"
            else:
                made[engine] = next(database_names)
                url = request.getfixturevalue("postgres").create_database(made[engine])
            world = World(folder, url)
            standard(world)
            world.lifecycle.install(["tcrm"])
            with world.database.transaction() as env:
                env["tcrm.customer"].create({"name": "海洋科技", "orders": [{"amount": 10}, {"amount": 5}]})
                env["tcrm.customer"].create({"name": "Acme"})
            world.close()
        return made[engine]

    yield create
    for client in clients:
        client.drop_database(made["postgresql"])


@pytest.fixture
def clone(request: pytest.FixtureRequest, template: Template, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """``(engine) -> URL`` of a fresh copy of the template."""
    dropped: list[str] = []
    clients: list[PostgresClient] = []

    def make(engine: str) -> str:
        source = template(engine)
        if engine == "sqlite":
            number = len(list(tmp_path.glob("clone*.db")))
            shutil.copy(source, tmp_path / f"clone{number}.db")
            return f"sqlite:///{tmp_path / f'clone{number}.db'}"
        clients.append(request.getfixturevalue("postgres"))
        dropped.append(next(request.getfixturevalue("database_names")))
        return clients[0].create_database(dropped[-1], source)

    yield make
    for name in dropped:
        clients[0].drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture
def open_world(tmp_path: Path, clone: Callable[[str], str]) -> Iterator[Callable[..., World]]:
    """``(engine, url=None, folder=None) -> World`` on a clone or on a given database; closed afterwards."""
    opened: list[World] = []

    def make(engine: str = "sqlite", url: str | None = None, folder: Path | None = None) -> World:
        world = World(folder or tmp_path / "site", url or clone(engine))
        opened.append(world)
        return world

    yield make
    for world in opened:
        world.close()


@pytest.fixture
def world(open_world: Callable[..., World], engine: str) -> World:
    """Addons ``tcrm`` (enabled, with two customers) and ``tpoints`` on each kind of database."""
    made = open_world(engine)
    standard(made)
    return made
