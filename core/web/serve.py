"""Serves the application with waitress: one process, some threads, on any system (layer web)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import waitress

from core.web.application import wsgi_application
from core.web.uploads import largest_body

if TYPE_CHECKING:
    from core.web.host import WebHost


def make_server(
    host: WebHost, *, address: str | None = None, port: int | None = None, threads: int | None = None
) -> Any:
    """Return a waitress server that listens already; ``run()`` serves until the process is interrupted, ``close()`` ends it.

    Args:
        host: The application.
        address: Address to listen on; None takes the setting ``host``.
        port: Port; None takes the setting ``port``, 0 any free one (see ``effective_port`` of the server).
        threads: Threads that answer; None takes the setting ``web_threads``.
    """
    settings = host.settings
    return waitress.create_server(
        wsgi_application(host),
        host=settings.host if address is None else address,
        port=settings.port if port is None else port,
        threads=settings.web_threads if threads is None else threads,
        ident="Tangram",
        max_request_body_size=largest_body(settings),
        # Bodies up to this size stay in memory.
        inbuf_overflow=1024 * 1024,
        channel_timeout=60,
        # Untrusted ones are never believed, but tell `core.web.metrics` that somebody is in between.
        clear_untrusted_proxy_headers=False,
    )


def serve(host: WebHost, *, address: str | None = None, port: int | None = None, threads: int | None = None) -> None:
    """Serve until the process is interrupted; arguments as for `make_server`."""
    server = make_server(host, address=address, port=port, threads=threads)
    try:
        server.run()
    finally:
        server.close()
