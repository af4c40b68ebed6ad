"""The statements on the table of ``core.job``: insert, claim, take, finish, sweep. Nothing else writes that table. Layer: jobs.

States: ``queued`` (waits for ``run_at``, then the sweeper sends it) → ``sent`` (handed to the carrier, or about to be when the
transaction that inserts it commits) → ``running`` (claimed by a worker) → ``done``, ``failed`` or ``cancelled``.

Three things keep a job from being lost or run twice at once:

* Every change is a conditional UPDATE that names the state it leaves.
* ``lease_until``: a sent or running job past it is sent again, and may be claimed again.
* The transaction that does the work begins by updating the job's row (`take`) and ends by marking it done (`finish`). So the row is
  locked as long as the work is under way (on SQLite the whole database is), and claims leave locked rows alone: a run may last
  longer than its lease, and the lock of a killed worker goes with its connection.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

QUEUED, SENT, RUNNING, DONE, FAILED, CANCELLED = "queued", "sent", "running", "done", "failed", "cancelled"
WAITING = (QUEUED, SENT)
OPEN = (QUEUED, SENT, RUNNING)

SEND_LEASE = datetime.timedelta(seconds=60)
"""How long a job may stay ``sent`` before it is looked for."""
RUN_LEASE = datetime.timedelta(seconds=60)
"""How long a claimed job may stay without its row being locked or its lease renewed."""

ERROR_LENGTH = 8000
"""Most characters kept of an error."""


@dataclass(frozen=True)
class Claim:
    """A job that this worker, and no other, now runs."""

    id: int
    name: str
    payload: Mapping[str, Any]
    uid: int | None
    """In whose name; None means that the user is gone."""
    lang: str | None
    attempt: int
    """Which run this is, counted from 1."""
    max_attempts: int
    worker: str
    """Names this very run; no other run has it."""
    started_at: datetime.datetime


def insert(
    connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], *, now: datetime.datetime
) -> tuple[int, bool]:
    """Insert a job.

    Returns:
        Its id and True; or, if one with the same ``key`` waits, the id of that one and False.
    """
    row = {**bookkeeping(table, now, values["user_id"]), "attempts": 0, "progress": 0, **values}
    statement = insert_for(connection, table).values(row).on_conflict_do_nothing().returning(table.c.id)
    new_id = connection.execute(statement).scalar_one_or_none()
    if new_id is not None:
        return int(new_id), True
    return int(connection.execute(sa.select(table.c.id).where(table.c.key == values["key"])).scalar_one()), False


def insert_for(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT of the database's own kind, which knows ``on_conflict_do_nothing``."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def bookkeeping(table: sa.Table, now: datetime.datetime, uid: int | None) -> dict[str, Any]:
    """Return what every record has besides its fields, as far as the table has it."""
    values = {"created_at": now, "updated_at": now, "created_by_id": uid, "updated_by_id": uid, "version": 1}
    return {name: value for name, value in values.items() if name in table.c}


def claim(
    connection: sa.Connection, table: sa.Table, job_id: int, worker: str, *, now: datetime.datetime
) -> Claim | None:
    """Make a due job this worker's; None if it is not due, not there, finished, or another worker's.

    The key is cleared: what is deferred from now on may concern what this run no longer sees.
    """
    c = table.c
    # Whoever sent it found it due; asking our clock again would refuse it where the other machine's is a little ahead.
    due = sa.and_(c.id == job_id, sa.or_(c.state == SENT, sa.and_(c.state == QUEUED, c.run_at <= now)))
    statement = (
        table.update()
        .where(c.id.in_(_unlocked(table, due)))
        .values(
            state=RUNNING,
            worker=worker,
            attempts=c.attempts + 1,
            lease_until=now + RUN_LEASE,
            started_at=now,
            finished_at=None,
            progress=0,
            key=None,
        )
        .returning(c.name, c.payload, c.user_id, c.lang, c.attempts, c.max_attempts)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    return Claim(
        job_id, row.name, row.payload or {}, row.user_id, row.lang, row.attempts, row.max_attempts, worker, now
    )


def take(connection: sa.Connection, table: sa.Table, claimed: Claim, *, now: datetime.datetime) -> bool:
    """Lock the row for the rest of the transaction; False if the job is no longer this run's."""
    return _update(connection, table, _mine(table, claimed), lease_until=now + RUN_LEASE)


def renew(connection: sa.Connection, table: sa.Table, claimed: Claim, *, now: datetime.datetime) -> None:
    """Put off the end of the lease, unless the row is locked, which is proof of life too."""
    mine = table.c.id.in_(_unlocked(table, _mine(table, claimed)))
    _update(connection, table, mine, lease_until=now + RUN_LEASE)


def finish(
    connection: sa.Connection, table: sa.Table, claimed: Claim, *, now: datetime.datetime, **values: Any
) -> bool:
    """Mark this run's job as done with ``values`` (``result``, ``progress``, ``total``); False if it is no longer this run's."""
    return _update(
        connection,
        table,
        _mine(table, claimed),
        state=DONE,
        finished_at=now,
        lease_until=None,
        error=None,
        **values,
    )


def fail(
    connection: sa.Connection,
    table: sa.Table,
    claimed: Claim,
    error: str,
    *,
    now: datetime.datetime,
    again_at: datetime.datetime | None,
    state: str = FAILED,
) -> bool:
    """Record that this run broke off: to be tried ``again_at``, or ended for good in ``state`` if that is None."""
    values: dict[str, Any] = {"error": error[-ERROR_LENGTH:], "lease_until": None}
    if again_at is None:
        values |= {"state": state, "finished_at": now}
    else:
        values |= {"state": QUEUED, "run_at": again_at}
    return _update(connection, table, _mine(table, claimed), **values)


def resend(
    connection: sa.Connection, table: sa.Table, *, now: datetime.datetime, patience: datetime.timedelta
) -> Sequence[int]:
    """Mark what is due, and what is lost, as sent, and return the ids, oldest first; the caller sends them after the commit.

    Args:
        connection: In a transaction of its own.
        table: Of ``core.job``.
        now: The present.
        patience: How much longer than its lease a sent job is waited for: while the carrier has a long queue, it is not lost.
    """
    due = _due(table, now, patience)
    values = {"state": SENT, "lease_until": now + SEND_LEASE}
    ids = connection.execute(
        table.update().where(table.c.id.in_(_unlocked(table, due))).values(values).returning(table.c.id)
    ).scalars()
    return sorted(ids)


def is_work(
    connection: sa.Connection, table: sa.Table, *, now: datetime.datetime, patience: datetime.timedelta
) -> bool:
    """Return whether `resend` or `bury` would find something."""
    found = sa.select(table.c.id).where(sa.or_(_due(table, now, patience), _lost_for_good(table, now))).limit(1)
    return connection.execute(found).first() is not None


def _due(table: sa.Table, now: datetime.datetime, patience: datetime.timedelta) -> sa.ColumnElement[bool]:
    c = table.c
    return sa.or_(
        sa.and_(c.state == QUEUED, c.run_at <= now),
        sa.and_(c.state == SENT, c.lease_until < now - patience),
        sa.and_(c.state == RUNNING, c.lease_until < now, c.attempts < c.max_attempts),
    )


def _lost_for_good(table: sa.Table, now: datetime.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.state == RUNNING, table.c.lease_until < now, table.c.attempts >= table.c.max_attempts)


def bury(connection: sa.Connection, table: sa.Table, *, now: datetime.datetime, error: str) -> Sequence[int]:
    """Fail the jobs that ended the life of their worker as often as they may be tried, and return their ids."""
    lost = _lost_for_good(table, now)
    statement = (
        table.update()
        .where(table.c.id.in_(_unlocked(table, lost)))
        .values(state=FAILED, finished_at=now, lease_until=None, error=error)
        .returning(table.c.id)
    )
    return sorted(connection.execute(statement).scalars())


def reopen(connection: sa.Connection, table: sa.Table, job_id: int, *, now: datetime.datetime) -> bool:
    """Queue a failed or cancelled job anew, with all its attempts; False if it is in another state."""
    ended = sa.and_(table.c.id == job_id, table.c.state.in_((FAILED, CANCELLED)))
    return _update(
        connection, table, ended, state=QUEUED, attempts=0, run_at=now, finished_at=None, lease_until=None, worker=None
    )


def cancel(connection: sa.Connection, table: sa.Table, job_id: int, *, now: datetime.datetime) -> bool:
    """End a waiting job; False if it is running or has ended."""
    waiting = table.c.id.in_(_unlocked(table, sa.and_(table.c.id == job_id, table.c.state.in_(WAITING))))
    return _update(connection, table, waiting, state=CANCELLED, finished_at=now, lease_until=None, key=None)


def _mine(table: sa.Table, claimed: Claim) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.id == claimed.id, table.c.worker == claimed.worker, table.c.state == RUNNING)


def _unlocked(table: sa.Table, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select the ids of rows that nobody works on. SQLite has no row locks and ignores the clause: there a writer is alone."""
    return sa.select(table.c.id).where(condition).with_for_update(skip_locked=True, key_share=True)


def _update(connection: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool], **values: Any) -> bool:
    return connection.execute(table.update().where(condition).values(**values)).rowcount == 1
