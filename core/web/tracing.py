"""Traces the requests of an administrator who asked for it, and keeps the last of them for the page that shows costs (layer web; design 1.11).

The browser carries a token; without its note nothing is traced, so a cookie made up costs one look-up and brings nothing. Kept are names,
counts and times, never values or parameters of statements.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from core.orm.trace import Tracer, tracing

if TYPE_CHECKING:
    from core.orm.database import Database
    from core.web.host import WebHost
    from core.web.request import Request

COOKIE = "tangram_trace"
KEPT = 12
"""Requests kept."""
MOST_ROWS = 300
"""Steps kept of one request."""
_LONGEST_SQL = 300
_LONGEST_TOKEN = 64
_PASSED_OVER = ("/static/", "/apps/costs", "/apps/progress")
"""Requests that would only show the looking."""


def switch_key(database: str, token: str) -> str:
    """Return the key of the note that says how long requests with a token are traced."""
    return f"trace:{database}:{token}"


def records_key(database: str) -> str:
    """Return the key of the note that holds the last traced requests of a database."""
    return f"traces:{database}"


def start_tracing(host: WebHost, database: str, *, minutes: int, requests: int) -> str:
    """Let requests that carry the token returned be traced, forgetting those traced before."""
    token = secrets.token_urlsafe(24)
    host.write_note(switch_key(database, token), {"until": time.time() + minutes * 60, "left": requests})
    host.write_note(records_key(database), None)
    return token


def stop_tracing(host: WebHost, database: str, token: str) -> None:
    """Trace requests with this token no longer."""
    if 0 < len(token) <= _LONGEST_TOKEN:
        host.write_note(switch_key(database, token), None)


def switch_of(host: WebHost, database: str, token: str) -> dict[str, Any] | None:
    """Return how long requests with a token are traced: ``until`` (seconds since 1970) and ``left``; None: not."""
    if not 0 < len(token) <= _LONGEST_TOKEN:
        return None
    note = host.read_note(switch_key(database, token))
    return note if note and note["left"] > 0 and note["until"] > time.time() else None


def traced_requests(host: WebHost, database: str) -> list[dict[str, Any]]:
    """Return the last traced requests, the newest first: ``method path at seconds statements shares rows dropped``."""
    return host.read_note(records_key(database)) or []


class Traces:
    """Records requests.

    Args:
        host: Keeps the notes.
    """

    def __init__(self, host: WebHost) -> None:
        self._host = host

    @contextmanager
    def around(self, request: Request, database: Database) -> Iterator[None]:
        """Trace what happens in the block, if the request asks for it."""
        token = request.cookies.get(COOKIE, "")
        is_passed = not token or request.path.startswith(_PASSED_OVER)
        switch = None if is_passed else switch_of(self._host, database.name, token)
        if switch is None:
            yield
            return
        tracer = None
        try:
            with tracing(database) as tracer:
                yield
        finally:
            if tracer is not None:
                self._keep(request, database.name, tracer)
            self._host.write_note(switch_key(database.name, token), {**switch, "left": switch["left"] - 1})

    def _keep(self, request: Request, database: str, tracer: Tracer) -> None:
        rows = [
            [row.kind, row.name[:_LONGEST_SQL], row.addon, row.model, row.depth, row.seconds, row.statements]
            for row in tracer.rows[:MOST_ROWS]
        ]
        record = {
            "method": request.method,
            "path": request.path[:200],
            "at": time.time(),
            "seconds": tracer.seconds,
            "statements": tracer.statements,
            "shares": [[each.addon, each.seconds, each.statements, each.calls] for each in tracer.by_addon()],
            "rows": rows,
            "dropped": max(0, len(tracer.rows) + tracer.dropped - MOST_ROWS),
        }
        kept = [record, *traced_requests(self._host, database)][:KEPT]
        self._host.write_note(records_key(database), kept)
