"""Running a job: failures, back-off, leases, cancelling, progress. The clock stands still; nobody sleeps."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from core.errors import ConflictError, JobError, MissingRecord, ValidationError
from core.jobs import JobContext, job
from core.jobs.admin import cancel_job, list_jobs, purge_jobs, retry_job

from .conftest import Bench
from .fake_host import DATABASE, JOBS


def row_of(bench: Bench) -> Any:
    (row,) = bench.host.rows(JOBS)
    return row


def test_failed_job_is_undone_and_tried_again_later_and_later(bench: Bench) -> None:
    @job(max_attempts=4, retry=(10, 60))
    def fails(env: Any) -> None:
        env.note("never kept")
        raise ZeroDivisionError("by nought")

    bench.declare(fails)
    job_id = bench.defer("sample.fails")
    bench.drain()
    waited = []
    for attempt in range(1, 4):
        row = row_of(bench)
        assert (row.state, row.attempts) == ("queued", attempt)
        assert "ZeroDivisionError: by nought" in row.error
        waited.append((row.run_at - bench.clock()).total_seconds())
        bench.clock.time = row.run_at - datetime.timedelta(microseconds=1)
        assert bench.sweep() == []
        bench.clock.time = row.run_at
        assert bench.sweep() == [job_id]
        bench.drain()
    assert waited == [10, 60, 60]
    row = row_of(bench)
    assert (row.state, row.attempts, row.finished_at) == ("failed", 4, bench.clock())
    assert bench.host.failures == [job_id]
    assert bench.host.notes() == []
    bench.clock.move(days=1)
    assert bench.sweep() == []


def test_expected_error_is_kept_as_one_line(bench: Bench) -> None:
    @job()
    def refuses(env: Any) -> None:
        raise ValidationError("The customer has no address.")

    bench.declare(refuses)
    bench.defer("sample.refuses")
    bench.drain()
    assert row_of(bench).error == "The customer has no address."


def test_job_error_gives_up_at_once(bench: Bench) -> None:
    @job()
    def gives_up(env: Any) -> None:
        raise JobError("There is no such campaign.")

    bench.declare(gives_up)
    bench.defer("sample.gives_up")
    bench.drain()
    assert row_of(bench).state == "failed"


def test_job_of_an_addon_disabled_meanwhile_fails_and_can_be_retried(bench: Bench) -> None:
    @job()
    def write(env: Any) -> None:
        env.note("a")

    bench.declare(write)
    job_id = bench.defer("sample.write")
    bench.declare()
    bench.drain()
    assert row_of(bench).state == "failed"
    assert 'Unknown job "sample.write"' in row_of(bench).error
    bench.declare(write)
    bench.transaction(lambda env: retry_job(env, bench.outbox, job_id))
    bench.drain()
    assert (row_of(bench).state, row_of(bench).error) == ("done", None)
    with pytest.raises(ConflictError):
        bench.transaction(lambda env: retry_job(env, bench.outbox, job_id))
    with pytest.raises(MissingRecord):
        bench.transaction(lambda env: retry_job(env, bench.outbox, 999))


def test_job_of_a_user_who_is_gone_does_not_run(bench: Bench) -> None:
    @job()
    def write(env: Any) -> None:
        env.note("a")

    bench.declare(write)
    bench.defer("sample.write")
    bench.host.change(JOBS, user_id=None)
    bench.drain()
    assert row_of(bench).state == "failed"
    assert bench.host.notes() == []


def test_result_is_kept_and_one_that_is_no_json_fails_the_job(bench: Bench) -> None:
    @job()
    def counts(env: Any, good: bool) -> Any:
        env.note("counted")
        return {"rows": 3} if good else object()

    bench.declare(counts)
    bench.defer("sample.counts", good=True)
    bench.drain()
    assert row_of(bench).result == {"rows": 3}
    bench.defer("sample.counts", good=False)
    bench.drain()
    assert bench.host.rows(JOBS)[1].state == "failed"
    assert bench.host.notes() == ["counted"]


def leave_running(bench: Bench, **values: Any) -> None:
    """What a worker leaves that was killed while it ran the only job."""
    lease = bench.clock() + datetime.timedelta(seconds=60)
    bench.host.change(JOBS, **{"state": "running", "worker": "dead", "attempts": 1, "lease_until": lease, **values})
    bench.carrier.messages.clear()


@pytest.fixture
def writing(bench: Bench) -> int:
    @job()
    def write(env: Any) -> None:
        env.note("a")

    bench.declare(write)
    return bench.defer("sample.write")


def test_job_of_a_dead_worker_runs_again_when_its_lease_is_over(bench: Bench, writing: int) -> None:
    leave_running(bench)
    assert bench.runner.run(DATABASE, writing) is None
    assert bench.sweep() == []
    bench.clock.move(seconds=61)
    assert bench.sweep() == [writing]
    bench.drain()
    assert (row_of(bench).state, row_of(bench).attempts) == ("done", 2)


def test_job_that_kills_its_workers_fails_in_the_end(bench: Bench, writing: int) -> None:
    leave_running(bench, attempts=5)
    bench.clock.move(seconds=61)
    assert bench.sweep() == []
    assert row_of(bench).state == "failed"
    assert "The worker died" in row_of(bench).error


def test_run_that_lost_its_job_to_another_worker_is_undone(bench: Bench) -> None:
    @job()
    def write(job: JobContext) -> None:
        job.run(lambda env: env.note("first step"))
        bench.host.change(JOBS, worker="somebody else")
        job.run(lambda env: env.note("second step"))

    bench.declare(write)
    job_id = bench.defer("sample.write")
    assert bench.runner.run(DATABASE, job_id) is None
    assert bench.host.notes() == ["first step"]
    assert (row_of(bench).state, row_of(bench).worker) == ("running", "somebody else")


def test_run_in_one_transaction_keeps_its_job_beyond_the_lease(bench: Bench, database_url: str) -> None:
    """The row is locked as long as the transaction lasts; on SQLite nobody else can write at all, so nothing is tried."""

    @job()
    def long(env: Any) -> None:
        bench.clock.move(hours=1)
        if database_url.startswith("postgresql"):
            assert bench.sweep() == []
            with bench.host.db.engine.connect() as connection:
                free = sa.select(JOBS.c.id).with_for_update(skip_locked=True, key_share=True)
                assert connection.execute(free).all() == []
        env.note("a")

    long_timeout = job(timeout_s=10_000)(long)
    bench.declare(long_timeout)
    bench.defer("sample.long")
    bench.drain()
    assert row_of(bench).state == "done"


def test_job_in_steps_commits_each_and_is_kept_alive_by_its_watch(bench: Bench) -> None:
    @job()
    def steps(job: JobContext) -> str:
        job.run(lambda env: env.note(f"one uid={env.uid}"))
        assert bench.host.notes() == ["one uid=7"]
        bench.clock.move(seconds=50)
        job.watch(renew=True)
        bench.clock.move(seconds=50)
        assert bench.sweep() == []
        job.run(lambda env: env.note("two"))
        return "sent"

    bench.declare(steps)
    bench.defer("sample.steps")
    bench.drain()
    assert (row_of(bench).state, row_of(bench).result) == ("done", "sent")
    assert bench.host.notes() == ["one uid=7", "two"]


def test_progress_is_seen_while_the_job_runs(bench: Bench) -> None:
    seen: list[tuple[int, int | None]] = []

    def look(env: Any) -> None:
        rows = list_jobs(env, bench.carrier, DATABASE)
        seen.append((rows[0].progress, rows[0].total))

    @job()
    def import_rows(env: Any, job: JobContext) -> None:
        job.progress(3, 10)
        look(env)
        job.progress(10)
        look(env)

    bench.declare(import_rows)
    bench.defer("sample.import_rows")
    bench.drain()
    bench.transaction(look)
    assert seen == [(3, 10), (10, 10), (10, 10)]


def breaks_off(bench: Bench, action: Callable[[JobContext], None], expected: str) -> None:
    @job()
    def works(env: Any, job: JobContext) -> None:
        env.note("undone")
        action(job)
        env.connection.execute(sa.select(1))
        pytest.fail("the statement was let through")

    bench.declare(works)
    bench.defer("sample.works")
    bench.drain()
    assert row_of(bench).state == expected
    assert bench.host.notes() == []


def test_job_that_takes_too_long_is_broken_off_at_its_next_statement(bench: Bench) -> None:
    breaks_off(bench, lambda job: bench.clock.move(hours=2), "queued")
    assert "took longer than" in row_of(bench).error


def test_cancelled_running_job_is_broken_off_and_undone(bench: Bench) -> None:
    def cancel(job: JobContext) -> None:
        # As the page does it, which on SQLite would have to wait for the job: here only its note.
        bench.carrier.write_note(f"cancel:{DATABASE}:{job.id}", True)
        job.watch(renew=False)

    breaks_off(bench, cancel, "cancelled")
    assert bench.carrier.read_note(f"cancel:{DATABASE}:{row_of(bench).id}") is None


def test_waiting_job_is_cancelled_at_once(bench: Bench, writing: int) -> None:
    assert bench.transaction(lambda env: cancel_job(env, bench.outbox, writing)) is True
    bench.drain()
    assert row_of(bench).state == "cancelled"
    assert bench.host.notes() == []
    with pytest.raises(ConflictError):
        bench.transaction(lambda env: cancel_job(env, bench.outbox, writing))


def test_running_job_is_asked_to_stop(bench: Bench, writing: int) -> None:
    leave_running(bench)
    assert bench.transaction(lambda env: cancel_job(env, bench.outbox, writing)) is False
    assert bench.carrier.read_note(f"cancel:{DATABASE}:{writing}") is True


def test_listing_and_tidying_up(bench: Bench, writing: int) -> None:
    bench.drain()
    other = bench.defer("sample.write")
    listed = bench.transaction(lambda env: list_jobs(env, bench.carrier, DATABASE, state="done", name="sample.write"))
    assert [row.id for row in listed] == [writing]
    bench.clock.move(days=31)
    assert bench.transaction(lambda env: purge_jobs(env)) == 1
    assert row_of(bench).id == other
