"""``/metrics`` for Prometheus: requests, how long they take, statements, sessions, jobs (layer web).

With several processes (gunicorn) the environment variable ``PROMETHEUS_MULTIPROC_DIR`` names an empty folder in which they leave their
numbers; whichever is asked answers for all.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from weakref import WeakSet

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from core.errors import CoreError
from core.web.accesslog import ERRORS
from core.web.errors import not_found
from core.web.request import Response
from core.web.routes import METHODS, Endpoint

if TYPE_CHECKING:
    from core.orm.database import Database
    from core.orm.registry import Registry
    from core.web.host import WebHost
    from core.web.request import Request

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
CACHED_S = 10.0
"""Sessions and jobs are counted at most this often, however often somebody asks."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_STATEMENTS = (1, 2, 5, 8, 12, 20, 50, 100, 500)
_FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")
_JOB_STATES = ("queued", "sent", "running", "failed")


class Metrics:
    """The numbers of one web application.

    Args:
        host: The application.
        clock: Gives seconds; a test passes its own.
    """

    def __init__(self, host: WebHost, clock: Callable[[], float] = time.monotonic) -> None:
        self._host = host
        self._registry = CollectorRegistry()
        labels = ("endpoint", "method")
        self._requests = Counter("tangram_requests", "Requests answered.", (*labels, "status"), registry=self._registry)
        self._seconds = Histogram(
            "tangram_request_seconds", "Seconds until the answer.", labels, buckets=_SECONDS, registry=self._registry
        )
        self._statements = Histogram(
            "tangram_request_statements",
            "Statements sent to the database for one request.",
            labels,
            buckets=_STATEMENTS,
            registry=self._registry,
        )
        self._builds = Counter(
            "tangram_registry_builds",
            "Registries built, as after a change of addons.",
            ("database",),
            registry=self._registry,
        )
        self._seen: WeakSet[Registry] = WeakSet()
        self._stock = _Stock(host, clock)
        self._lock = threading.Lock()

    def observe(self, rule: str | None, method: str, status: int, *, seconds: float, statements: int | None) -> None:
        """Count one request.

        Args:
            rule: The rule of its endpoint, never the path asked for: there are too many; None: there is no such.
            method: HTTP method.
            status: HTTP status of the answer.
            seconds: How long it took.
            statements: Statements sent; None: no transaction was opened.
        """
        labels = (rule or "none", method if method in METHODS else "other")
        self._requests.labels(*labels, str(status)).inc()
        self._seconds.labels(*labels).observe(seconds)
        if statements is not None:
            self._statements.labels(*labels).observe(statements)

    def saw(self, database: str, registry: Registry) -> None:
        """Count a registry that was not seen before."""
        if registry in self._seen:
            return
        with self._lock:
            is_new = registry not in self._seen
            self._seen.add(registry)
        if is_new:
            self._builds.labels(database).inc()

    def show(self, request: Request) -> Response:
        """GET /metrics.

        Raises:
            MissingRecord: Whoever asks may not read them; the answer is that of an address that is not there.
        """
        if not may_read(request, self._host.settings.metrics_token):
            raise not_found()
        shown = self._registry
        if os.environ.get(FOLDER_VARIABLE):
            shown = CollectorRegistry()
            MultiProcessCollector(shown)  # type: ignore[no-untyped-call]  # the library leaves it untyped
        own = CollectorRegistry()
        own.register(self._stock)
        return Response(generate_latest(shown) + generate_latest(own), content_type=CONTENT_TYPE_LATEST)

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoint that shows them."""
        return [Endpoint("/metrics", ("GET",), self.show, auth="none", bare=True)]


def may_read(request: Request, token: str) -> bool:
    """Whether a request may read the metrics: it shows the token; without one in the settings it comes from this machine.

    Args:
        request: The request.
        token: The setting ``metrics_token``.
    """
    if token:
        scheme, _space, sent = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and secrets.compare_digest(sent.strip().encode(), token.encode())
    # What a proxy on this machine passes on comes from elsewhere, even where the settings don't know the proxy.
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.address or "").is_loopback
    except ValueError:
        return False


class _Stock(Collector):
    """What is there at the moment of asking: open sessions, jobs by state."""

    def __init__(self, host: WebHost, clock: Callable[[], float]) -> None:
        self._host, self._clock = host, clock
        self._counted: tuple[float, list[tuple[str, int, dict[str, int]]]] | None = None
        self._lock = threading.Lock()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield both families."""
        sessions = GaugeMetricFamily("tangram_sessions_open", "Web sessions that are open.", labels=("database",))
        jobs = GaugeMetricFamily("tangram_jobs", "Background jobs by state.", labels=("database", "state"))
        for database, open_sessions, by_state in self._count():
            sessions.add_metric((database,), open_sessions)
            for state, number in by_state.items():
                jobs.add_metric((database, state), number)
        yield sessions
        yield jobs

    def _count(self) -> list[tuple[str, int, dict[str, int]]]:
        with self._lock:
            now = self._clock()
            if self._counted is None or now - self._counted[0] >= CACHED_S:
                self._counted = (now, list(self._counts()))
            return self._counted[1]

    def _counts(self) -> Iterator[tuple[str, int, dict[str, int]]]:
        for name in self._host.databases():
            try:
                yield (name, *_numbers(self._host.database(name)))
            except CoreError as error:
                # One database that is away must not hide the numbers of the others.
                ERRORS.warning("no metrics of database %s: %s", name, error)


def _numbers(database: Database) -> tuple[int, dict[str, int]]:
    with database.transaction(readonly=True) as env:
        open_domain = [["ended_at", "is_not_set", True], ["expires_at", ">", env.now()]]
        by_state = {state: env["core.job"].count([["state", "=", state]]) for state in _JOB_STATES}
        return env["core.session"].count(open_domain), by_state
