"""An application served by waitress in a thread."""

from __future__ import annotations

import threading

from core.app import Application
from core.web.serve import make_server


class Serving:
    """A running server of an application, at a port of its own."""

    def __init__(self, app: Application) -> None:
        """Start to serve."""
        self._app = app
        self._server = make_server(app, address="127.0.0.1", port=0, threads=4)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where it is served, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.effective_port}"

    def close(self) -> None:
        """Stop the server and let go of the database."""
        self._server.trigger.pull_trigger(self._stop)
        self._thread.join(20)
        self._server.task_dispatcher.shutdown()
        self._app.close()

    def _stop(self) -> None:
        # In the thread of the server, whose loop ends when nothing is open any more.
        for channel in list(self._server.active_channels.values()):
            channel.close()
        self._server.close()
