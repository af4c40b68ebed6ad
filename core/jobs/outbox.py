"""The outbox: a job is a row written in the business transaction, and sent when that commits. Layer: jobs.

If the transaction rolls back there is no job. If the process dies between commit and sending, the sweeper sends it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.jobs import store
from core.jobs.carrier import Carrier
from core.jobs.declare import JobDefinition
from core.jobs.host import JOB_MODEL, JobEnv, JobHost

_logger = logging.getLogger("core.jobs")


class Outbox:
    """Queues jobs of one database.

    Args:
        host: The application; knows the jobs of a registry.
        database: Name of the database, as the host knows it.
        carrier: Takes what has been committed.
    """

    def __init__(self, host: JobHost, database: str, carrier: Carrier) -> None:
        self._host = host
        self.database = database
        self.carrier = carrier

    def defer(
        self,
        env: JobEnv,
        name: str,
        arguments: Mapping[str, Any],
        *,
        run_at: datetime.datetime | None = None,
    ) -> int:
        """Queue a job in the transaction of ``env``, in the name of its user and in his language.

        Args:
            env: The environment; it is flushed first, so that ids in ``arguments`` are real.
            name: Full name, such as ``crm_marketing.send_mail``.
            arguments: Keyword arguments of the function.
            run_at: Not before this time (aware); None means as soon as the transaction has committed.

        Returns:
            Id of the job; of the waiting one if the job is unique and one with the same arguments waits.

        Raises:
            JobError: No such job, wrong arguments, or a value that can't be stored.
        """
        definition = self._host.jobs(env.registry).get(name)
        payload = definition.payload(arguments)
        key = unique_key(definition, payload) if definition.options.unique else None
        env.flush()
        job_id, is_new = queue(
            env.connection,
            env.registry[JOB_MODEL].table,
            definition,
            payload,
            uid=env.uid,
            lang=env.lang,
            key=key,
            run_at=run_at,
            now=env.now(),
        )
        if is_new and (run_at is None or run_at <= env.now()):
            self.send_after_commit(env, job_id)
        return job_id

    def send_after_commit(self, env: JobEnv, job_id: int) -> None:
        """Send a job once the transaction of ``env`` has committed; never if it does not."""
        env.after_commit.append(lambda: self.send(job_id))

    def send(self, job_id: int) -> None:
        """Hand a committed job to the carrier. If that fails, the failure is logged and the sweeper sends it later."""
        try:
            self.carrier.send(self.database, job_id)
        except Exception:
            _logger.warning("job %s/%s could not be sent; it will be sent later", self.database, job_id, exc_info=True)


def queue(
    connection: sa.Connection,
    table: sa.Table,
    definition: JobDefinition,
    payload: Mapping[str, Any],
    *,
    uid: int,
    lang: str | None,
    now: datetime.datetime,
    key: str | None = None,
    run_at: datetime.datetime | None = None,
) -> tuple[int, bool]:
    """Insert the row of a job; return its id and True, or the id of the waiting one with that key and False."""
    is_due = run_at is None or run_at <= now
    values = {
        "name": definition.name,
        "payload": dict(payload),
        # Sent, although that happens after the commit: if it does not, the lease ends and the sweeper does it. Saves a statement.
        "state": store.SENT if is_due else store.QUEUED,
        "lease_until": now + store.SEND_LEASE if is_due else None,
        "run_at": now if run_at is None else run_at,
        "max_attempts": definition.options.max_attempts,
        "user_id": uid,
        "lang": lang,
        "key": key,
    }
    return store.insert(connection, table, values, now=now)


def unique_key(definition: JobDefinition, payload: Mapping[str, Any]) -> str:
    """Return what is equal for equal arguments of one job; short enough for an index."""
    text = json.dumps(payload, sort_keys=True, ensure_ascii=True)
    return f"{definition.name}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"
