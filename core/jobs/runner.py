"""`Runner`: claims one job, does its work and records the end in the same transaction, or the failure in another. Layer: jobs.

What a job writes to the database happens exactly once: its work commits together with its being done. What it does outside (a mail)
happens at least once: a worker may be killed after it and before the commit.
"""

from __future__ import annotations

import datetime
import logging
import os
import secrets
import socket
import traceback
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from core.errors import CoreError, JobError
from core.i18n import _
from core.jobs import store
from core.jobs.carrier import Carrier
from core.jobs.context import CANCELLED_CODE, LOST_CODE, TIMEOUT_CODE, JobContext, Watch, user_of
from core.jobs.declare import CONTEXT, JobDefinition, JobOptions
from core.jobs.host import JOB_MODEL, SYSTEM_UID, Clock, JobDatabase, JobHost, utc_now
from core.jobs.jobset import JobSet
from core.jobs.payload import decode, encode

_logger = logging.getLogger("core.jobs")


class Runner:
    """Runs jobs in the calling thread; one object serves any number of threads.

    Args:
        host: The application.
        carrier: For progress and cancelling.
        now: The clock; a test passes a frozen one.
        watched: Whether a thread renews leases and looks for cancelling; a test calls `JobContext.watch` itself.
    """

    def __init__(self, host: JobHost, carrier: Carrier, *, now: Clock = utc_now, watched: bool = True) -> None:
        self._host = host
        self._carrier = carrier
        self._now = now
        self._watched = watched
        self._me = f"{socket.gethostname()}:{os.getpid()}"

    def run(self, database_name: str, job_id: int) -> str | None:
        """Run a job if it is due and nobody else runs it.

        Returns:
            Its state afterwards; None if there was nothing to run.

        Raises:
            Exception: Of the database, when neither success nor failure could be recorded; the job will be sent again.
        """
        database = self._host.database(database_name)
        worker = f"{self._me}:{secrets.token_hex(6)}"
        claimed, jobs = database.run(SYSTEM_UID, lambda env: self._claim(env, job_id, worker))
        if claimed is None:
            return None
        _logger.info("job %s/%s %s: run %s", database_name, job_id, claimed.name, claimed.attempt)
        options = JobOptions()
        try:
            # An addon may have been disabled since: then the job fails for good, and an administrator may retry it later.
            definition = jobs.get(claimed.name)
            options = definition.options
            self._work(database, database_name, claimed, definition)
        except Exception as error:  # noqa: BLE001 (whatever a job raises is its failure, not the worker's)
            return self._failed(database, claimed, options, error)
        return store.DONE

    def _claim(self, env: Any, job_id: int, worker: str) -> tuple[store.Claim | None, JobSet]:
        table = env.registry[JOB_MODEL].table
        claimed = store.claim(env.connection, table, job_id, worker, now=self._now())
        return claimed, self._host.jobs(env.registry)

    def _work(self, database: JobDatabase, name: str, claimed: store.Claim, definition: JobDefinition) -> None:
        timeout_s = definition.options.timeout_s
        context = JobContext(database, name, claimed, self._carrier, now=self._now, timeout_s=timeout_s)
        arguments: dict[str, Any] = decode(claimed.payload)
        if definition.wants_context:
            arguments[CONTEXT] = context
        try:
            with self._watch(context, renew=not definition.wants_env):
                if definition.wants_env:
                    database.run(
                        user_of(claimed),
                        lambda env: self._in_one_transaction(env, claimed, definition, context, arguments),
                        lang=claimed.lang,
                    )
                else:
                    result = definition.function(**arguments)
                    context.is_over = True
                    database.run(SYSTEM_UID, lambda env: self._finish(env, claimed, context, result))
        finally:
            context.is_over = True
            context.forget_notes()

    def _watch(self, context: JobContext, *, renew: bool) -> AbstractContextManager[None]:
        if not self._watched:
            return nullcontext()
        return Watch(
            lambda: context.watch(renew=renew),
            lambda error: _logger.debug("watch over job %s: %s", context.id, error),
        )

    def _in_one_transaction(
        self, env: Any, claimed: store.Claim, definition: JobDefinition, context: JobContext, arguments: dict[str, Any]
    ) -> None:
        context.is_over = False  # a transaction that is run again after a serialization failure is watched again
        context.take(env)
        result = definition.function(env, **arguments)
        env.flush()
        context.is_over = True
        self._finish(env, claimed, context, result)

    def _finish(self, env: Any, claimed: store.Claim, context: JobContext, result: Any) -> None:
        finished = store.finish(
            env.connection,
            env.registry[JOB_MODEL].table,
            claimed,
            now=self._now(),
            result=encode(result, "result"),
            progress=context.done,
            total=context.total,
        )
        if not finished:
            raise JobError(_("The job was given to another worker."), code=LOST_CODE)

    def _failed(self, database: JobDatabase, claimed: store.Claim, options: JobOptions, error: Exception) -> str | None:
        code = error.code if isinstance(error, CoreError) else None
        if code == LOST_CODE:
            _logger.warning(
                "job %s %s was given to another worker; what this run did is undone", claimed.id, claimed.name
            )
            return None
        # A JobError is a fault of the program (or a decision to give up): another run would end the same.
        is_final = isinstance(error, JobError) and code != TIMEOUT_CODE
        again_at = None
        if not is_final and claimed.attempt < claimed.max_attempts:
            delay = options.retry[min(claimed.attempt, len(options.retry)) - 1]
            again_at = self._now() + datetime.timedelta(seconds=delay)
        state = store.CANCELLED if code == CANCELLED_CODE else store.FAILED
        text = _error_text(error)
        _logger.warning("job %s %s, run %s, failed: %s", claimed.id, claimed.name, claimed.attempt, text)

        def record(env: Any) -> None:
            table = env.registry[JOB_MODEL].table
            ended = store.fail(env.connection, table, claimed, text, now=self._now(), again_at=again_at, state=state)
            if ended and again_at is None and state == store.FAILED:
                self._host.jobs_failed(env, [claimed.id])

        database.run(SYSTEM_UID, record)
        return state if again_at is None else store.QUEUED


def _error_text(error: Exception) -> str:
    """Return one line for what was expected, the traceback for what was not."""
    if isinstance(error, CoreError):
        return str(error)
    return "".join(traceback.format_exception(error))
