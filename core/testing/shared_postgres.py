"""One PostgreSQL server for a whole pytest run, whatever the number of xdist workers; layer ``core.testing``, a pytest plugin.

The controller makes a run folder and locks a file in it. The first worker that needs the server starts a keeper process
(``python -m core.testing.shared_postgres FOLDER``), which starts PostgreSQL, writes its URL into the folder and then waits for the
controller's lock. The kernel drops that lock when the controller ends, in whichever way, so no server outlives its run.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

import pytest

from core.errors import ConfigError
from core.testing.postgres import PostgresClient, PostgresServer

RUN_KEY = pytest.StashKey["PostgresRun"]()
WORKER_INPUT = "tangram_postgres_run"

ALIVE, START, KEPT = "alive.lock", "start.lock", "kept.lock"
"""Files of a run folder that are locked by the controller, by who starts the keeper, and by the keeper."""
URL, FAILED = "url", "failed"
"""Files of a run folder that the keeper writes: the server's URL, or why there is none."""


class PostgresRun:
    """The run folder as the controller and every worker see it."""

    def __init__(self, folder: Path) -> None:
        """Look at a folder that exists."""
        self.folder = folder
        self._alive: IO[bytes] | None = None

    def hold(self) -> None:
        """Say that the run goes on until `release`; the controller does this once."""
        self._alive = (self.folder / ALIVE).open("wb")
        fcntl.flock(self._alive, fcntl.LOCK_EX)

    def client(self) -> PostgresClient:
        """Return the run's server, started if this is the first call of any process.

        Raises:
            ConfigError: It can't be started; later callers get the same error at once.
        """
        with (self.folder / START).open("wb") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            if not (self.folder / URL).exists() and not (self.folder / FAILED).exists():
                self._start_keeper()
        if not (self.folder / URL).exists():
            failed = self.folder / FAILED
            raise ConfigError(
                failed.read_text(encoding="utf-8") if failed.exists() else "The keeper of PostgreSQL died."
            )
        return PostgresClient((self.folder / URL).read_text(encoding="utf-8"))

    def _start_keeper(self) -> None:
        command = [sys.executable, "-m", "core.testing.shared_postgres", str(self.folder)]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        # A session of its own: Ctrl-C at the terminal ends the controller, and the keeper then cleans up in order.
        keeper = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
        )
        assert keeper.stdout is not None  # for the type checker: a pipe was asked for
        with keeper.stdout as line:
            line.read()
        # The keeper outlives this worker on purpose; without this Popen would warn that nobody waited for it.
        keeper.returncode = 0

    def release(self) -> None:
        """End the run: return when the keeper has stopped the server, and delete the folder."""
        if self._alive is None:
            return
        # Unlocked by word, not only closed: a process forked by a test may still have the file open.
        fcntl.flock(self._alive, fcntl.LOCK_UN)
        self._alive.close()
        with contextlib.suppress(FileNotFoundError):  # the keeper was quicker and has deleted the folder
            if (self.folder / URL).exists():
                with (self.folder / KEPT).open("rb") as kept:
                    fcntl.flock(kept, fcntl.LOCK_SH)
        shutil.rmtree(self.folder, ignore_errors=True)


def keep(folder: Path) -> None:
    """Run the server until the controller of ``folder`` is gone; the body of the keeper process.

    Closes standard output as soon as the server can be used or has failed, which is what `PostgresRun` waits for.
    """
    with (folder / KEPT).open("wb") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        try:
            with PostgresServer() as server:
                (folder / URL).write_text(server.server_url, encoding="utf-8")
                _close_output()
                with (folder / ALIVE).open("rb") as alive:
                    fcntl.flock(alive, fcntl.LOCK_SH)
        except ConfigError as err:
            (folder / FAILED).write_text(str(err), encoding="utf-8")
            _close_output()
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _close_output() -> None:
    # Closing sys.stdout leaves the descriptor open, and the reader waits for the descriptor.
    sys.stdout.close()
    os.close(1)


def pytest_configure(config: pytest.Config) -> None:
    """Make the run folder in the controller; find it in a worker."""
    handed_over = getattr(config, "workerinput", {}).get(WORKER_INPUT)
    if handed_over:
        config.stash[RUN_KEY] = PostgresRun(Path(handed_over))
        return
    run = PostgresRun(Path(tempfile.mkdtemp(prefix="tangram-run-")))
    run.hold()
    config.stash[RUN_KEY] = run


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker where the run folder is."""
    node.workerinput[WORKER_INPUT] = str(node.config.stash[RUN_KEY].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server when the controller ends; a worker leaves it to the others."""
    if run := config.stash.get(RUN_KEY, None):
        run.release()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> PostgresClient:
    """Makes and drops databases on the PostgreSQL server of this pytest run, which the first use starts."""
    return request.config.stash[RUN_KEY].client()


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
