"""The configuration of gunicorn serves, with the metrics of all its processes, and takes new code under load without a failed answer."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.app import Application

from .conftest import install, make_application

ROOT = Path(__file__).resolve().parents[3]
DEADLINE_S = 60


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Application]:
    """An application on a database of the test's own."""
    made = make_application(database_url, tmp_path)
    install(made)
    yield made
    made.close()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def ask(port: int, path: str) -> tuple[int, str]:
    """Return status and body of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept": "text/html", "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


class Server:
    """A gunicorn of two workers."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "gunicorn.log"
        (folder / "metrics").mkdir()
        environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TANGRAM_DATABASE_URL": database_url,
            "TANGRAM_DATA_DIR": str(folder / "var"),
            "TANGRAM_ADDONS_PATH": str(folder / "addons"),
            "TANGRAM_BIND": f"127.0.0.1:{self.port}",
            "TANGRAM_WORKERS": "2",
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        }
        command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "config" / "gunicorn.conf.py")]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "core.cli.wsgi:create()"], cwd=folder, env=environ, stdout=log, stderr=log
            )

    def wait(self, fact: str, times: int) -> None:
        """Wait until the log says something so many times."""
        end = time.monotonic() + DEADLINE_S
        while self.log.read_text().count(fact) < times:
            if time.monotonic() > end or self.process.poll() is not None:
                pytest.fail(f"gunicorn never said {fact!r} {times} times:\n{self.log.read_text()[-4000:]}")
            threading.Event().wait(0.05)

    def wait_ready(self) -> None:
        """Wait until it answers."""
        end = time.monotonic() + DEADLINE_S
        while True:
            try:
                if ask(self.port, "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            if time.monotonic() > end or self.process.poll() is not None:
                pytest.fail(f"gunicorn does not answer:\n{self.log.read_text()[-4000:]}")
            threading.Event().wait(0.05)

    def stop(self) -> None:
        """End it in good order."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def server(app: Application, database_url: str, tmp_path: Path) -> Iterator[Server]:
    """A running gunicorn on the application's database."""
    started = Server(database_url, tmp_path)
    try:
        started.wait_ready()
        yield started
    finally:
        started.stop()


def test_a_reload_under_load_fails_no_request(server: Server) -> None:
    answers: list[int | str] = []
    over = threading.Event()

    def load() -> None:
        while not over.is_set():
            try:
                answers.append(ask(server.port, "/login")[0])
            except (OSError, http.client.HTTPException) as error:
                answers.append(repr(error))

    threads = [threading.Thread(target=load) for _number in range(4)]
    for thread in threads:
        thread.start()
    try:
        booted = server.log.read_text().count("Booting worker")
        server.process.send_signal(signal.SIGHUP)
        server.wait("Booting worker", booted + 2)
        server.wait("Worker exiting", 2)
        before = len(answers)
        end = time.monotonic() + DEADLINE_S
        while len(answers) < before + 40 and time.monotonic() < end:
            threading.Event().wait(0.02)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert [answer for answer in answers if answer != 200] == []
    assert len(answers) >= 40
    status, text = ask(server.port, "/metrics")
    assert status == 200
    counted = [line for line in text.splitlines() if line.startswith("tangram_requests_total{") and '"/login"' in line]
    assert sum(float(line.rpartition(" ")[2]) for line in counted) == len(answers)
