"""Fixtures for jobs: a host whose clock stands still, and the parts that work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.jobs import InProcessCarrier, Outbox, Runner, Scheduler, Sweeper

from .fake_host import DATABASE, Clock, FakeHost, make_jobs


class Bench:
    """Everything about jobs on one database, driven by hand."""

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self.host = FakeHost(url, self.clock)
        self.host.create_tables()
        self.carrier = InProcessCarrier()
        self.outbox = Outbox(self.host, DATABASE, self.carrier)
        self.runner = Runner(self.host, self.carrier, now=self.clock, watched=False)
        self.sweeper = Sweeper(self.host, self.carrier, now=self.clock)
        self.scheduler = Scheduler(self.host, self.carrier, now=self.clock)

    def declare(self, *functions: Any) -> None:
        self.host.jobset = make_jobs(*functions)

    def transaction(self, fn: Callable[[Any], Any], uid: int = 7) -> Any:
        return self.host.db.run(uid, fn, lang="zh_CN")

    def defer(self, name: str, **arguments: Any) -> int:
        return int(self.transaction(lambda env: self.outbox.defer(env, name, arguments)))

    def drain(self) -> int:
        return self.carrier.drain(self.runner.run)

    def sweep(self) -> list[int]:
        return self.sweeper.sweep(DATABASE)

    def tick(self) -> list[int]:
        return self.scheduler.tick(DATABASE)


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    bench = Bench(database_url)
    yield bench
    bench.host.db.engine.dispose()
