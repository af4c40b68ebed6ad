"""`JobContext`: what a running job may ask of the machinery, and the watch that keeps it alive or stops it. Layer: jobs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

from core.errors import JobError
from core.i18n import _
from core.jobs import store
from core.jobs.carrier import Carrier
from core.jobs.host import JOB_MODEL, SYSTEM_UID, Clock, JobDatabase

T = TypeVar("T")

PROGRESS_INTERVAL_S = 0.5
"""Progress is passed on at most this often."""
WATCH_INTERVAL_S = 5.0
"""How often the watch looks whether the job should stop, and renews its lease."""

CANCELLED_CODE = "job.cancelled"
TIMEOUT_CODE = "job.timeout"
LOST_CODE = "job.lost"


def note_key(kind: str, database: str, job_id: int) -> str:
    """Return the key of a carrier's note about a job; ``kind`` is ``progress`` or ``cancel``."""
    return f"{kind}:{database}:{job_id}"


class JobContext:
    """A running job as its function sees it (parameter ``job``)."""

    def __init__(
        self,
        database: JobDatabase,
        database_name: str,
        claimed: store.Claim,
        carrier: Carrier,
        *,
        now: Clock,
        timeout_s: float,
    ) -> None:
        """Bind to one run; made by the runner."""
        self._database = database
        self._database_name = database_name
        self._claim = claimed
        self._carrier = carrier
        self._now = now
        self._timeout_s = timeout_s
        self._stop: JobError | None = None
        self._last_report = 0.0
        self.is_over = False
        """Set when the function has returned or raised: from then on nothing breaks the run off."""
        self.done = 0
        """How much is done, as last reported."""
        self.total: int | None = None
        """How much there is to do; None if not known."""

    @property
    def id(self) -> int:
        """Id of the job."""
        return self._claim.id

    @property
    def attempt(self) -> int:
        """Which run this is, counted from 1."""
        return self._claim.attempt

    def progress(self, done: int, total: int | None = None) -> None:
        """Report how far the job is; people see it at once, though the transaction is open.

        Args:
            done: How much is done.
            total: How much there is to do; None keeps what was said before.

        Raises:
            JobError: The job has been cancelled, or has taken too long.
        """
        self.done, self.total = done, self.total if total is None else total
        self.check()
        moment = time.monotonic()
        if self.done == self.total or moment - self._last_report >= PROGRESS_INTERVAL_S:
            self._last_report = moment
            self._carrier.write_note(self._key("progress"), [self.done, self.total])

    def run(self, fn: Callable[[Any], T]) -> T:
        """Call ``fn(env)`` in a transaction of its own, in the name of the job's user, and return its result.

        For jobs that take ``job`` instead of ``env``. What is committed stays, even if the job fails later and is run again.

        Raises:
            JobError: The job has been cancelled, has taken too long, or is no longer this run's.
        """

        def step(env: Any) -> T:
            self.take(env)
            return fn(env)

        return self._database.run(user_of(self._claim), step, lang=self._claim.lang)

    def take(self, env: Any) -> None:
        """Lock the job's row for the transaction of ``env``, and let every statement of it check whether to stop.

        Raises:
            JobError: The job is no longer this run's: it was given to another worker, as this one seemed dead.
        """
        connection = env.connection
        if not store.take(connection, env.registry[JOB_MODEL].table, self._claim, now=self._now()):
            raise JobError(_("The job was given to another worker."), code=LOST_CODE)
        sa.event.listen(connection, "before_cursor_execute", self._before_statement)

    def _before_statement(self, _connection: Any, _cursor: Any, statement: str, *_arguments: Any) -> None:
        # Breaking off the undoing of a savepoint would hide why the job is broken off.
        if not statement.startswith("ROLLBACK"):
            self.check()

    def check(self) -> None:
        """Break the run off if it should stop.

        Raises:
            JobError: The job has been cancelled, or has taken too long.
        """
        if self.is_over:
            return
        if (self._now() - self._claim.started_at).total_seconds() > self._timeout_s:
            raise JobError(_("The job took longer than %(seconds)s s.", seconds=self._timeout_s), code=TIMEOUT_CODE)
        if self._stop is not None:
            raise self._stop

    def watch(self, *, renew: bool) -> None:
        """Look once whether the job was cancelled, and renew its lease; called by `Watch` from another thread.

        Args:
            renew: Whether the lease matters: a job in one transaction needs none, for it has locked its row.
        """
        if self._carrier.read_note(self._key("cancel")):
            self._stop = JobError(_("The job was cancelled."), code=CANCELLED_CODE)
        if renew:
            self._database.run(SYSTEM_UID, self._renew)

    def _renew(self, env: Any) -> None:
        store.renew(env.connection, env.registry[JOB_MODEL].table, self._claim, now=self._now())

    def forget_notes(self) -> None:
        """Take away the carrier's notes about the job."""
        for kind in ("progress", "cancel"):
            self._carrier.write_note(self._key(kind), None)

    def _key(self, kind: str) -> str:
        return note_key(kind, self._database_name, self._claim.id)


def user_of(claimed: store.Claim) -> int:
    """Return the user in whose name a job runs.

    Raises:
        JobError: He is gone; the job must not run with more rights than he had.
    """
    if claimed.uid is None:
        raise JobError(_("The user of the job is gone."), code="job.user")
    return claimed.uid


class Watch:
    """A thread that watches over one run while the ``with`` block lasts."""

    def __init__(self, look: Callable[[], object], report: Callable[[Exception], object]) -> None:
        """Take what to do every `WATCH_INTERVAL_S` seconds, and whom to tell when that fails."""
        self._look = look
        self._report = report
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="job-watch", daemon=True)

    def _loop(self) -> None:
        while not self._end.wait(WATCH_INTERVAL_S):
            try:
                self._look()
            except Exception as error:  # noqa: BLE001 (the watch must outlive a database that is busy for a moment)
                self._report(error)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_exc: object) -> None:
        self._end.set()
        self._thread.join(WATCH_INTERVAL_S)
