"""A job is part of the transaction that defers it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from core.errors import JobError
from core.jobs import job

from .conftest import Bench
from .fake_host import DATABASE, JOBS


@job()
def write(env: Any, text: str, amount: Decimal | None = None, day: datetime.date | None = None) -> None:
    env.note(f"{text} {amount!r} {day} uid={env.uid} lang={env.lang}")


@job(unique=True)
def once(env: Any, number: int) -> None:
    env.note(f"once {number}")


@pytest.fixture(autouse=True)
def declared(bench: Bench) -> None:
    bench.declare(write, once)


def test_job_is_sent_after_the_commit_and_runs_as_its_user(bench: Bench) -> None:
    def business(env: Any) -> None:
        bench.outbox.defer(
            env, "sample.write", {"text": "a", "amount": Decimal("1.20"), "day": datetime.date(2026, 1, 2)}
        )
        assert not bench.carrier.messages

    bench.transaction(business)
    assert bench.drain() == 1
    assert bench.host.notes() == ["a Decimal('1.20') 2026-01-02 uid=7 lang=zh_CN"]
    (row,) = bench.host.rows(JOBS)
    assert (row.state, row.attempts, row.finished_at, row.error) == ("done", 1, bench.clock(), None)


def test_rolled_back_transaction_leaves_no_job_and_sends_nothing(bench: Bench) -> None:
    def business(env: Any) -> None:
        bench.outbox.defer(env, "sample.write", {"text": "a"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bench.transaction(business)
    assert not bench.carrier.messages
    assert bench.host.rows(JOBS) == []
    assert bench.sweep() == []


def test_process_that_dies_between_commit_and_sending_loses_nothing(bench: Bench) -> None:
    job_id = bench.defer("sample.write", text="a")
    bench.carrier.messages.clear()
    assert bench.sweep() == []
    bench.clock.move(seconds=61)
    assert bench.sweep() == [job_id]
    assert bench.sweep() == []
    bench.drain()
    assert len(bench.host.notes()) == 1


def test_queue_that_is_out_of_order_does_not_fail_the_business(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError("no queue")

    monkeypatch.setattr(bench.carrier, "send", refuse)
    job_id = bench.defer("sample.write", text="a")
    monkeypatch.undo()
    bench.clock.move(seconds=61)
    assert bench.sweep() == [job_id]


def test_long_queue_is_waited_for_before_a_job_is_sent_twice(bench: Bench) -> None:
    bench.defer("sample.write", text="a")
    bench.clock.move(minutes=10)
    assert bench.sweep() == []
    bench.clock.move(minutes=30)
    assert len(bench.sweep()) == 1


def test_message_that_comes_twice_runs_the_job_once(bench: Bench) -> None:
    job_id = bench.defer("sample.write", text="a")
    bench.carrier.send(DATABASE, job_id)
    assert bench.drain() == 2
    assert len(bench.host.notes()) == 1


def test_job_for_later_waits_for_its_time(bench: Bench) -> None:
    later = bench.clock() + datetime.timedelta(hours=1)
    job_id = bench.transaction(lambda env: bench.outbox.defer(env, "sample.write", {"text": "a"}, run_at=later))
    assert not bench.carrier.messages
    assert bench.runner.run(DATABASE, job_id) is None
    bench.clock.move(minutes=59)
    assert bench.sweep() == []
    bench.clock.move(minutes=1)
    assert bench.sweep() == [job_id]
    assert bench.runner.run(DATABASE, job_id) == "done"


def test_unique_job_is_queued_once_while_it_waits(bench: Bench) -> None:
    first = bench.defer("sample.once", number=1)
    assert bench.defer("sample.once", number=1) == first
    assert bench.defer("sample.once", number=2) != first
    assert bench.drain() == 2
    assert sorted(bench.host.notes()) == ["once 1", "once 2"]
    assert bench.defer("sample.once", number=1) != first


def test_unique_job_deferred_while_it_runs_runs_again(bench: Bench) -> None:
    """The run under way may have read what has changed since."""

    @job(unique=True)
    def look(env: Any) -> None:
        if not bench.host.notes():
            # In a transaction of its own; on SQLite the job's own holds the lock, so it is the same one.
            bench.outbox.defer(env, "sample.look", {})
        env.note("looked")

    bench.declare(look)
    bench.defer("sample.look")
    bench.drain()
    assert bench.host.notes() == ["looked", "looked"]


def test_unknown_job_proposes_the_nearest_and_queues_nothing(bench: Bench) -> None:
    with pytest.raises(JobError, match=r'did you mean "sample\.write"'):
        bench.defer("sample.wirte", text="a")
    assert bench.host.rows(JOBS) == []


def test_wrong_arguments_are_refused_when_deferring(bench: Bench) -> None:
    with pytest.raises(JobError) as caught:
        bench.defer("sample.write", txet="a", amount=object())
    text = str(caught.value)
    assert 'Unknown argument "txet"' in text
    assert 'did you mean "text"' in text
    assert "The argument text is missing" in text
    assert "amount can't be stored with the job: object" in text
    assert bench.host.rows(JOBS) == []
