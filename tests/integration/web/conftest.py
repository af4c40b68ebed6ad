"""A shop of two addons in a folder of its own, installed on each database, and clients that are logged in there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.app import Application
from core.base.services.authentication import make_key
from core.base.services.passwords import hash_password
from core.config.settings import Settings
from core.jobs.carrier import InProcessCarrier
from core.orm import bookkeeping
from core.orm.environment import Environment
from core.testing.client import Client
from core.web.application import Limits, WebApplication
from core.web.ratelimit import Rate

SAMPLES = Path(__file__).parent / "sample_addons"
PLENTY = Limits(Rate(10_000, 100_000), Rate(10_000, 100_000), Rate(10_000, 100_000))
PASSWORD = "correct horse"


def make_application(url: str, folder: Path) -> Application:
    """Return an application on a database, which need not be installed yet; its addons lie in ``folder``."""
    addons = folder / "addons"
    if not addons.exists():
        shutil.copytree(SAMPLES, addons)
    settings = Settings(
        root=folder, data_dir=folder / "var", database_url=url, addons_path=(addons,), language="en", timezone="UTC"
    )
    return Application(settings, carrier=InProcessCarrier())


def install(app: Application) -> None:
    """Make the database usable: base and the shop, groups, and the people of the tests."""
    app.lifecycle().install(["web_shop"], prepare=_people)


def enable(app: Application, name: str) -> None:
    app.lifecycle().enable([name])


def disable(app: Application, name: str) -> None:
    app.lifecycle().disable([name])


def _people(env: Environment) -> None:
    groups = {group.key: group for group in env["core.group"].search()}
    hashed = hash_password(PASSWORD)
    for login, held in (
        ("boss", ["base.administrator"]),
        ("ann", ["web_shop.clerk"]),
        ("bob", ["web_shop.clerk"]),
        ("chief", ["web_shop.chief"]),
        ("guest", ["base.user"]),
        ("dropper", ["web_shop.dropper"]),
    ):
        env["core.user"].create(
            {
                "name": login.title(),
                "login": login,
                "password_hash": hashed,
                "language": "en",
                "groups": [groups[key] for key in held],
            }
        )


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, database_names: Iterator[str]
) -> Iterator[Application]:
    """The application with the shop on one database; shared by all tests, which make records of their own."""
    folder = tmp_path_factory.mktemp("shop")
    name = None
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'tangram.db'}"
    else:
        name = next(database_names)
        url = request.getfixturevalue("postgres").create_database(name)
    app = make_application(url, folder)
    install(app)
    yield app
    app.close()
    if name is not None:
        request.getfixturevalue("postgres").drop_database(name)


@pytest.fixture(scope="session")
def web(shop: Application) -> WebApplication:
    """The web application, with limits that no test reaches."""
    return WebApplication(shop, limits=PLENTY)


@pytest.fixture
def client(shop: Application, web: WebApplication) -> Callable[..., Client]:
    """A factory of clients, ``(login=None, **options)``."""

    def make(login: str | None = None, **options: Any) -> Client:
        return Client(shop, login, web=web, **options)

    return make


@pytest.fixture
def ann(client: Callable[..., Client]) -> Client:
    """A clerk, who sees customers of her own."""
    return client("ann")


@pytest.fixture
def boss(client: Callable[..., Client]) -> Client:
    """The administrator."""
    return client("boss")


@pytest.fixture
def key_of(shop: Application) -> Callable[..., str]:
    """A factory of API keys, ``(login, **options)``."""

    def make(login: str, **options: Any) -> str:
        return shop.run(
            lambda env: make_key(env, env["core.user"].search([["login", "=", login]])[0], "test", **options)
        )

    return make


@pytest.fixture
def sequence_of(shop: Application) -> Callable[[], int]:
    """The number of the registry in the database."""

    def read() -> int:
        with shop.env(readonly=True) as env:
            return bookkeeping.sequence(env.connection)

    return read
