"""Flows over several addons: every test starts with the common data of F0 in its own transaction, on both databases.

A module says by ``ADDONS = ("crm_sales", "crm_approval")`` which addons it needs (what they depend on comes along); a test takes others by
``@pytest.mark.parametrize("addons", [("crm_sales",), …], indirect=True)``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.testing.clock import Clock
from core.testing.installation import Engine, PostgresEngine, SqliteEngine, TestedApplication
from tests.flows.company import FOUNDED, Company
from tests.flows.databases import FlowDatabases

SMALLEST = ("crm_base",)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """The database a test runs on."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlowDatabases]:
    """The databases of all flows."""
    folder = tmp_path_factory.mktemp("flows")
    engines: dict[str, Engine] = {}

    def engine_named(name: str) -> Engine:
        if name not in engines:
            worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
            engines[name] = (
                SqliteEngine(folder)
                if name == "sqlite"
                else PostgresEngine(request.getfixturevalue("postgres"), f"flows_{worker}")
            )
        return engines[name]

    made = FlowDatabases(folder, engine_named)
    yield made
    made.close()


@pytest.fixture
def addons(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The addons of the test: its parameter, else ``ADDONS`` of its module, else customers alone."""
    chosen = getattr(request, "param", None) or getattr(request.module, "ADDONS", SMALLEST)
    return tuple(chosen)


@pytest.fixture
def company(databases: FlowDatabases, engine: str, addons: tuple[str, ...]) -> Iterator[Company]:
    """The company of F0 in a transaction that is undone; its clock stands still at `FOUNDED` until ``company.clock.set(…)``."""
    app = databases.shared(engine, addons)
    _clock_of(app).set(FOUNDED)
    with app.env() as system:
        admin = system.database.resolve_user(system, "admin")
    with app.shared.rolled_back(admin) as env:
        yield Company(app, env)


@pytest.fixture
def committed(databases: FlowDatabases, engine: str, addons: tuple[str, ...]) -> Iterator[TestedApplication]:
    """An application on a copy of the company's database, for tests with several transactions at once: ``committed.env("zhang")``."""
    app = databases.fresh(engine, addons)
    yield app
    app.close()


def _clock_of(app: TestedApplication) -> Clock:
    assert isinstance(app.clock, Clock)  # FlowDatabases makes them so
    return app.clock
