"""A database with the built-in addon and a small sample addon, without the application around it.

Groups, company, system user and administrator are made by hand, so that these tests depend on no data loader.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.access.guard import AccessGuard
from core.access.loader import SecuritySource, declare, read_security
from core.base.services.duties import BaseServices
from core.config.settings import Settings
from core.data.folders import definitions_in
from core.orm import bookkeeping, fields
from core.orm.database import Database
from core.orm.environment import Environment
from core.orm.model import Model
from core.orm.registry import Registry
from core.plugins.discovery import discover
from core.plugins.loader import load_addons

NOON = dt.datetime(2026, 7, 31, 4, 0, tzinfo=dt.UTC)
"""12:00 in Shanghai."""


class Customer(Model):
    """A sample record with an owner, a lookup and a number."""

    _name = "sample.customer"
    _inherit = ["core.owned"]
    _label = "Customer"

    name = fields.Char(required=True, track=True)
    number = fields.Sequence("sample.customer")
    phone = fields.Char()
    industry = fields.Lookup("industry")
    logo = fields.Image()
    state = fields.Selection({"open": "Open", "closed": "Closed"}, default="open")


class Visit(Model):
    """A sample record that belongs to a customer and has an owner of its own."""

    _name = "sample.visit"
    _inherit = ["core.owned"]
    _label = "Visit"

    name = fields.Char(required=True)
    customer = fields.Many2one("sample.customer", index=True)


class Remark(Model):
    """A sample record whose owner is that of its customer."""

    _name = "sample.remark"
    _label = "Remark"

    customer = fields.Many2one("sample.customer", required=True, index=True)
    owner = fields.Many2one("core.user", related="customer.owner", store=True)


SECURITY = {
    "groups": [{"id": "sample.clerk", "label": "Clerk", "implies": ["base.user"]}],
    "access": {"sample.customer": {"sample.clerk": "crud"}},
    "rules": [
        {
            "id": "sample.own",
            "model": "sample.customer",
            "groups": ["sample.clerk"],
            "domain": [["owner", "=", "{{ user }}"]],
        }
    ],
}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **parts: float) -> None:
        """Move on by days, hours, minutes …"""
        self.now += dt.timedelta(**parts)


@pytest.fixture
def clock() -> Clock:
    """The clock of the database, at noon of 2026-07-31 in Shanghai."""
    return Clock()


def build_registry() -> Registry:
    """Return a registry of base and the sample, with rights and services."""
    base = discover(installed=(), built_in=None)["base"]
    loaded, broken = load_addons([base])
    assert not broken
    definitions = [item for module in loaded[0].models for item in definitions_in(module)]
    registry = Registry([("base", definitions), ("sample", [Customer, Visit, Remark])], sequence=1)
    sources: list[SecuritySource] = [
        *read_security("base", base.path / "security", []),
        *read_security("sample", base.path / "none", [SECURITY]),
    ]
    registry.guard = AccessGuard(registry, declare(sources, registry.models))
    registry.services = BaseServices(lambda env, name, arguments: None)
    return registry


@pytest.fixture(scope="session")
def sample_registry() -> Registry:
    """The registry, built once: definitions never change."""
    return build_registry()


@pytest.fixture
def open_database(sample_registry: Registry, tmp_path: Path, clock: Clock) -> Iterator[Callable[[str], Database]]:
    """A factory of `Database` objects on the sample registry, for a URL."""
    opened: list[Database] = []

    def open_one(url: str) -> Database:
        opened.append(make_database(sample_registry, url, tmp_path, clock))
        return opened[-1]

    yield open_one
    for database in opened:
        database.dispose()


@pytest.fixture(scope="session")
def sqlite_template(sample_registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with tables and first records, to be copied."""
    folder = tmp_path_factory.mktemp("base")
    _prepare(make_database(sample_registry, f"sqlite:///{folder / 'template.db'}", folder, Clock()))
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgres_template(
    sample_registry: Registry, postgres: Any, database_names: Iterator[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Name of a PostgreSQL database with tables and first records, to be copied."""
    name = next(database_names)
    _prepare(make_database(sample_registry, postgres.create_database(name), tmp_path_factory.mktemp("base"), Clock()))
    yield name
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def prepared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of the test's own, with tables and first records, on either engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "tangram.db")
        return f"sqlite:///{tmp_path / 'tangram.db'}"
    template: str = request.getfixturevalue("postgres_template")
    url: str = request.getfixturevalue("create_postgres_database")(template)
    return url


@pytest.fixture
def database(prepared_url: str, open_database: Callable[[str], Database]) -> Database:
    """A database with tables, groups, company, the system user (1) and the administrator (2)."""
    return open_database(prepared_url)


def make_database(registry: Registry, url: str, folder: Path, clock: Clock) -> Database:
    """Return a database on a registry; its data folder lies in ``folder``."""
    settings = Settings(root=folder, data_dir=folder / "var", database_url=url, language="en")

    def resolve(env: Environment, login: str) -> int:
        users = env.registry["core.user"].table
        return int(env.connection.execute(sa.select(users.c.id).where(users.c.login == login)).scalar_one())

    database = Database(
        "default", url, lambda _database, _connection: registry, settings=settings, resolve=resolve, clock=clock
    )
    database.use(registry)
    return database


def _prepare(database: Database) -> None:
    with database.engine.connect() as connection, connection.begin():
        bookkeeping.ensure(connection)
        database.registry_for(connection).metadata.create_all(connection)
    with database.transaction() as env:
        _first_records(env)
    database.dispose()


def _first_records(env: Environment) -> None:
    system = env["core.user"].create({"name": "System"})
    assert system.id == 1
    company = env["core.company"].create({"name": "Hai Yang", "code": "HY"})
    for decl in env.registry.guard.declarations.groups.values():  # type: ignore[attr-defined]  # an AccessGuard here
        env["core.group"].create({"key": decl.id, "label": decl.label, "addon": decl.addon})
    env.flush()
    for decl in env.registry.guard.declarations.groups.values():  # type: ignore[attr-defined]  # as above
        group(env, decl.id).update(implies=[group(env, key) for key in decl.implies])
    env["core.user"].create(
        {"name": "Administrator", "login": "admin", "company": company, "groups": [group(env, "base.administrator")]}
    )
    for key, kind, default, low, high in (
        ("base.password_min_length", "integer", 8, 6, 64),
        ("base.password_kinds", "integer", 1, 1, 4),
        ("base.session_idle_minutes", "integer", 480, 5, 10080),
        ("base.session_max_hours", "integer", 24, 1, 720),
        ("base.session_remember_days", "integer", 7, 0, 90),
        ("base.login_attempts", "integer", 5, 3, 20),
        ("base.login_lock_minutes", "integer", 15, 1, 1440),
        ("base.address_attempts", "integer", 50, 10, 10000),
        ("base.self_registration", "boolean", False, None, None),
        ("base.attachment_max_mb", "integer", 1, 1, 2048),
        ("base.attachment_kinds", "list", [], None, None),
        ("base.attachment_refused_kinds", "list", ["exe"], None, None),
        ("base.recycle_bin_days", "integer", 0, 0, 3650),
    ):
        env["core.parameter"].create(
            {
                "key": key,
                "label": key,
                "addon": "base",
                "kind": kind,
                "default": default,
                "minimum": low,
                "maximum": high,
            }
        )
    industry = env["core.dictionary"].create({"code": "industry", "name": "Industry"})
    for key in ("it", "retail", "food", "media", "energy"):
        env["core.dictionary.item"].create({"dictionary": industry, "key": key, "name": key.title()})
    env["core.numbering"].create(
        {"code": "sample.customer", "label": "Customers", "pattern": "C{YYYYMMDD}-{3}", "reset": "day"}
    )


def group(env: Environment, key: str) -> Any:
    """Return a group by its key."""
    return env["core.group"].search([["key", "=", key]])[0]


@pytest.fixture
def env(database: Database) -> Iterator[Environment]:
    """An environment of the system, rolled back after the test."""

    class RollbackError(Exception):
        """Ends the transaction without committing it."""

    try:
        with database.transaction() as environment:
            yield environment
            raise RollbackError
    except RollbackError:
        pass


@pytest.fixture
def create_user(env: Environment) -> Callable[..., Any]:
    """A factory of clerks, ``(name, **values) -> record``; the login is the name in lower case."""

    def create(name: str, **values: Any) -> Any:
        given = {"name": name, "login": name.lower(), "groups": [group(env, "sample.clerk")], **values}
        return env["core.user"].create(given)

    return create
