"""What background jobs need from what stands above them: `core.app` provides it, tests have a small one of their own. Layer: jobs."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from core.jobs.jobset import JobSet
from core.orm.engine import READONLY

T = TypeVar("T")

JOB_MODEL = "core.job"
SCHEDULE_MODEL = "core.schedule"
SYSTEM_UID = 1
"""The record ``base.system``, in whose name the queue itself and scheduled jobs work."""

Clock = Callable[[], datetime.datetime]


def utc_now() -> datetime.datetime:
    """Return the present, aware UTC."""
    return datetime.datetime.now(datetime.UTC)


class JobEnv(Protocol):
    """An environment as far as jobs look at it."""

    @property
    def registry(self) -> Any:
        """The registry: a mapping of model names to what has a ``table``."""
        ...

    @property
    def connection(self) -> sa.Connection:
        """The connection with the open transaction."""
        ...

    @property
    def after_commit(self) -> list[Callable[[], None]]:
        """Called once the transaction is committed; never after a rollback."""
        ...

    @property
    def uid(self) -> int:
        """Who asks."""
        ...

    @property
    def lang(self) -> str | None:
        """Language of the texts."""
        ...

    def now(self) -> datetime.datetime:
        """Return the present, aware UTC; a test can freeze it."""
        ...

    def flush(self) -> None:
        """Write pending changes to the database."""
        ...


class JobDatabase(Protocol):
    """One database that the application serves."""

    @property
    def engine(self) -> sa.Engine:
        """The engine, from `core.orm.engine`."""
        ...

    def registry(self) -> Any:
        """Return the current registry."""
        ...

    def run(self, uid: int, fn: Callable[[Any], T], /, *, lang: str | None = None) -> T:
        """Call ``fn(env)`` in one transaction of that user, again after a serialization failure or deadlock; commit."""
        ...


class JobHost(Protocol):
    """The application as far as jobs look at it."""

    @property
    def zone(self) -> datetime.tzinfo:
        """Time zone of the deployment: times of day and cron fields of schedules are in it."""
        ...

    def databases(self) -> Sequence[str]:
        """Return the names of the databases served."""
        ...

    def database(self, name: str) -> JobDatabase:
        """Return one of them."""
        ...

    def jobs(self, registry: Any) -> JobSet:
        """Return the jobs of one of its registries."""
        ...

    def jobs_failed(self, env: Any, ids: Sequence[int]) -> None:
        """Take note, in the transaction that says so, that jobs failed for good."""
        ...


@contextmanager
def reading(database: JobDatabase) -> Iterator[sa.Connection]:
    """Give a connection for looking only, which waits for no writer; what is found may have changed when one acts on it."""
    with database.engine.connect().execution_options(**{READONLY: True}) as connection:
        yield connection
