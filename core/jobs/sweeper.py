"""The sweeper sends what is due, what was never sent and what a killed worker left behind. Layer: jobs.

Every worker runs one; however many look, each job is sent by the one whose UPDATE found it.
"""

from __future__ import annotations

import datetime
import logging
from typing import Any

from core.i18n import _
from core.jobs import store
from core.jobs.carrier import Carrier
from core.jobs.host import JOB_MODEL, SYSTEM_UID, Clock, JobHost, reading, utc_now

_logger = logging.getLogger("core.jobs")

PATIENCE = datetime.timedelta(minutes=30)
"""While the carrier still has messages, a job sent and not yet claimed is most likely one of them; so long it is not sent twice."""


class Sweeper:
    """Sends jobs from the table again.

    Args:
        host: The application.
        carrier: Takes what is sent.
        now: The clock.
    """

    def __init__(self, host: JobHost, carrier: Carrier, *, now: Clock = utc_now) -> None:
        self._host = host
        self._carrier = carrier
        self._now = now

    def sweep(self, database_name: str) -> list[int]:
        """Look once through the jobs of a database and return the ids sent, oldest first.

        A job whose worker died in its last permitted run is marked as failed: it may well be what kills workers.
        """
        patience = PATIENCE if self._carrier.waiting() else datetime.timedelta(0)
        database = self._host.database(database_name)
        with reading(database) as connection:
            # Mostly there is nothing: then no write lock is taken, which on SQLite everybody would wait for.
            if not store.is_work(connection, database.registry()[JOB_MODEL].table, now=self._now(), patience=patience):
                return []
        buried, sent = database.run(SYSTEM_UID, lambda env: self._mark(env, patience))
        for job_id in buried:
            _logger.error("job %s/%s failed: its worker died in each permitted run", database_name, job_id)
        for job_id in sent:
            self._carrier.send(database_name, job_id)
        return sent

    def _mark(self, env: Any, patience: datetime.timedelta) -> tuple[list[int], list[int]]:
        connection, table, now = env.connection, env.registry[JOB_MODEL].table, self._now()
        error = str(_("The worker died while it ran the job, in the last of the permitted attempts."))
        buried = store.bury(connection, table, now=now, error=error)
        if buried:
            self._host.jobs_failed(env, buried)
        return list(buried), list(store.resend(connection, table, now=now, patience=patience))
