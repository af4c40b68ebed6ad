"""Scheduled jobs: once per period, however many workers there are. Layer: jobs.

The row of ``core.schedule`` says when a job is due next. Whoever moves that time on by a conditional UPDATE queues the job in the same
transaction; the others find it moved. Periods missed while nothing ran are one run.

``period`` is what holds, ``declared`` what the addon says: they differ where an administrator set another one, which then stays.
``planned`` is the period by which ``next_run`` was found: where it differs from ``period``, the time is found anew.
"""

from __future__ import annotations

import datetime
import logging
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.errors import JobError
from core.jobs import store
from core.jobs.carrier import Carrier
from core.jobs.declare import JobDefinition
from core.jobs.host import JOB_MODEL, SCHEDULE_MODEL, SYSTEM_UID, Clock, JobHost, reading, utc_now
from core.jobs.outbox import queue
from core.jobs.periods import parse_period

_logger = logging.getLogger("core.jobs")


def _needs_attention(row: Any, definition: JobDefinition, now: datetime.datetime) -> bool:
    """Whether the row of a schedule is missing, out of step with its declaration or period, or due."""
    if row is None or row.declared != definition.options.period or row.planned != row.period:
        return True
    return bool(row.active) and (row.next_run is None or row.next_run <= now)


@dataclass
class _Tick:
    """One look at the schedules of one database, in one transaction."""

    connection: sa.Connection
    jobs: sa.Table
    schedules: sa.Table
    zone: datetime.tzinfo
    now: datetime.datetime

    def run(self, definitions: list[JobDefinition]) -> list[int]:
        """Queue what is due and return the ids of the jobs."""
        rows = {row.name: row for row in self.connection.execute(sa.select(self.schedules))}
        return [job_id for one in definitions if (job_id := self._attend(rows.get(one.name), one)) is not None]

    def _attend(self, row: Any, definition: JobDefinition) -> int | None:
        if not _needs_attention(row, definition, self.now):
            return None
        if row is None:
            self._add(definition)
        elif row.declared != definition.options.period:
            self._declare_anew(row, definition)
        elif row.planned != row.period or row.next_run is None:
            self._plan(row)
        else:
            return self._queue(row, definition)
        return None

    def _next(self, period: str, last_run: datetime.datetime | None) -> datetime.datetime:
        return parse_period(period, self.zone).following(last_run, self.now)

    def _add(self, definition: JobDefinition) -> None:
        period = str(definition.options.period)
        values = {
            **store.bookkeeping(self.schedules, self.now, SYSTEM_UID),
            "name": definition.name,
            "label": definition.summary[:200],
            "period": period,
            "declared": period,
            "active": True,
            "planned": period,
            "next_run": self._next(period, None),
        }
        # Another worker may add it at the same moment.
        self.connection.execute(
            store.insert_for(self.connection, self.schedules).values(values).on_conflict_do_nothing()
        )

    def _declare_anew(self, row: Any, definition: JobDefinition) -> None:
        declared = str(definition.options.period)
        # What an administrator set stays; what he left as it was follows the addon.
        kept = row.period if row.period != row.declared else declared
        self._move(row, {"declared": declared, "period": kept})

    def _plan(self, row: Any) -> None:
        """Find the next time anew after the period was changed."""
        self._move(row, {"planned": row.period, "next_run": self._following(row, row.last_run)})

    def _following(self, row: Any, previous: datetime.datetime | None) -> datetime.datetime:
        try:
            return self._next(row.period, previous)
        except JobError as error:
            # Set by hand and not readable: what the addon declares holds, which was checked when it was loaded.
            _logger.warning("schedule %s comes as declared: %s", row.name, error)
            return self._next(row.declared, previous)

    def _queue(self, row: Any, definition: JobDefinition) -> int | None:
        # From the time it was due, so that a grid of intervals does not shift by the delay of each run.
        following = self._following(row, row.next_run)
        if not self._move(row, {"next_run": following, "last_run": row.next_run}):
            return None
        if self._is_open(definition):
            _logger.warning("schedule %s: left out, for the run before is not over", row.name)
            return None
        job_id, _is_new = queue(self.connection, self.jobs, definition, {}, uid=SYSTEM_UID, lang=None, now=self.now)
        self.connection.execute(self.schedules.update().where(self.schedules.c.id == row.id).values(last_job_id=job_id))
        return job_id

    def _move(self, row: Any, values: dict[str, Any]) -> bool:
        """Change a row if nobody else has moved it meanwhile."""
        c = self.schedules.c
        unmoved = c.next_run.is_(None) if row.next_run is None else c.next_run == row.next_run
        return (
            self.connection.execute(self.schedules.update().where(c.id == row.id, unmoved).values(values)).rowcount == 1
        )

    def _is_open(self, definition: JobDefinition) -> bool:
        c = self.jobs.c
        found = sa.select(c.id).where(c.name == definition.name, c.state.in_(store.OPEN)).limit(1)
        return self.connection.execute(found).first() is not None


class Scheduler:
    """Queues scheduled jobs.

    Args:
        host: The application.
        carrier: Takes what was queued.
        now: The clock.
    """

    def __init__(self, host: JobHost, carrier: Carrier, *, now: Clock = utc_now) -> None:
        self._host = host
        self._carrier = carrier
        self._now = now

    def tick(self, database_name: str) -> list[int]:
        """Look once at the schedules of a database; queue what is due, send it after the commit, and return the ids."""
        database = self._host.database(database_name)
        registry, now = database.registry(), self._now()
        with reading(database) as connection:
            rows = {row.name: row for row in connection.execute(sa.select(registry[SCHEDULE_MODEL].table))}
        # Mostly there is nothing to do: then no write lock is taken, which on SQLite everybody would wait for.
        if not any(_needs_attention(rows.get(one.name), one, now) for one in self._host.jobs(registry).scheduled):
            return []
        queued = database.run(SYSTEM_UID, self._look)
        for job_id in queued:
            self._carrier.send(database_name, job_id)
        return queued

    def _look(self, env: Any) -> list[int]:
        registry = env.registry
        tick = _Tick(
            env.connection,
            registry[JOB_MODEL].table,
            registry[SCHEDULE_MODEL].table,
            self._host.zone,
            self._now(),
        )
        return tick.run(self._host.jobs(registry).scheduled)
