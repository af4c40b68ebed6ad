"""Retrying: only what concurrency refused, with growing waits, and not for ever."""

import pytest
import sqlalchemy as sa

from core.errors import ConflictError, RetryableError
from core.orm.engine import create_engine
from core.orm.retry import BASE_S, CAP_S, run_with_retry


class Failing:
    """Fails so many times, then succeeds."""

    def __init__(self, times, error):
        self.left, self.error, self.calls = times, error, 0

    def __call__(self):
        self.calls += 1
        if self.left:
            self.left -= 1
            raise self.error
        return "done"


def test_a_refused_transaction_is_run_again_after_growing_waits():
    waits, work = [], Failing(4, RetryableError("busy"))
    assert run_with_retry(work, sleep=waits.append, jitter=lambda: 1.0) == "done"
    assert waits == [BASE_S, 2 * BASE_S, 4 * BASE_S, 8 * BASE_S]


def test_waits_are_bounded_and_shortened_at_random():
    waits = []
    with pytest.raises(RetryableError):
        run_with_retry(Failing(99, RetryableError("busy")), 12, sleep=waits.append, jitter=lambda: 0.5)
    assert len(waits) == 11
    assert max(waits) == CAP_S / 2


@pytest.mark.parametrize("error", [ConflictError("in use"), ValueError("x"), KeyboardInterrupt()])
def test_nothing_else_is_run_again(error):
    work = Failing(1, error)
    with pytest.raises(type(error)) as caught:
        run_with_retry(work, sleep=lambda _seconds: None)
    assert caught.value is error
    assert work.calls == 1


def test_no_attempt_is_an_error():
    with pytest.raises(ValueError, match="attempts"):
        run_with_retry(lambda: None, 0)


def test_what_the_database_refused_is_run_again(database_url):
    engine = create_engine(database_url, lock_timeout_s=0.05)
    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    table.create(engine)
    blocker = engine.connect()
    blocker.execute(table.insert().values(id=1))

    def write():
        with engine.begin() as connection:
            connection.execute(table.insert().values(id=1))
        return "written"

    assert run_with_retry(write, sleep=lambda _seconds: blocker.rollback()) == "written"

    with engine.begin() as holder:
        holder.execute(table.update().values(id=2))
        with pytest.raises(RetryableError):
            run_with_retry(lambda: write_two(engine, table), 2, sleep=lambda _seconds: None)
    blocker.close()
    with pytest.raises(sa.exc.IntegrityError):
        run_with_retry(lambda: write_two(engine, table))
    engine.dispose()


def write_two(engine, table):
    with engine.begin() as connection:
        connection.execute(table.insert().values(id=2))
