"""A small application for the tests of jobs: plain tables with the columns of ``core.job`` and ``core.schedule``, and a ledger.

Used by the tests and by the processes of `worker_process`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import sqlalchemy as sa

from core.jobs import JobSet, collect_jobs
from core.jobs.host import reading
from core.orm.engine import create_engine
from core.orm.retry import run_with_retry
from core.orm.types import JsonType, UtcDateTime

DATABASE = "default"
BEGINNING = datetime.datetime(2026, 11, 22, 8, 0, tzinfo=datetime.UTC)

METADATA = sa.MetaData()
JOBS = sa.Table(
    "core_job",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by_id", sa.Integer),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("updated_by_id", sa.Integer),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("payload", JsonType),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("key", sa.Text, unique=True),
    sa.Column("user_id", sa.Integer),
    sa.Column("lang", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("max_attempts", sa.Integer, nullable=False),
    sa.Column("run_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("worker", sa.Text),
    sa.Column("progress", sa.Integer),
    sa.Column("total", sa.Integer),
    sa.Column("result", JsonType),
    sa.Column("error", sa.Text),
)
SCHEDULES = sa.Table(
    "core_schedule",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by_id", sa.Integer),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("updated_by_id", sa.Integer),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("label", sa.Text),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("declared", sa.Text),
    sa.Column("planned", sa.Text),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("next_run", UtcDateTime),
    sa.Column("last_run", UtcDateTime),
    sa.Column("last_job_id", sa.Integer),
)
LEDGER = sa.Table("ledger", METADATA, sa.Column("id", sa.Integer, primary_key=True), sa.Column("note", sa.Text))
"""What the jobs of the tests write: their effect."""


class FakeEnv:
    def __init__(
        self, connection: sa.Connection, uid: int, lang: str | None, clock: Callable[[], datetime.datetime]
    ) -> None:
        self.registry = {"core.job": SimpleNamespace(table=JOBS), "core.schedule": SimpleNamespace(table=SCHEDULES)}
        self.connection = connection
        self.uid = uid
        self.lang = lang
        self.now = clock
        self.after_commit: list[Callable[[], None]] = []

    def flush(self) -> None:
        pass

    def note(self, text: str) -> None:
        self.connection.execute(LEDGER.insert().values(note=text))


class FakeDatabase:
    def __init__(self, url: str, clock: Callable[[], datetime.datetime]) -> None:
        self.engine = create_engine(url)
        self.clock = clock

    def registry(self) -> Any:
        return FakeEnv(None, 1, None, self.clock).registry

    def run(self, uid: int, fn: Callable[[Any], Any], *, lang: str | None = None) -> Any:
        def once() -> Any:
            with self.engine.begin() as connection:
                env = FakeEnv(connection, uid, lang, self.clock)
                result = fn(env)
            for callback in env.after_commit:
                callback()
            return result

        return run_with_retry(once)


class FakeHost:
    """Serves one database, ``default``."""

    def __init__(self, url: str, clock: Callable[[], datetime.datetime], functions: Sequence[Any] = ()) -> None:
        self.clock = clock
        self.zone: datetime.tzinfo = datetime.UTC
        self.db = FakeDatabase(url, clock)
        self.jobset = make_jobs(*functions)
        self.failures: list[int] = []
        """Ids of the jobs said to have failed for good."""

    def create_tables(self) -> None:
        METADATA.create_all(self.db.engine)

    def databases(self) -> list[str]:
        return [DATABASE]

    def database(self, name: str) -> FakeDatabase:
        assert name == DATABASE
        return self.db

    def jobs(self, registry: Any) -> JobSet:
        return self.jobset

    def jobs_failed(self, env: Any, ids: Sequence[int]) -> None:
        self.failures += ids

    def rows(self, table: sa.Table) -> list[Any]:
        with reading(self.db) as connection:
            return list(connection.execute(sa.select(table).order_by(table.c.id)))

    def notes(self) -> list[str]:
        return [row.note for row in self.rows(LEDGER)]

    def change(self, table: sa.Table, **values: Any) -> None:
        self.db.run(1, lambda env: env.connection.execute(table.update().values(**values)))


def make_jobs(*functions: Any) -> JobSet:
    """Declare functions as the jobs of an addon ``sample``, as if they stood in its ``jobs.py``."""
    module = ModuleType("addons.sample.jobs")
    for function in functions:
        function.__module__ = module.__name__
        setattr(module, function.__name__, function)
    return JobSet(collect_jobs("sample", [module]))


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = BEGINNING

    def __call__(self) -> datetime.datetime:
        return self.time

    def move(self, **delta: float) -> None:
        self.time += datetime.timedelta(**delta)
