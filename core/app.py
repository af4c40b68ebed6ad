"""`Application`: settings, addons and databases of one installation. The only place that wires the layers together.

Nothing is global: two applications with different addons live in one process (design 1.17), and one application serves several
databases.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from core.base.accounts import BaseAccounts
from core.base.files import BaseFiles
from core.base.lists import BaseLists
from core.base.pages import endpoints as base_pages
from core.base.services.duties import BaseServices
from core.base.services.job_failures import tell_administrators
from core.config import Settings, load_settings
from core.data.assemble import Assembly, enabled_names
from core.data.lifecycle import Lifecycle, Progress, assemble_ready
from core.errors import ConfigError, CoreError, MissingRecord, Where, unknown
from core.i18n import Translator, _, load_catalogs
from core.jobs.carrier import Carrier, make_carrier
from core.jobs.declare import collect_jobs
from core.jobs.jobset import JobSet
from core.jobs.outbox import Outbox
from core.orm.composition import Compositions
from core.orm.database import Clock, Database, system_clock
from core.orm.environment import SYSTEM_UID, Environment
from core.orm.registry import Registry
from core.plugins import discover
from core.plugins.addonset import AddonSet
from core.plugins.loader import LoadedAddon
from core.web.routes import Endpoint

T = TypeVar("T")


class Application:
    """One installation.

    Args:
        settings: Its settings.
        clock: Returns the current instant in UTC; tests freeze it.
        carrier: Brings background jobs to workers; None makes the one the settings name, when it is first needed.
    """

    def __init__(self, settings: Settings, *, clock: Clock = system_clock, carrier: Carrier | None = None) -> None:
        self.settings = settings
        self.clock = clock
        self.accounts = BaseAccounts()
        """Logins, sessions and API keys, for the web."""
        self.lists = BaseLists()
        """What users keep for lists, for the web."""
        self.files = BaseFiles()
        """Attached files, for the web."""
        self._carrier = carrier
        self._addons: AddonSet | None = None
        self._compositions = Compositions()
        self._databases: dict[str, Database] = {}
        # Without the registry itself: a value that holds its key would keep every registry there ever was.
        self._made_from: WeakKeyDictionary[Registry, tuple[list[LoadedAddon], dict[str, CoreError]]] = (
            WeakKeyDictionary()
        )
        self._jobs: WeakKeyDictionary[Registry, JobSet] = WeakKeyDictionary()
        self._texts: Translator | None = None
        self._threads: list[threading.Thread] = []
        self._lock = threading.RLock()

    @classmethod
    def from_config(cls, path: Path | str | None = None, **overrides: Any) -> Application:
        """Make an application from a settings file and the ``TANGRAM_*`` variables.

        Args:
            path: YAML file; None takes ``TANGRAM_CONFIG``, else ``config/default.yaml`` where there is one.
            overrides: Settings that win over file and variables.

        Raises:
            ConfigError: Settings are unknown or wrong; all faults at once.
        """
        return cls(load_settings(path, **overrides))

    @property
    def addons(self) -> AddonSet:
        """All addons found, usable and broken; looked for again after `rescan`."""
        with self._lock:
            if self._addons is None:
                self._addons = discover(self.settings.addons_path)
            return self._addons

    def rescan(self) -> AddonSet:
        """Look for addons again, as before a change of addons on a running system."""
        with self._lock:
            self._addons = self._texts = None
            return self.addons

    def addon_texts(self) -> Translator:
        """Return the translations of all addons found, enabled or not, for the page that lists them."""
        with self._lock:
            if self._texts is None:
                self._texts = Translator(load_catalogs([addon.path / "i18n" for addon in self.addons]))
            return self._texts

    def broken_addons(self, registry: Registry) -> Mapping[str, CoreError]:
        """Return the enabled addons that a registry was built without, and why; empty if another application built it."""
        _served, broken = self._made_from.get(registry, ([], {}))
        return broken

    def in_background(self, work: Callable[[], None], wait_s: float) -> bool:
        """Let a thread work, and tell whether it ended within ``wait_s`` seconds.

        `close` and the end of the process wait for it, so that a change of addons is not cut off.
        """
        thread = threading.Thread(target=work, name="tangram-background")
        with self._lock:
            self._threads = [each for each in self._threads if each.is_alive()]
            self._threads.append(thread)
        thread.start()
        thread.join(wait_s)
        return not thread.is_alive()

    def outbox(self, database: str) -> Outbox:
        """Return where jobs of a database are queued."""
        return Outbox(self, database, self.carrier)

    def write_note(self, key: str, value: Any) -> None:
        """Keep a JSON value that all processes see at once; None takes it away."""
        self.carrier.write_note(key, value)

    def read_note(self, key: str) -> Any:
        """Return the value under a key, or None."""
        return self.carrier.read_note(key)

    def static_folders(self) -> Mapping[str, Path]:
        """Return addon → its folder of static files, for the web; of every usable addon that has one."""
        addons = [self.addons[name] for name in self.addons.order]
        return {addon.name: addon.path / "static" for addon in addons if (addon.path / "static").is_dir()}

    def endpoints(self) -> Sequence[Endpoint]:
        """Return the pages of the built-in addon."""
        return base_pages.ENDPOINTS

    def databases(self) -> Sequence[str]:
        """Return the names of the databases served, ``default`` first."""
        return self.settings.database_names

    def database(self, name: str | None = None) -> Database:
        """Return a database by name; None means the default one. Nothing is connected before it is used.

        Raises:
            ConfigError: There is none of this name; the nearest is proposed.
        """
        chosen = name or self.databases()[0]
        with self._lock:
            if chosen not in self._databases:
                if chosen not in self.databases():
                    raise unknown("database", chosen, self.databases(), ConfigError)
                self._databases[chosen] = Database(
                    chosen,
                    self.settings.url_of(chosen),
                    self._build,
                    settings=self.settings,
                    resolve=resolve_login,
                    clock=self.clock,
                    compositions=self._compositions,
                )
            return self._databases[chosen]

    def _build(self, database: Database, connection: sa.Connection) -> Registry:
        """Build the registry in force on a database; its addons are looked for again, since files may have changed."""
        assembly = assemble_ready(
            self.rescan(),
            enabled_names(connection),
            self.services(database.name),
            connection,
            compositions=database.compositions,
        )
        self._adopt(assembly)
        return assembly.registry

    def _adopt(self, assembly: Assembly) -> None:
        """Remember what a registry was made from."""
        self._made_from[assembly.registry] = (assembly.served, assembly.broken)

    def lifecycle(self, database: str | None = None, *, progress: Progress | None = None) -> Lifecycle:
        """Return what installs, enables, disables, removes, restores and upgrades addons of a database.

        Args:
            database: Name of the database; None means the default one.
            progress: Told how far long work is; None tells nobody.
        """
        chosen = self.database(database)
        return Lifecycle(
            chosen,
            self.rescan,
            self.services(chosen.name),
            data_dir=self.settings.data_dir,
            adopt=self._adopt,
            progress=progress,
        )

    def services(self, database: str) -> BaseServices:
        """Return what the base addon and the jobs do for the ORM of one database."""

        def defer(
            env: Environment, name: str, arguments: Mapping[str, Any], run_at: datetime.datetime | None = None
        ) -> Any:
            return self.outbox(database).defer(env, name, arguments, run_at=run_at)

        return BaseServices(defer, self.addon_texts)

    def assembly(self, database: str | None = None) -> Assembly:
        """Return the registry in force with the addons it was made from, and those left out with their errors."""
        registry = self.database(database).registry()
        found = self._made_from.get(registry)
        if found is None:
            raise CoreError(_("The registry was not made by this application."), code="app.assembly")
        return Assembly(registry, *found)

    def jobs(self, registry: Registry) -> JobSet:
        """Return the background jobs that the addons of a registry declare."""
        found = self._jobs.get(registry)
        if found is None:
            served, _broken = self._made_from.get(registry, ([], {}))
            found = JobSet(
                definition
                for each in served
                for definition in collect_jobs(
                    each.name,
                    [each.jobs] if each.jobs else [],
                    registry.hooks.declarations("declare_jobs", each.addon) if registry.hooks is not None else (),
                )
            )
            self._jobs[registry] = found
        return found

    def jobs_failed(self, env: Environment, ids: Sequence[int]) -> None:
        """Tell the administrators that background jobs failed for good."""
        tell_administrators(env, ids)

    @property
    def zone(self) -> datetime.tzinfo:
        """Time zone of the deployment."""
        return ZoneInfo(self.settings.timezone)

    @property
    def carrier(self) -> Carrier:
        """Brings background jobs to workers; made when first needed."""
        with self._lock:
            if self._carrier is None:
                self._carrier = make_carrier(self.settings.jobs_url, self.settings.data_dir)
            return self._carrier

    @contextmanager
    def env(
        self, user: Any = None, database: str | None = None, *, lang: str | None = None, readonly: bool = False
    ) -> Iterator[Environment]:
        """Open one transaction as a user: committed at the end of the block, rolled back on an exception.

        Args:
            user: Login or id; None is the system itself, which passes every check.
            database: Name of the database; None means the default one.
            lang: Language; None takes the user's.
            readonly: Promises to write nothing; on SQLite such a transaction waits for nobody.

        Raises:
            MissingRecord: There is no active user with this login.
            RetryableError: Concurrency was in the way; `run` would try again.
        """
        chosen = self.database(database)
        with chosen.transaction(self._uid(chosen, user), lang=lang, readonly=readonly) as env:
            yield env

    def run(self, function: Callable[[Environment], T], *, user: Any = None, database: str | None = None) -> T:
        """Run ``function(env)`` in a transaction of its own, again from the start if concurrency was in the way."""
        chosen = self.database(database)
        return chosen.run(self._uid(chosen, user), function, attempts=self.settings.transaction_retries + 1)

    @staticmethod
    def _uid(database: Database, user: Any) -> int:
        if user is None:
            return SYSTEM_UID
        if isinstance(user, int):
            return user
        with database.transaction(readonly=True) as env:
            return resolve_login(env, user)

    def close(self) -> None:
        """Wait for threads of ours, then close all connections."""
        for thread in self._threads:
            thread.join()
        with self._lock:
            for database in self._databases.values():
                database.dispose()
            self._databases.clear()


def resolve_login(env: Environment, login: Any) -> int:
    """Return the id of the active user with a login.

    Raises:
        MissingRecord: There is none.
    """
    table = env.registry["core.user"].table
    statement = sa.select(table.c.id).where(table.c.login == str(login), table.c.active)
    found = env.connection.execute(statement).scalar()
    if found is None:
        raise MissingRecord(_('There is no active user "%(login)s".', login=str(login)), where=Where(model="core.user"))
    return int(found)
