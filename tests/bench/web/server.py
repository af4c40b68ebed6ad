"""A server of its own process, and people who ask it for pages."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.app import Application
from core.web.identity import COOKIE
from tests.bench.site import ADDONS

READY_S = 60
TIMEOUT_S = 60


@dataclass
class Server:
    """One ``tangram serve``."""

    port: int
    process: subprocess.Popen[str]
    log: Path
    """Its access log, one JSON object a line."""
    cookie: str
    """Session of the leader, an ordinary user with rules."""

    def get(self, path: str, connection: http.client.HTTPConnection | None = None) -> tuple[int, bytes]:
        """Ask for a path as a browser does; returns status and body as sent, packed."""
        asked = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        headers = {"Cookie": f"{COOKIE}={self.cookie}", "Accept": "text/html", "Accept-Encoding": "gzip"}
        asked.request("GET", path, headers=headers)
        answer = asked.getresponse()
        body = answer.read()
        if connection is None:
            asked.close()
        return answer.status, body

    def memory_mb(self) -> float:
        """Resident memory of the process."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def logged(self, path: str) -> list[dict[str, float]]:
        """The lines of the access log about a path."""
        wanted = urlsplit(path).path
        lines = [json.loads(line) for line in self.log.read_text("utf-8").splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("path") == wanted and "render_ms" in line]


@contextmanager
def serving(app: Application, user: int, folder: Path) -> Iterator[Server]:
    """Serve the database of an application with eight threads until the block ends; ``user`` is who asks."""
    with app.env() as env:
        cookie = app.accounts.start_session(env, user, agent="bench")
    settings = {
        "TANGRAM_DATABASE_URL": app.settings.url_of("default"),
        "TANGRAM_ADDONS_PATH": str(ADDONS),
        "TANGRAM_DATA_DIR": str(folder),
        "TANGRAM_LANGUAGE": "en",
        "TANGRAM_JOB_THREADS": "0",
    }
    log = folder / "access.log"
    command = [sys.executable, "-m", "core.cli", "serve", "--port", "0"]
    with log.open("w") as sink:
        process = subprocess.Popen(
            command, env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=sink, text=True
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            port = int(line.rsplit(":", 1)[-1])
            yield Server(port, process, log, cookie)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(READY_S)
            if process.stdout is not None:
                process.stdout.close()


@dataclass(frozen=True)
class Load:
    """What a number of clients saw."""

    p50_ms: float
    p95_ms: float
    per_second: float


def load(server: Server, path: str, clients: int, requests: int) -> Load:
    """Let clients ask for a path, ``requests`` times in all, each over one connection."""
    times: list[float] = []
    lock = threading.Lock()

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT_S)
        own = []
        for _number in range(requests // clients):
            started = time.perf_counter()
            status, _body = server.get(path, connection)
            own.append(time.perf_counter() - started)
            assert status == 200
        connection.close()
        with lock:
            times.extend(own)

    threads = [threading.Thread(target=ask) for _number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - began
    ordered = sorted(times)
    return Load(
        ordered[len(ordered) // 2] * 1000,
        ordered[int(len(ordered) * 0.95)] * 1000,
        len(times) / whole if whole else 0.0,
    )


def unpacked(body: bytes) -> str:
    """The text of a packed body."""
    return gzip.decompress(body).decode() if body[:2] == b"\x1f\x8b" else body.decode()
