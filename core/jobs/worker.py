"""`Worker`: the consumer of the queue together with sweeper and scheduler, in the server or as ``tangram worker``. Layer: jobs."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from types import FrameType

from core.jobs.carrier import EmbeddedConsumer, HueyCarrier
from core.jobs.host import Clock, JobHost, utc_now
from core.jobs.runner import Runner
from core.jobs.scheduler import Scheduler
from core.jobs.sweeper import Sweeper

_logger = logging.getLogger("core.jobs")

HOUSEKEEPING_INTERVAL_S = 5.0
"""How often sweeper and scheduler look: a scheduled or repeated job starts at most so much late."""
STOP_TIMEOUT_S = 30.0


class Worker:
    """Runs jobs in threads until it is stopped. What a stopped or killed worker leaves behind, another one runs.

    Args:
        host: The application.
        carrier: The queue.
        databases: Names of the databases to look after; None: all that the host serves, asked anew each time. Messages of other
            databases are run too if the host knows them: they share the queue.
        threads: Jobs at once.
        interval_s: Seconds between two looks of sweeper and scheduler.
        now: The clock.
    """

    def __init__(
        self,
        host: JobHost,
        carrier: HueyCarrier,
        databases: Sequence[str] | None = None,
        *,
        threads: int = 2,
        interval_s: float = HOUSEKEEPING_INTERVAL_S,
        now: Clock = utc_now,
    ) -> None:
        self._host = host
        self._carrier = carrier
        self._databases = databases
        self._threads = threads
        self._interval_s = interval_s
        self._runner = Runner(host, carrier, now=now)
        self._sweeper = Sweeper(host, carrier, now=now)
        self._scheduler = Scheduler(host, carrier, now=now)
        self._end = threading.Event()
        self._wakeups: SimpleQueue[None] = SimpleQueue()
        self._consumer: EmbeddedConsumer | None = None
        self._running: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads and return at once; for a worker inside the server. Does nothing if it runs already."""
        if self._consumer is not None:
            return
        self._end.clear()
        self._consumer = self._carrier.serve(self._run_job, self._threads)
        self._consumer.start()
        self._running = [
            threading.Thread(target=self._consumer.watch, name="jobs-consumer", daemon=True),
            threading.Thread(target=self._keep_house, name="jobs-housekeeping", daemon=True),
        ]
        for thread in self._running:
            thread.start()

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> bool:
        """Take no more jobs and wait for those under way.

        Args:
            timeout_s: Seconds to wait at most. A job cut off by the end of the process is undone and run again by another worker.

        Returns:
            Whether all of them came to their end.
        """
        if self._consumer is None:
            return True
        self._end.set()
        self._wakeups.put(None)
        self._consumer.stop_flag.set()
        # First those who watch: nobody starts a thread any more while the jobs are waited for.
        deadline = time.monotonic() + timeout_s
        for thread in self._running:
            thread.join(max(deadline - time.monotonic(), 0))
        self._consumer.shutdown_timeout = max(deadline - time.monotonic(), 0)
        self._consumer.stop(graceful=True)
        workers = [thread for _worker, thread in self._consumer.worker_threads]
        self._consumer = None
        return not any(thread.is_alive() for thread in (*self._running, *workers))

    def run(self, on_start: Callable[[], None] | None = None) -> bool:
        """Run until SIGTERM or SIGINT, in the main thread; then stop, and return as `stop` does. A second signal ends at once.

        Args:
            on_start: Called once when from now on a signal stops the worker in good order.
        """
        # A put into this queue may interrupt the main thread's get; the lock of an Event would be taken twice and never given back.
        self._wakeups = SimpleQueue()
        previous = {number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self.start()
            if on_start is not None:
                on_start()
            self._wakeups.get()
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
        return self.stop()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._wakeups.put(None)

    def _run_job(self, database: str, job_id: int) -> None:
        # Huey would swallow the error too, but log a task that says nothing.
        try:
            self._runner.run(database, job_id)
        except Exception:
            _logger.exception("job %s/%s could not be run; it will be sent again", database, job_id)

    def _keep_house(self) -> None:
        while not self._end.is_set():
            self.keep_house()
            self._end.wait(self._interval_s)

    def keep_house(self) -> None:
        """Let scheduler and sweeper look once at each database; trouble with one of them is logged and stops nothing else."""
        for name in self._databases if self._databases is not None else self._host.databases():
            for look in (self._scheduler.tick, self._sweeper.sweep):
                try:
                    look(name)
                except Exception:
                    _logger.exception("jobs of the database %s", name)
