"""The command in processes of its own: from an empty folder to an answer of the API, and a new addon whose tests pass."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TIMEOUT_S = 60


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **more}


def tangram(folder: Path, *words: str, **more: str) -> str:
    command = [sys.executable, "-m", "core.cli", *words]
    finished = subprocess.run(
        command, cwd=folder, env=environment(**more), capture_output=True, text=True, check=False, timeout=TIMEOUT_S
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_init_key_serve_answer_stop(database_url: str, tmp_path: Path) -> None:
    settings = {"TANGRAM_DATABASE_URL": database_url, "TANGRAM_DATA_DIR": str(tmp_path / "data")}
    tangram(tmp_path, "init", **settings)
    key = tangram(tmp_path, "user", "key", "admin", **settings).strip()
    command = [sys.executable, "-m", "core.cli", "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            assert line.startswith("Serving on http://127.0.0.1:"), line
            address = line.split()[-1]
            request = urllib.request.Request(
                f"{address}/api/v1/core.user?fields=login", headers={"Authorization": f"Bearer {key}"}
            )
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                found = json.load(answer)
            assert "admin" in [record["login"] for record in found["records"]]
            server.send_signal(signal.SIGTERM)
            assert server.wait(TIMEOUT_S) == 0
        finally:
            if server.poll() is None:
                server.kill()
        assert server.stderr is not None
        errors = server.stderr.read()
        assert "Traceback" not in errors
        assert "Stopped." in errors


@pytest.mark.parametrize("heard", ["Huey consumer started", "+ core.jobs.carrier.run_job", "Waiting for jobs."])
def test_a_worker_ends_well_when_told_however_early(tmp_path: Path, heard: str) -> None:
    tangram(tmp_path, "init")
    # A few times, since what the signal interrupts differs.
    for _ in range(3):
        code, messages = end_worker(tmp_path, heard)
        assert code == 0, messages
        assert "Stopped." in messages
        assert "Traceback" not in messages


def end_worker(folder: Path, heard: str) -> tuple[int, str]:
    """Start a worker, send SIGTERM once it has said something, and return its exit code with all it said."""
    command = [sys.executable, "-m", "core.cli", "worker"]
    with subprocess.Popen(command, cwd=folder, env=environment(), stderr=subprocess.PIPE, text=True) as worker:
        patience = threading.Timer(TIMEOUT_S, worker.kill)
        patience.start()
        try:
            assert worker.stderr is not None
            messages: list[str] = []
            for line in worker.stderr:
                messages.append(line)
                if heard in line:
                    break
            worker.send_signal(signal.SIGTERM)
            messages.extend(worker.stderr)
            return worker.wait(TIMEOUT_S), "".join(messages)
        finally:
            patience.cancel()
            if worker.poll() is None:
                worker.kill()


def test_a_worker_whose_messages_nobody_reads_ends_well(tmp_path: Path) -> None:
    tangram(tmp_path, "init")
    command = [sys.executable, "-m", "core.cli", "worker"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stderr is not None
            assert any("Waiting" in line for line in iter(worker.stderr.readline, ""))
            worker.stderr.close()
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(TIMEOUT_S) == 0
        finally:
            if worker.poll() is None:
                worker.kill()


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    import socket

    tangram(tmp_path, "init")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "core.cli", "serve", "--port", str(taken.getsockname()[1])]
        finished = subprocess.run(
            command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False, timeout=TIMEOUT_S
        )
    assert finished.returncode == 1
    assert "can't listen" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_the_tests_of_a_new_addon_pass_at_once(tmp_path: Path) -> None:
    name = "crm_visit"
    tangram(tmp_path, "new", name, "--path", str(tmp_path))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path / name)]
    if "tangram" not in {point.name for point in _plugins()}:
        command[3:3] = ["-p", "core.testing.plugin"]
    finished = subprocess.run(
        [*command, "--tangram-databases", "sqlite"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=5 * TIMEOUT_S,
    )
    assert finished.returncode == 0, finished.stdout[-3000:]
    tangram(tmp_path, "init", TANGRAM_ADDONS_PATH=str(tmp_path))
    tangram(tmp_path, "addons", "enable", name, TANGRAM_ADDONS_PATH=str(tmp_path))


def _plugins() -> list[object]:
    from importlib.metadata import entry_points

    return list(entry_points(group="pytest11"))
