"""The fixtures of addon authors; layer ``core.testing``, a pytest plugin that `core.testing.plugin` brings in with the first addon.

The addon under test is installed once per run and database, with what it needs and without demo data. Every test works inside one
transaction of that database, which is undone afterwards: what ``env`` writes, what ``as_user`` and ``client`` see and write, and what
``installed_app.env(…)`` commits all belong to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.base.services import parameters
from core.errors import ConfigError, CoreError, MissingRecord
from core.orm.environment import SYSTEM_UID, Environment
from core.testing.addon import Suite, suite_of
from core.testing.client import Client
from core.testing.clock import Clock
from core.testing.hooks import TestHooks
from core.testing.installation import Engine, Installations, PostgresEngine, SqliteEngine, TestedApplication
from core.testing.plugin import DATABASES, ENGINES_KEY, NOTE_KEY, addon_folder, chosen_databases
from core.testing.postgres import PostgresClient, PostgresServer, find_binaries
from core.testing.shared_postgres import RUN_KEY
from core.testing.statements import Statements

NO_POSTGRES = (
    "Addons were tested on SQLite only, since there is no PostgreSQL here: install tangram-crm[testing], or name a server in "
    "TANGRAM_TEST_POSTGRES or its programs in PG_BIN."
)


def prepare(config: pytest.Config, folder: Path) -> None:
    """Make everything ready to collect the tests of the addon in ``folder``."""
    if ENGINES_KEY not in config.stash:
        config.stash[ENGINES_KEY] = _usable_databases(config)
    suite_of(config).add(folder, config.pluginmanager)


def _usable_databases(config: pytest.Config) -> tuple[str, ...]:
    """Return the databases chosen; PostgreSQL drops out, with a note, where nobody asked for it and there is none."""
    chosen = chosen_databases(config)
    if "postgresql" not in chosen or RUN_KEY in config.stash:
        return chosen
    try:
        if not PostgresServer().is_external:
            find_binaries()
    except ConfigError as error:
        if chosen != DATABASES:
            raise pytest.UsageError(str(error)) from None
        config.stash[NOTE_KEY] = NO_POSTGRES
        return ("sqlite",)
    return chosen


@pytest.fixture(scope="session")
def tangram_suite(request: pytest.FixtureRequest) -> Suite:
    """All addons of this run."""
    return suite_of(request.config)


@pytest.fixture(scope="session")
def tangram_engine(request: pytest.FixtureRequest) -> str:
    """The database a test runs on: ``sqlite`` or ``postgresql``."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def installations(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, tangram_suite: Suite
) -> Iterator[Installations]:
    """The databases of the run."""
    folder = tmp_path_factory.mktemp("tangram")
    engines: dict[str, Engine] = {}
    with ExitStack() as servers:

        def engine(name: str) -> Engine:
            if name not in engines:
                worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
                is_sqlite = name == "sqlite"
                engines[name] = SqliteEngine(folder) if is_sqlite else PostgresEngine(server(), worker)
            return engines[name]

        def server() -> PostgresClient:
            """The PostgreSQL server of the run: the one all workers share, where there is one, else one of this process."""
            run = request.config.stash.get(RUN_KEY, None)
            return run.client() if run is not None else servers.enter_context(PostgresServer()).client

        made = Installations(folder, engine, tangram_suite.addons_path)
        yield made
        # Before the servers end: the databases are dropped.
        made.close()


@pytest.fixture
def addon_name(request: pytest.FixtureRequest) -> str:
    """Name of the addon under test: ``addon`` of the test's class, else the folder in which the test lies."""
    named: str | None = getattr(request.cls, "addon", None)
    if named:
        return named
    folder = addon_folder(request.path)
    if folder is None:
        pytest.fail(f"{request.path} lies in no addon: there is no manifest.yaml in a folder above it.", pytrace=False)
    return folder.name


@pytest.fixture
def installed_app(addon_name: str, tangram_engine: str, installations: Installations) -> Iterator[TestedApplication]:
    """The application with the addon under test and what it needs; its clock is the machine's unless ``clock`` froze it."""
    try:
        app = installations.application(addon_name, tangram_engine)
    except CoreError as error:
        pytest.fail(f"The addon {addon_name} can't be installed on {tangram_engine}:\n{error}", pytrace=False)
    yield app
    _clock_of(app).release()


@pytest.fixture
def own_app(addon_name: str, tangram_engine: str, installations: Installations) -> Iterator[TestedApplication]:
    """An application on a copy of the database, for what must really be committed, such as by many people at once."""
    app = installations.open(installations.copy(addon_name, tangram_engine))
    yield app
    app.close()


@pytest.fixture
def clock(installed_app: TestedApplication) -> Clock:
    """A frozen clock: noon of 31 July 2026 in Shanghai, until ``clock.forward(days=1)`` or ``clock.set("2026-12-31")`` moves it."""
    frozen = _clock_of(installed_app)
    frozen.freeze()
    return frozen


def _clock_of(app: TestedApplication) -> Clock:
    assert isinstance(app.clock, Clock)  # for the type checker: Installations makes them so
    return app.clock


@pytest.fixture
def env(installed_app: TestedApplication) -> Iterator[Environment]:
    """An environment of the administrator ``admin``, who holds every right; all is undone after the test."""
    with installed_app.env() as system:
        uid = system.database.resolve_user(system, "admin")
    with installed_app.shared.rolled_back(uid) as environment:
        yield environment


@pytest.fixture
def as_user(env: Environment) -> Callable[..., Environment]:
    """``as_user("li", groups=["crm_base.salesperson"])``: the same transaction as another user, who is made if there is none.

    The result is an environment, to be used as it is or in a ``with`` block, which saves at its end. Further values go into the user's
    record; ``groups`` are ids of groups.
    """

    def change(login: str, *, groups: list[str] | None = None, **values: Any) -> Environment:
        try:
            env.database.resolve_user(env, login)
        except MissingRecord:
            _create_user(env, login, groups or [], values)
        else:
            if groups is not None or values:
                pytest.fail(f'There is a user "{login}" already, so groups and values can\'t be given.', pytrace=False)
        return env.as_user(login)

    return change


def _create_user(env: Environment, login: str, groups: list[str], values: dict[str, Any]) -> None:
    system = env.as_user(SYSTEM_UID)
    given = {"name": login.capitalize(), "login": login, "groups": [env.ref(name).id for name in groups], **values}
    system["core.user"].create({name: getattr(value, "id", value) for name, value in given.items()})
    system.flush()


@pytest.fixture
def client(env: Environment, installed_app: TestedApplication) -> Client:
    """An HTTP client logged in as ``admin``, inside the transaction of ``env``: each sees what the other writes.

    ``client.log_in("li")`` goes on as somebody else. See `core.testing.client`.
    """
    env.flush()
    return Client(installed_app, "admin")


@pytest.fixture
def set_parameter(env: Environment) -> Callable[[str, Any], None]:
    """A function that sets a system parameter: ``set_parameter("crm_loyalty.on", False)``; None sets its default."""
    return partial(parameters.set_parameter, env)


@pytest.fixture
def hooks(env: Environment) -> Iterator[TestHooks]:
    """Implement or watch hooks for one test: ``hooks.register(sales_order_confirmed=…)``, ``calls = hooks.watch("…")``."""
    with ExitStack() as stack:
        yield TestHooks(env.registry.hooks, stack)


@pytest.fixture
def statements(installed_app: TestedApplication) -> Iterator[Statements]:
    """Counts the statements sent to the database: ``with statements.at_most(3): …``, or ``statements()`` since last asked."""
    with Statements(installed_app.shared.engine).listening() as counter:
        yield counter
