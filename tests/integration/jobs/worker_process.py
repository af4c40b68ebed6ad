"""A worker as a process of its own: ``python -m tests.integration.jobs.worker_process DATABASE_URL QUEUE_URL FOLDER``.

Says a line on standard output for each event: ``looked``, ``working ATTEMPT``, ``ran``. Its clock is the file ``clock`` in the folder.
"""

from __future__ import annotations

import datetime
import sys
import threading
from pathlib import Path
from typing import Any

from core.jobs import JobContext, Worker, job, make_carrier, schedule

from .fake_host import FakeHost


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@job()
def slow_once(env: Any, job: JobContext) -> None:
    env.note(f"run {job.attempt}")
    say(f"working {job.attempt}")
    if job.attempt == 1:
        threading.Event().wait()  # until the process is killed


@schedule(every="1h")
def hourly(env: Any) -> None:
    env.note("hour")


class TellingWorker(Worker):
    has_looked = False

    def keep_house(self) -> None:
        super().keep_house()
        if not self.has_looked:
            self.has_looked = True
            say("looked")

    def _run_job(self, database: str, job_id: int) -> None:
        super()._run_job(database, job_id)
        say("ran")


def main() -> None:
    url, queue_url, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])

    def clock() -> datetime.datetime:
        return datetime.datetime.fromisoformat((folder / "clock").read_text())

    host = FakeHost(url, clock, [slow_once, hourly])
    worker = TellingWorker(host, make_carrier(queue_url, folder), threads=1, interval_s=0.02, now=clock)
    sys.exit(0 if worker.run() else 1)


if __name__ == "__main__":
    main()
