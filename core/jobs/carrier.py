"""Carriers bring the number of a job to a worker; Huey does it, over SQLite, PostgreSQL or Redis. Layer: jobs.

The truth is in the table of jobs: a message says only "look at this job", may come twice or never. Beside the queue a carrier has
small notes (how far a running job is, that it should stop), which must be seen while the transaction of the job is still open.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.constants import EmptyData
from huey.consumer import Consumer, ConsumerStopped
from huey.exceptions import ConfigurationError
from huey.registry import Message
from huey.serializer import Serializer

from core.errors import ConfigError
from core.i18n import _

Handler = Callable[[str, int], object]
"""Runs a job: name of the database, id."""

QUEUE = "tangram"
QUEUE_TABLES = frozenset({"huey_counter", "huey_kv", "huey_schedule", "huey_task"})
"""Tables that a queue in PostgreSQL makes for itself; they may lie in the database of the records."""
MAX_POLL_S = 1.0
"""Longest pause between two looks into an empty SQLite queue; the other two wake up by themselves."""


class Carrier(Protocol):
    """Brings jobs to workers."""

    def send(self, database: str, job_id: int) -> None:
        """Put a job into the queue."""
        ...

    def waiting(self) -> int:
        """Return how many messages are in the queue."""
        ...

    def write_note(self, key: str, value: Any) -> None:
        """Keep a JSON value under a key, over the one that is there; None takes it away."""
        ...

    def read_note(self, key: str) -> Any:
        """Return the value under a key, or None."""
        ...


class InProcessCarrier:
    """A queue in the memory of one process, for tests and scripts: nothing runs before `drain`."""

    def __init__(self) -> None:
        self.messages: deque[tuple[str, int]] = deque()
        """What was sent and not yet run, oldest first."""
        self._notes: dict[str, str] = {}

    def send(self, database: str, job_id: int) -> None:
        """Put a job into the queue."""
        self.messages.append((database, job_id))

    def waiting(self) -> int:
        """Return how many messages are in the queue."""
        return len(self.messages)

    def write_note(self, key: str, value: Any) -> None:
        """Keep a JSON value; None takes it away."""
        if value is None:
            self._notes.pop(key, None)
        else:
            self._notes[key] = json.dumps(value)

    def read_note(self, key: str) -> Any:
        """Return the value under a key, or None."""
        return json.loads(self._notes[key]) if key in self._notes else None

    def drain(self, handler: Handler) -> int:
        """Run what is in the queue, and what that adds, and return how many messages there were."""
        count = 0
        while self.messages:
            handler(*self.messages.popleft())
            count += 1
        return count


class JsonSerializer(Serializer):  # type: ignore[misc]  # Huey is untyped
    """Messages as JSON: whoever can write to the queue must not be able to run code, as with Huey's pickle."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps([data.id, data.name, list(data.args)]).encode()

    def _deserialize(self, data: bytes) -> Message:
        task_id, name, args = json.loads(bytes(data))
        return Message(task_id, name, None, 0, 0, None, tuple(args), {}, None, None, None, None)


class EmbeddedConsumer(Consumer):  # type: ignore[misc]  # Huey is untyped
    """Huey's consumer as a guest in somebody else's process: signals stay with the host.

    The host calls `start` itself, since `stop` fails on threads that do not run yet, and then `watch` in a thread of its own.
    """

    def _set_signal_handlers(self) -> None:
        """Set none; whoever started us calls `stop`."""

    def watch(self) -> None:
        """Replace threads that died, until `stop_flag` is set; then log the jobs that were cut off."""
        seen = time.monotonic()
        with suppress(ConsumerStopped):
            while True:
                seen = self.loop(seen)
        self.huey.notify_interrupted_tasks()


class HueyCarrier:
    """A Huey queue.

    Args:
        huey: The queue; its tasks are `serve`'s business.
    """

    def __init__(self, huey: Huey) -> None:
        self._huey = huey
        self._handler: Handler | None = None
        self._task = huey.task(name="run_job")(self._run)
        self._closing = threading.Lock()
        # Each thread that waits at PostgreSQL has a connection of its own, which only that thread can close.
        huey.on_shutdown("close")(self.close)

    def _run(self, database: str, job_id: int) -> None:
        if self._handler is not None:
            self._handler(database, job_id)

    def send(self, database: str, job_id: int) -> None:
        """Put a job into the queue."""
        self._task(database, job_id)

    def waiting(self) -> int:
        """Return how many messages are in the queue."""
        return int(self._huey.storage.queue_size())

    def write_note(self, key: str, value: Any) -> None:
        """Keep a JSON value; None takes it away."""
        if value is None:
            self._huey.storage.delete_data(key)
        else:
            self._huey.storage.put_data(key, json.dumps(value).encode())

    def read_note(self, key: str) -> Any:
        """Return the value under a key, or None."""
        data = self._huey.storage.peek_data(key)
        return None if data is EmptyData else json.loads(bytes(data))

    def serve(self, handler: Handler, threads: int) -> EmbeddedConsumer:
        """Return a consumer, not yet started, that calls ``handler`` for each message in ``threads`` threads."""
        self._handler = handler
        return EmbeddedConsumer(
            self._huey, workers=threads, periodic=False, max_delay=MAX_POLL_S, scheduler_interval=60
        )

    def close(self) -> None:
        """Close the connections to the queue that this thread and all have; the next use opens them again."""
        with self._closing:
            self._huey.storage.close()


def make_carrier(url: str | None, data_dir: Path) -> HueyCarrier:
    """Make the carrier that the settings ask for.

    Args:
        url: ``postgresql://…`` or ``redis://…``; None or empty: the file ``jobs.db`` in ``data_dir``.
        data_dir: Folder of the deployment; must exist.

    Raises:
        ConfigError: Another kind of URL, or the package for Redis is not installed.
    """
    common: dict[str, Any] = {"results": False, "serializer": JsonSerializer()}
    if not url:
        return HueyCarrier(SqliteHuey(QUEUE, filename=str(data_dir / "jobs.db"), timeout=30, **common))
    kind = urlsplit(url).scheme.partition("+")[0]
    if kind in ("postgresql", "postgres"):
        return HueyCarrier(PostgresHuey(QUEUE, dsn=_libpq(url), **common))
    if kind in ("redis", "rediss", "unix"):
        try:
            return HueyCarrier(RedisHuey(QUEUE, url=url, **common))
        except ConfigurationError as error:
            raise ConfigError(
                _("The jobs can't go over Redis: %(error)s", error=str(error)), hint=_("pip install redis")
            ) from error
    raise ConfigError(
        _("Not a URL that jobs can go over: %(url)s", url=url),
        hint=_("Use postgresql://…, redis://…, or leave it empty for a file in the data folder."),
    )


def _libpq(url: str) -> str:
    """Return a SQLAlchemy URL as libpq takes it, without the driver's name."""
    scheme, _separator, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"
