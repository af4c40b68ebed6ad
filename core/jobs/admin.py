"""What the page of jobs does: list, retry, cancel, tidy up. Whoever calls this has checked the right. Layer: jobs."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.errors import ConflictError, MissingRecord
from core.i18n import _
from core.jobs import store
from core.jobs.carrier import Carrier
from core.jobs.context import note_key
from core.jobs.host import JOB_MODEL
from core.jobs.outbox import Outbox

KEEP_DAYS = 30
"""Days for which finished jobs are kept by default."""


@dataclass(frozen=True)
class JobRow:
    """One job as the page shows it."""

    id: int
    name: str
    payload: dict[str, Any]
    state: str
    attempts: int
    max_attempts: int
    run_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    user_id: int | None
    error: str | None
    """Why the last run failed; None if it did not."""
    progress: int
    """How much is done, of a running job as of now."""
    total: int | None
    """How much there is to do; None if not known."""


def list_jobs(
    env: Any,
    carrier: Carrier,
    database: str,
    *,
    state: str | None = None,
    name: str | None = None,
    limit: int = 80,
    offset: int = 0,
) -> list[JobRow]:
    """Return jobs, the newest first, with the present progress of those running.

    Args:
        env: Any environment of the database.
        carrier: Knows the progress.
        database: Name of the database.
        state: Only jobs in this state; None: all.
        name: Only this job; None: all.
        limit: Most rows.
        offset: Rows to skip.
    """
    c = env.registry[JOB_MODEL].table.c
    columns = [getattr(c, field) for field in JobRow.__dataclass_fields__]
    statement = sa.select(*columns).order_by(c.id.desc()).limit(limit).offset(offset)
    if state is not None:
        statement = statement.where(c.state == state)
    if name is not None:
        statement = statement.where(c.name == name)
    return _with_progress(env.connection.execute(statement).mappings(), carrier, database)


def find_job(env: Any, carrier: Carrier, database: str, job_id: int) -> JobRow | None:
    """Return one job with its present progress, or None; arguments as for `list_jobs`."""
    c = env.registry[JOB_MODEL].table.c
    statement = sa.select(*(getattr(c, field) for field in JobRow.__dataclass_fields__)).where(c.id == job_id)
    return next(iter(_with_progress(env.connection.execute(statement).mappings(), carrier, database)), None)


def _with_progress(found: Iterable[Mapping[str, Any]], carrier: Carrier, database: str) -> list[JobRow]:
    rows = []
    for row in found:
        values = dict(row)
        if row["state"] == store.RUNNING:
            live = carrier.read_note(note_key("progress", database, row["id"]))
            if live is not None:
                values["progress"], values["total"] = live
        rows.append(JobRow(**values))
    return rows


def retry_job(env: Any, outbox: Outbox, job_id: int) -> None:
    """Queue a failed or cancelled job anew, with all its attempts; it is sent when the transaction commits.

    Raises:
        MissingRecord: No such job.
        ConflictError: It has not failed, or another worker is at it.
    """
    table = env.registry[JOB_MODEL].table
    if not store.reopen(env.connection, table, job_id, now=env.now()):
        raise _unfit(env, job_id, _("Only a failed or cancelled job can be retried."))
    outbox.send_after_commit(env, job_id)


def cancel_job(env: Any, outbox: Outbox, job_id: int) -> bool:
    """Cancel a job. A waiting one is cancelled by this transaction; a running one is asked to stop.

    Returns:
        True if it is cancelled, False if it was asked: it stops at its next statement, step or progress report, within seconds
        for most, and what it did in its transaction is undone; if it ends before, it is done.

    Raises:
        MissingRecord: No such job.
        ConflictError: It has ended.
    """
    table = env.registry[JOB_MODEL].table
    connection = env.connection
    if store.cancel(connection, table, job_id, now=env.now()):
        return True
    state = connection.execute(sa.select(table.c.state).where(table.c.id == job_id)).scalar_one_or_none()
    if state != store.RUNNING:
        raise _unfit(env, job_id, _("The job has ended."))
    outbox.carrier.write_note(note_key("cancel", outbox.database, job_id), True)
    return False


def purge_jobs(env: Any, *, days: int = KEEP_DAYS) -> int:
    """Delete jobs that were done or cancelled more than so many days ago, and return how many; failed ones stay."""
    c = env.registry[JOB_MODEL].table.c
    limit = env.now() - datetime.timedelta(days=days)
    old = (
        env.registry[JOB_MODEL].table.delete().where(c.state.in_((store.DONE, store.CANCELLED)), c.finished_at < limit)
    )
    return int(env.connection.execute(old).rowcount)


def _unfit(env: Any, job_id: int, message: Any) -> ConflictError | MissingRecord:
    c = env.registry[JOB_MODEL].table.c
    if env.connection.execute(sa.select(c.id).where(c.id == job_id)).first() is None:
        return MissingRecord(_("There is no job %(id)s.", id=job_id))
    return ConflictError(message, code="job.state")
