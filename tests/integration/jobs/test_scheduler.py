"""Scheduled jobs come once per period."""

from __future__ import annotations

import datetime
import threading
from typing import Any

from core.jobs import schedule

from .conftest import Bench
from .fake_host import BEGINNING, JOBS, SCHEDULES


@schedule(every="1h")
def hourly(env: Any) -> None:
    """Tidy up."""
    env.note("hour")


def row_of(bench: Bench) -> Any:
    (row,) = bench.host.rows(SCHEDULES)
    return row


def hours(number: float) -> datetime.datetime:
    return BEGINNING + datetime.timedelta(hours=number)


def test_job_comes_each_period_in_the_name_of_the_system(bench: Bench) -> None:
    bench.declare(hourly)
    assert bench.tick() == []
    assert (row_of(bench).label, row_of(bench).next_run) == ("Tidy up.", hours(1))
    for number in range(1, 4):
        bench.clock.time = hours(number) + datetime.timedelta(seconds=3)
        (job_id,) = bench.tick()
        assert bench.tick() == []
        bench.drain()
        row = row_of(bench)
        assert (row.last_run, row.next_run, row.last_job_id) == (hours(number), hours(number + 1), job_id)
    assert bench.host.notes() == ["hour"] * 3
    assert {row.user_id for row in bench.host.rows(JOBS)} == {1}


def test_periods_missed_are_one_run(bench: Bench) -> None:
    bench.declare(hourly)
    bench.tick()
    bench.clock.time = hours(7.5)
    assert len(bench.tick()) == 1
    assert bench.tick() == []
    assert row_of(bench).next_run == hours(8)


def test_run_that_is_not_over_is_not_joined_by_the_next(bench: Bench) -> None:
    bench.declare(hourly)
    bench.tick()
    bench.clock.time = hours(1)
    assert len(bench.tick()) == 1
    bench.clock.time = hours(2)
    assert bench.tick() == []
    bench.drain()
    bench.clock.time = hours(3)
    assert len(bench.tick()) == 1


def test_however_many_look_at_once_it_is_queued_once(bench: Bench) -> None:
    bench.declare(hourly)
    start = threading.Barrier(8)
    found: list[list[int]] = []

    def look() -> None:
        start.wait()
        found.append(bench.tick())

    for number in range(3):
        bench.clock.time = hours(number)
        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        bench.drain()
    assert len(found) == 24
    assert bench.host.notes() == ["hour"] * 2


def test_inactive_schedule_rests(bench: Bench) -> None:
    bench.declare(hourly)
    bench.tick()
    bench.host.change(SCHEDULES, active=False)
    bench.clock.time = hours(5)
    assert bench.tick() == []


def test_period_set_by_hand_holds_at_once_and_survives_an_update_of_the_addon(bench: Bench) -> None:
    bench.declare(hourly)
    bench.tick()
    bench.host.change(SCHEDULES, period="10m")
    bench.tick()
    assert row_of(bench).next_run == BEGINNING + datetime.timedelta(minutes=10)

    @schedule(every="2h")
    def changed(env: Any) -> None:
        """Tidy up."""

    changed.__name__ = "hourly"
    bench.declare(changed)
    bench.tick()
    assert (row_of(bench).period, row_of(bench).declared) == ("10m", "2h")


def test_period_left_alone_follows_the_addon(bench: Bench) -> None:
    bench.declare(hourly)
    bench.tick()

    @schedule(cron="30 3 * * *")
    def changed(env: Any) -> None:
        """Tidy up."""

    changed.__name__ = "hourly"
    bench.declare(changed)
    bench.tick()
    bench.tick()
    row = row_of(bench)
    assert (row.period, row.planned) == ("30 3 * * *", "30 3 * * *")
    assert row.next_run == datetime.datetime(2026, 11, 23, 3, 30, tzinfo=datetime.UTC)


def test_unreadable_period_set_by_hand_falls_back_to_the_declared(bench: Bench) -> None:
    bench.declare(hourly)
    bench.tick()
    bench.host.change(SCHEDULES, period="now and then")
    bench.tick()
    assert row_of(bench).next_run == hours(1)
    bench.clock.time = hours(1)
    assert len(bench.tick()) == 1
