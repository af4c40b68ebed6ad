"""Jobs on the real ORM: ``env.defer`` in a transaction of `Database`, the tables of the base addon."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from core.base.models.job import Job, Schedule
from core.errors import ValidationError
from core.jobs import InProcessCarrier, JobSet, Outbox, Runner, Scheduler, job, schedule
from core.orm import bookkeeping, fields
from core.orm.database import Database
from core.orm.decorators import constrains
from core.orm.guard import NoServices
from core.orm.model import Model
from core.orm.registry import Registry

from .fake_host import JOBS, SCHEDULES, Clock, FakeHost, make_jobs


class User(Model):
    _name = "core.user"

    login = fields.Char(required=True)
    mails = fields.Integer(default=0)

    @constrains("mails")
    def _check_mails(self) -> None:
        if self.mails < 0:
            raise ValidationError("Mails can't be negative.", field="mails")


@job()
def count_mail(env: Any, user: int, number: int) -> int:
    env["core.user"].get(user).mails += number
    return number


@schedule(every="1h")
def hourly(env: Any) -> None: ...


class Services(NoServices):
    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox

    def defer(self, env: Any, name: str, arguments: Mapping[str, Any]) -> Any:
        return self.outbox.defer(env, name, arguments)


class Host(FakeHost):
    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self.zone = datetime.UTC
        self.carrier = InProcessCarrier()
        self.outbox = Outbox(self, "default", self.carrier)
        self.jobset: JobSet = make_jobs(count_mail, hourly)
        self.orm = Database("default", url, self.build, clock=self.clock)
        with self.orm.engine.begin() as connection:
            bookkeeping.ensure(connection)
            self.orm.registry_for(connection).metadata.create_all(connection)

    def build(self, _database: Database, _connection: Any) -> Registry:
        registry = Registry([("base", [User, Job, Schedule])])
        registry.services = Services(self.outbox)
        return registry

    def database(self, name: str) -> Any:
        return self.orm


@pytest.fixture
def host(database_url: str) -> Iterator[Host]:
    host = Host(database_url)
    host.orm.run(1, lambda env: env["core.user"].create([{"login": "system"}, {"login": "li"}]))
    yield host
    host.orm.dispose()


def test_stand_in_tables_have_the_columns_of_the_models(host: Host) -> None:
    registry = host.orm.registry()
    for model, stand_in in (("core.job", JOBS), ("core.schedule", SCHEDULES)):
        assert set(registry[model].table.c.keys()) == set(stand_in.c.keys())


def test_job_deferred_by_env_runs_once_the_transaction_is_committed(host: Host) -> None:
    runner = Runner(host, host.carrier, now=host.clock, watched=False)
    job_id = host.orm.run(2, lambda env: env.defer("sample.count_mail", user=2, number=3))
    assert host.carrier.drain(runner.run) == 1

    def look(env: Any) -> tuple[int, str, int, int]:
        row = env["core.job"].get(job_id)
        return env["core.user"].get(2).mails, row.state, row.result, row.user.id

    assert host.orm.run(1, look) == (3, "done", 3, 2)


def test_rolled_back_transaction_defers_nothing(host: Host) -> None:
    def business(env: Any) -> None:
        env.defer("sample.count_mail", user=2, number=3)
        env["core.user"].get(2).mails = -1

    with pytest.raises(ValidationError):
        host.orm.run(2, business)
    assert host.carrier.waiting() == 0
    assert host.orm.run(1, lambda env: env["core.job"].count([])) == 0


def test_work_and_end_of_a_job_are_one_transaction(host: Host) -> None:
    """A rule broken at the flush undoes the work, and the job is not done."""
    runner = Runner(host, host.carrier, now=host.clock, watched=False)
    job_id = host.orm.run(2, lambda env: env.defer("sample.count_mail", user=2, number=-1))
    host.carrier.drain(runner.run)
    row = host.orm.run(1, lambda env: env["core.job"].read([["id", "=", job_id]], ["state", "error", "attempts"]))[0]
    assert (row["state"], row["attempts"]) == ("queued", 1)
    assert "Mails can't be negative." in row["error"]


def test_schedules_are_queued(host: Host) -> None:
    scheduler = Scheduler(host, host.carrier, now=host.clock)
    assert scheduler.tick("default") == []
    host.clock.move(hours=1)
    (job_id,) = scheduler.tick("default")
    assert host.orm.run(1, lambda env: env["core.schedule"].search([])[0].last_job.id) == job_id
