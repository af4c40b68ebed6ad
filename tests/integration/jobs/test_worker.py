"""Workers as threads and as processes of their own, with Huey's queues; killed in the middle of a job."""

from __future__ import annotations

import datetime
import os
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.jobs import HueyCarrier, JobContext, Outbox, Worker, job, make_carrier
from core.jobs.host import utc_now

from . import worker_process
from .fake_host import BEGINNING, DATABASE, JOBS, FakeHost, make_jobs

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60
"""A child that says nothing for so long has failed."""


class Child:
    """A worker process."""

    def __init__(self, url: str, queue_url: str, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.integration.jobs.worker_process", url, queue_url, str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        self.selector = selectors.DefaultSelector()
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.selector.register(self.process.stdout, selectors.EVENT_READ, self)
        self.said = b""

    def expect(self, line: str) -> None:
        """Wait until it has said this line."""
        while f"{line}\n".encode() not in self.said:
            assert self.selector.select(PATIENCE_S), f"waited for {line!r}, heard {self.said!r}"
            assert self.hear(), f"waited for {line!r}, heard {self.said!r} and then the end"

    def hear(self) -> bytes:
        assert self.process.stdout is not None
        heard = self.process.stdout.read() or b""
        self.said += heard
        return heard

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        self.selector.close()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


class Team:
    """Worker processes on one database and one queue, and the clock they all look at."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.queue_url = url if url.startswith("postgresql") else ""
        self.folder = folder
        self.set_clock(BEGINNING)
        self.host = FakeHost(url, lambda: BEGINNING, [worker_process.slow_once])
        self.host.create_tables()
        self.carrier = make_carrier(self.queue_url, folder)
        self.outbox = Outbox(self.host, DATABASE, self.carrier)
        self.children: list[Child] = []

    def set_clock(self, time: datetime.datetime) -> None:
        fresh = self.folder / "clock.new"
        fresh.write_text(time.isoformat())
        fresh.replace(self.folder / "clock")

    def start(self) -> Child:
        child = Child(self.url, self.queue_url, self.folder)
        self.children.append(child)
        return child

    def defer(self, name: str) -> None:
        self.host.db.run(1, lambda env: self.outbox.defer(env, name, {}))

    def close(self) -> None:
        for child in self.children:
            if child.process.poll() is None:
                child.end(signal.SIGKILL)
        self.carrier.close()
        self.host.db.engine.dispose()


@pytest.fixture
def team(database_url: str, tmp_path: Path) -> Iterator[Team]:
    team = Team(database_url, tmp_path)
    yield team
    team.close()


def test_job_of_a_worker_killed_in_the_middle_completes_once(team: Team) -> None:
    victim = team.start()
    team.defer("sample.slow_once")
    victim.expect("working 1")
    assert victim.end(signal.SIGKILL) == -signal.SIGKILL
    (row,) = team.host.rows(JOBS)
    assert row.state == "running"
    assert team.host.notes() == []
    team.set_clock(BEGINNING + datetime.timedelta(seconds=61))
    heir = team.start()
    heir.expect("working 2")
    heir.expect("ran")
    assert heir.end(signal.SIGTERM) == 0
    assert team.host.notes() == ["run 2"]
    (row,) = team.host.rows(JOBS)
    assert (row.state, row.attempts) == ("done", 2)


def test_four_workers_run_a_schedule_once_per_period(team: Team) -> None:
    children = [team.start() for _ in range(4)]
    with selectors.DefaultSelector() as selector:
        for child in children:
            # The first look of the first worker writes down when the job is due.
            child.expect("looked")
            assert child.process.stdout is not None
            selector.register(child.process.stdout, selectors.EVENT_READ, child)
        for hour in range(1, 6):
            team.set_clock(BEGINNING + datetime.timedelta(hours=hour))
            while sum(child.said.count(b"ran") for child in children) < hour:
                events = selector.select(PATIENCE_S)
                assert events, [child.said for child in children]
                for key, _mask in events:
                    assert key.data.hear()
    assert [child.end(signal.SIGTERM) for child in children] == [0] * 4
    assert team.host.notes() == ["hour"] * 5
    assert [row.state for row in team.host.rows(JOBS)] == ["done"] * 5


@pytest.fixture
def embedded(database_url: str, tmp_path: Path) -> Iterator[tuple[FakeHost, HueyCarrier, Outbox]]:
    host = FakeHost(database_url, utc_now)
    host.create_tables()
    carrier = make_carrier(database_url if database_url.startswith("postgresql") else "", tmp_path)
    yield host, carrier, Outbox(host, DATABASE, carrier)
    carrier.close()
    host.db.engine.dispose()


def test_embedded_worker_runs_jobs_leaves_signals_alone_and_ends_what_it_began(
    embedded: tuple[FakeHost, HueyCarrier, Outbox],
) -> None:
    host, carrier, outbox = embedded
    began, may_end = threading.Event(), threading.Event()

    @job()
    def waits(env: Any, job: JobContext) -> None:
        began.set()
        assert may_end.wait(PATIENCE_S)
        env.note("done")

    host.jobset = make_jobs(waits)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    worker = Worker(host, carrier)
    worker.start()
    worker.start()
    host.db.run(1, lambda env: outbox.defer(env, "sample.waits", {}))
    assert began.wait(PATIENCE_S)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    may_end.set()
    stopping.join()
    assert host.notes() == ["done"]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
    assert worker.stop() is True


def test_a_worker_stopped_as_soon_as_it_started_ends_what_it_began(
    embedded: tuple[FakeHost, HueyCarrier, Outbox],
) -> None:
    host, carrier, _outbox = embedded
    for _ in range(20):
        worker = Worker(host, carrier)
        worker.start()
        assert worker.stop() is True


def test_trouble_with_one_database_does_not_stop_the_others(
    embedded: tuple[FakeHost, HueyCarrier, Outbox], caplog: pytest.LogCaptureFixture
) -> None:
    host, carrier, _outbox = embedded
    looked: list[str] = []

    class Looking(FakeHost):
        def databases(self) -> list[str]:
            return ["gone", DATABASE]

        def database(self, name: str) -> Any:
            looked.append(name)
            return super().database(name)

    host.__class__ = Looking
    Worker(host, carrier).keep_house()
    assert looked == ["gone", "gone", DATABASE, DATABASE]
    assert "jobs of the database gone" in caplog.text


def test_carrier_keeps_messages_and_notes_for_other_processes(
    embedded: tuple[FakeHost, HueyCarrier, Outbox], database_url: str, tmp_path: Path
) -> None:
    _host, carrier, _outbox = embedded
    other = make_carrier(database_url if database_url.startswith("postgresql") else "", tmp_path)
    carrier.send("north", 7)
    carrier.send("south", 8)
    assert other.waiting() == 2
    assert other.read_note("progress:north:7") is None
    carrier.write_note("progress:north:7", [3, None])
    carrier.write_note("progress:north:7", [4, 10])
    assert other.read_note("progress:north:7") == [4, 10]
    other.write_note("progress:north:7", None)
    assert carrier.read_note("progress:north:7") is None
    heard: list[tuple[str, int]] = []
    both = threading.Event()

    def hear(database: str, job_id: int) -> None:
        heard.append((database, job_id))
        if len(heard) == 2:
            both.set()

    consumer = other.serve(hear, threads=1)
    thread = threading.Thread(target=consumer.run)
    thread.start()
    assert both.wait(PATIENCE_S)
    consumer.stop(graceful=True)
    thread.join()
    other.close()
    assert heard == [("north", 7), ("south", 8)]
