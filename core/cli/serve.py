"""``tangram serve``: the web server, with a worker for background jobs inside it. Layer: cli."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from core.app import Application
from core.cli.init import print_demo_logins
from core.cli.installation import Installation, pass_installation
from core.errors import ConfigError, Where
from core.i18n import _
from core.jobs import HueyCarrier, Worker
from core.web.accesslog import set_up_logging
from core.web.serve import make_server


@click.command("serve")
@click.option("--host", metavar="ADDRESS", help="Address to listen on instead of the setting's.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port instead of the setting's; 0 takes any free one.")
@pass_installation
def command(installation: Installation, host: str | None, port: int | None) -> None:
    """Serve the web pages and the API until SIGTERM or Ctrl-C; requests and jobs under way are finished first.

    Background jobs run in the same process, unless the setting job_threads is 0.
    """
    installation.require()
    app = installation.application
    begin_logging(app)
    server = _listen(app, host, port)
    with _worker(app):
        address = host or app.settings.host
        shown = f"[{address}]" if ":" in address else address
        installation.out.print(f"Serving on http://{shown}:{server.effective_port}", markup=False, soft_wrap=True)
        with installation.env(readonly=True) as env:
            print_demo_logins(installation, env)
        installation.out.file.flush()
        _run(server)
    installation.say(_("Stopped."))


def begin_logging(app: Application) -> None:
    """Log to stderr, in the form and down to the level of the settings."""
    set_up_logging(app.settings.log_level, app.settings.log_format)


def _listen(app: Application, host: str | None, port: int | None) -> Any:
    try:
        return make_server(app, address=host, port=port)
    except OSError as error:
        wanted = f"{host or app.settings.host}:{app.settings.port if port is None else port}"
        raise ConfigError(
            _(
                "The web server can't listen on %(address)s: %(reason)s",
                address=wanted,
                reason=error.strerror or str(error),
            ),
            code="cli.listen",
            hint=_("another process may be using it; --port takes another port"),
            where=Where(key="port"),
        ) from error


@contextmanager
def _worker(app: Application) -> Iterator[None]:
    threads = app.settings.job_threads
    carrier = app.carrier
    if not threads or not isinstance(carrier, HueyCarrier):
        yield
        return
    worker = Worker(app, carrier, threads=threads)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


class _Stop(SystemExit):
    """Ends waitress's loop, which knows SystemExit as the wish to stop."""


def _run(server: Any) -> None:
    """Serve until a signal comes, then finish what is under way."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        raise _Stop

    is_main = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGTERM, signal.SIGINT) if is_main else ()
    previous = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        server.run()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        server.close()
