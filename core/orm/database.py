"""`Database`: one database, the registry in force on it, and transactions. Layer: orm.

How a registry is put together (which addons, which rules) is told by ``build``, which `core.app` passes in.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from core.errors import ConfigError, CoreError, RetryableError
from core.i18n import _
from core.orm import bookkeeping
from core.orm.composition import Compositions
from core.orm.dberrors import translate
from core.orm.engine import READONLY, create_engine
from core.orm.environment import SYSTEM_UID, Environment
from core.orm.fts import existing_tables
from core.orm.retry import run_with_retry
from core.orm.trace import Summary, TraceControl

if TYPE_CHECKING:
    from core.orm.registry import Registry

T = TypeVar("T")
Clock = Callable[[], datetime.datetime]


def system_clock() -> datetime.datetime:
    """Return the current instant in UTC."""
    return datetime.datetime.now(datetime.UTC)


class Database:
    """One database of an application.

    Args:
        name: Its name among the application's databases.
        url: Where it is.
        build: Makes the registry for the addons enabled in the database: ``build(database, connection)``.
        settings: The application's settings; anything with ``language`` and ``timezone``.
        resolve: Finds a user's id by login: ``resolve(env, login)``; raises MissingRecord.
        clock: Returns the current instant in UTC; tests freeze it.
        compositions: Models that registries of the application share; None: those of this database share theirs.
    """

    def __init__(
        self,
        name: str,
        url: str,
        build: Callable[[Database, sa.Connection], Registry],
        *,
        settings: Any = None,
        resolve: Callable[[Environment, Any], int] | None = None,
        clock: Clock = system_clock,
        compositions: Compositions | None = None,
    ) -> None:
        self.name, self.url = name, url
        self.engine = create_engine(url)
        self.settings = settings
        self.clock = clock
        self.traces = TraceControl(Summary() if getattr(settings, "trace", False) else None)
        """Which transactions are traced, and the rolling summary where the setting asks for one."""
        self._build = build
        self._resolve = resolve
        self.compositions = compositions or Compositions()
        """Models that its registries may share."""
        self._registry: Registry | None = None
        self._lock = threading.RLock()

    @property
    def default_lang(self) -> str:
        """Language in which the columns of translated fields are kept."""
        return str(getattr(self.settings, "language", "en"))

    @property
    def timezone(self) -> str:
        """Time zone of days and hours where the user has none."""
        return str(getattr(self.settings, "timezone", "UTC"))

    def registry(self) -> Registry:
        """Return the registry in force; builds it anew if another process changed the set of addons. One SELECT."""
        with self._connection(readonly=True) as connection:
            return self.registry_for(connection)

    def registry_for(self, connection: sa.Connection) -> Registry:
        """Return the registry in force as seen by a connection.

        Raises:
            ConfigError: The database was never installed.
        """
        if self._registry is None and not bookkeeping.exists(connection):
            raise ConfigError(
                _('The database "%(name)s" is empty.', name=self.name),
                code="database.empty",
                hint=_('"tangram init" installs it'),
            )
        sequence = bookkeeping.sequence(connection)
        current = self._registry
        if current is None or current.sequence != sequence:
            with self._lock:
                current = self._registry
                if current is None or current.sequence != sequence:
                    current = self._build(self, connection)
                    current.sequence = sequence
                    current.search_tables = existing_tables(connection)
                    self.use(current)
        return current

    def use(self, registry: Registry | None) -> None:
        """Put a registry in force, as a change of addons does; None builds anew at the next transaction."""
        before, self._registry = self._registry, registry
        if before is None or registry is None or before.composition is not registry.composition:
            # Compiled statements hold the tables and classes they were made for, and so all that is out of force.
            self.engine.clear_compiled_cache()

    @contextmanager
    def _connection(self, *, readonly: bool) -> Iterator[sa.Connection]:
        with self.engine.connect() as raw:
            connection = raw.execution_options(**{READONLY: readonly})
            try:
                with connection.begin():
                    yield connection
            except SQLAlchemyError as error:
                raise self._translated(error) from error

    def _translated(self, error: SQLAlchemyError) -> CoreError:
        """Return our error; a table or column that went with an addon while the transaction ran is a matter of trying again."""
        found = translate(error, self._registry)
        if found.code not in ("database", "database.schema") or self._registry is None:
            return found
        with self.engine.connect() as connection:
            now = bookkeeping.sequence(connection)
        if now == self._registry.sequence:
            return found
        return RetryableError(_("The modules were changed meanwhile; please try again."), code="conflict.registry")

    @contextmanager
    def transaction(
        self, uid: int = SYSTEM_UID, *, lang: str | None = None, readonly: bool = False
    ) -> Iterator[Environment]:
        """Open one transaction; committed at the end of the block, rolled back on an exception.

        Args:
            uid: Id of the user.
            lang: Language; None takes the user's.
            readonly: Promises to write nothing; on SQLite such a transaction waits for nobody.

        Raises:
            RetryableError: Another transaction was in the way; `run` would try again.
        """
        with self._connection(readonly=readonly) as connection:
            env = Environment(self, self.registry_for(connection), connection, uid, lang)
            tracer = self.traces.begin(env)
            try:
                yield env
                for member in env.family:
                    member.session.whole = len(env.family) == 1
                    member.flush()
                if env.notes:
                    env.services.before_commit(env)
            finally:
                for member in env.family:
                    member.session.close()
                if tracer is not None:
                    self.traces.end(env, tracer)
        for callback in env.after_commit:
            callback()

    def run(self, uid: int, function: Callable[[Environment], T], *, lang: str | None = None, attempts: int = 8) -> T:
        """Run ``function(env)`` in a transaction of its own, again from the start if concurrency was in the way.

        Raises:
            RetryableError: It did not succeed after ``attempts`` tries.
        """

        def attempt() -> T:
            with self.transaction(uid, lang=lang) as env:
                return function(env)

        return run_with_retry(attempt, attempts=attempts)

    def resolve_user(self, env: Environment, user: Any) -> int:
        """Return the id of a user given as id, record or login."""
        if isinstance(user, int):
            return user
        if hasattr(user, "_info"):
            return int(user.id)
        if self._resolve is None:
            raise LookupError(user)
        return self._resolve(env, user)

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
