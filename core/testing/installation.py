"""Databases in which the addon under test is installed: made once per run, copied where a test commits; layer ``core.testing``."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from core.app import Application, resolve_login
from core.config import Settings
from core.orm.database import Database
from core.orm.environment import Environment
from core.plugins import BASE, discover
from core.plugins.discovery import BUILT_IN_FOLDER
from core.testing.clock import Clock
from core.testing.postgres import PostgresClient, PostgresServer
from core.testing.shared_database import SharedDatabase

KEPT_OPEN = 2
"""Applications that stay open for the tests to come; tests of one addon follow each other."""


class Engine(Protocol):
    """Makes databases of one kind."""

    name: str

    def create(self) -> str:
        """Make an empty database and return its URL."""

    def copy(self, url: str) -> str:
        """Copy a database to which nobody is connected and return the URL of the copy."""

    def drop(self, url: str) -> None:
        """Delete a database."""


class SqliteEngine:
    """Files in a folder of the run."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def create(self) -> str:
        """Return the URL of a file that does not exist yet."""
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"

    def copy(self, url: str) -> str:
        """Copy the file; its write-ahead log went into it when the last connection was closed."""
        copy = self.create()
        shutil.copy(_file(url), _file(copy))
        return copy

    def drop(self, url: str) -> None:
        """Delete the file and what SQLite keeps beside it."""
        for ending in ("", "-wal", "-shm"):
            Path(f"{_file(url)}{ending}").unlink(missing_ok=True)


class PostgresEngine:
    """Databases of the server of the run, named after this process."""

    name = "postgresql"

    def __init__(self, client: PostgresClient, prefix: str) -> None:
        self._client = client
        # A server of ours ends with the run; until then each database dropped would wait for a checkpoint.
        self._is_passing = not PostgresServer().is_external
        self._prefix = f"tangram_addon_{prefix}_{os.getpid()}"
        self._numbers = itertools.count(1)
        self._names: dict[str, str] = {}

    def create(self, template: str | None = None) -> str:
        """Make an empty database, or a copy of one named by ``template``."""
        name = f"{self._prefix}_{next(self._numbers)}"
        url = self._client.create_database(name, template)
        self._names[url] = name
        return url

    def copy(self, url: str) -> str:
        """Clone the database."""
        return self.create(self._names[url])

    def drop(self, url: str) -> None:
        """Drop the database, cutting off who is connected, unless its server is about to end."""
        name = self._names.pop(url)
        if not self._is_passing:
            self._client.drop_database(name)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _past_the_first_login(env: Environment) -> None:
    """Let the administrator have chosen a password, as in a system that is in use: tests log in without any (CORE-03)."""
    env.ref("base.admin").update(must_change_password=False)


class TestedApplication(Application):
    """An application whose database can hold everything inside one test's transaction."""

    __test__ = False  # pytest: this is no test class

    def database(self, name: str | None = None) -> Database:
        """Return a database; the default one is a `SharedDatabase`."""
        default = self.databases()[0]
        with self._lock:
            if default not in self._databases:
                self._databases[default] = SharedDatabase(
                    default,
                    self.settings.url_of(default),
                    self._build,
                    settings=self.settings,
                    resolve=resolve_login,
                    clock=self.clock,
                )
        return super().database(name)

    @property
    def shared(self) -> SharedDatabase:
        """The default database."""
        database = self.database()
        assert isinstance(database, SharedDatabase)  # for the type checker: made above
        return database


@dataclass
class Installations:
    """All databases of a run, by addon and engine."""

    folder: Path
    """Where SQLite files and data folders go."""
    engine: Callable[[str], Engine]
    """Gives an engine by name."""
    addons_path: list[Path] = field(default_factory=list)
    """Folders in which addons under test lie."""
    templates: dict[tuple[str, str], str] = field(default_factory=dict)
    """Addon and engine → URL of a database that is only copied."""
    _copies: dict[tuple[str, str], str] = field(default_factory=dict)
    _applications: dict[tuple[str, str], TestedApplication] = field(default_factory=dict)
    _urls: list[tuple[Engine, str]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def settings(self, url: str) -> Settings:
        """Return settings for one database, with a data folder of its own."""
        data = self.folder / f"var{next(self._numbers)}"
        data.mkdir()
        return Settings(
            root=self.folder, data_dir=data, database_url=url, language="en", addons_path=self.settings_path()
        )

    def settings_path(self) -> tuple[Path, ...]:
        """Return the folders of addons: those under test and those of ``TANGRAM_ADDONS_PATH``."""
        named = os.environ.get("TANGRAM_ADDONS_PATH", "")
        path = [*self.addons_path, *(Path(part).absolute() for part in named.split(os.pathsep) if part)]
        return tuple(dict.fromkeys(each for each in path if each.resolve() != BUILT_IN_FOLDER.resolve()))

    def open(self, url: str, clock: Clock | None = None) -> TestedApplication:
        """Return a new application on a database."""
        return TestedApplication(self.settings(url), clock=clock or Clock())

    def empty(self, engine: str) -> str:
        """Return the URL of an empty database."""
        maker = self.engine(engine)
        url = maker.create()
        self._urls.append((maker, url))
        return url

    def template(self, addon: str, engine: str) -> str:
        """Return the URL of the database in which the addon and what it needs are installed; to be copied only.

        It is made from that of the addon it needs which itself needs most, so that everything is installed once.

        Raises:
            CoreError: The addon, or one it needs, can't be enabled.
        """
        key = (addon, engine)
        if key not in self.templates:
            parent = self._parent(addon)
            url = self.empty(engine) if parent is None else self.copy(parent, engine)
            app = self.open(url)
            try:
                if parent is None:
                    app.lifecycle().install(prepare=_past_the_first_login)
                else:
                    app.lifecycle().enable([addon])
            finally:
                app.close()
            self.templates[key] = url
        return self.templates[key]

    def _parent(self, addon: str) -> str | None:
        if addon == BASE:
            return None
        addons = discover(self.settings_path())
        depends = addons.usable(addon).depends
        return max(depends, key=lambda name: len(addons.with_dependencies([name])))

    def copy(self, addon: str, engine: str) -> str:
        """Return the URL of a copy, for tests that commit."""
        maker = self.engine(engine)
        url = maker.copy(self.template(addon, engine))
        self._urls.append((maker, url))
        return url

    def application(self, addon: str, engine: str) -> TestedApplication:
        """Return the application on the copy that all tests of the addon share, each in a transaction of its own.

        Only the last `KEPT_OPEN` stay open: the classes of one addon's models take tens of megabytes.
        """
        key = (addon, engine)
        if key not in self._copies:
            self._copies[key] = self.copy(addon, engine)
        app = self._applications.pop(key, None) or self.open(self._copies[key])
        self._applications[key] = app
        while len(self._applications) > KEPT_OPEN:
            self._applications.pop(next(iter(self._applications))).close()
        return app

    def close(self) -> None:
        """Delete everything."""
        for app in self._applications.values():
            app.close()
        for maker, url in self._urls:
            maker.drop(url)
        self._urls.clear()
