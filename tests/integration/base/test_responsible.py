"""Old and new holder are told when the responsible person changes (CORE-32); administrators are told of failed jobs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from core.base.services.hand_over import hand_over
from core.base.services.job_failures import tell_administrators
from core.errors import ValidationError
from core.orm.database import Database
from core.orm.environment import Environment
from tests.integration.base.conftest import group

ADMIN = 2


def people(database: Database, count: int) -> dict[str, int]:
    """Make Li with some customers, and Wang; return ids by name."""

    def make(env: Environment) -> dict[str, int]:
        clerk = [group(env, "sample.clerk")]
        made = {
            name: env["core.user"].create({"name": name, "login": name.lower(), "groups": clerk})
            for name in ("Li", "Wang")
        }
        env["sample.customer"].create([{"name": f"C{number}", "owner": made["Li"]} for number in range(count)])
        env.flush()
        return {name: user.id for name, user in made.items()}

    return database.run(1, make)


def told(database: Database) -> list[tuple[int, str, str | None]]:
    """Return reader, title and page of all messages."""
    with database.transaction(readonly=True) as env:
        table = env.registry["core.notification"].table
        rows = env.connection.execute(sa.select(table.c.user_id, table.c.title, table.c.url).order_by(table.c.id))
        return [tuple(row) for row in rows]


def assign(env: Environment, taker: int, *numbers: int) -> None:
    env["sample.customer"].update([["id", "in", list(numbers)]], {"owner": taker})


@pytest.mark.rows("CORE-32")
def test_old_and_new_holder_are_told_with_the_page_where_they_may_read_it(database: Database) -> None:
    ids = people(database, 1)
    database.run(ADMIN, lambda env: assign(env, ids["Wang"], 1))
    assert told(database) == [
        (ids["Wang"], 'You are now responsible: Customer "C0"', "/records/sample.customer/1"),
        (ids["Li"], 'Wang is now responsible for Customer "C0"', None),
    ]


@pytest.mark.rows("CORE-32")
def test_many_records_of_one_change_are_one_message_with_their_count(database: Database) -> None:
    ids = people(database, 12)

    def change(env: Environment) -> None:
        for number in range(1, 13):
            with env.savepoint():
                env["sample.customer"].get(number).update(owner=ids["Wang"])

    database.run(ADMIN, change)
    assert told(database) == [
        (ids["Wang"], "You are now responsible for 12 records: Customer", "/records/sample.customer"),
        (ids["Li"], "Wang is now responsible for 12 records of yours: Customer", None),
    ]


@pytest.mark.rows("CORE-31", "CORE-32")
def test_a_hand_over_tells_who_takes_and_who_leaves(database: Database) -> None:
    ids = people(database, 3)

    def change(env: Environment) -> None:
        users = env["core.user"]
        hand_over(env, users.get(ids["Li"]), [users.get(ids["Wang"])], reason="leaves")

    database.run(ADMIN, change)
    assert [(reader, title) for reader, title, _url in told(database)] == [
        (ids["Wang"], "You are now responsible for 3 records: Customer"),
        (ids["Li"], "Wang is now responsible for 3 records of yours: Customer"),
    ]


@pytest.mark.rows("CORE-32")
def test_who_makes_the_change_is_told_nothing_of_it(database: Database) -> None:
    people(database, 1)
    database.run(ADMIN, lambda env: assign(env, ADMIN, 1))
    assert [title for _reader, title, _url in told(database)] == ['Administrator is now responsible for Customer "C0"']


@pytest.mark.rows("CORE-32")
def test_a_change_that_was_undone_or_taken_back_is_not_told(database: Database) -> None:
    ids = people(database, 2)

    def change(env: Environment) -> None:
        with pytest.raises(ValidationError), env.savepoint():
            assign(env, ids["Wang"], 1)
            env["sample.customer"].get(2).update(name=None)
            env.flush()
        assign(env, ids["Wang"], 2)
        assign(env, ids["Li"], 2)

    database.run(ADMIN, change)
    assert told(database) == []


@pytest.mark.rows("CORE-32")
def test_a_message_is_in_the_language_of_its_reader(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = people(database, 1)
    database.run(1, lambda env: env["core.user"].get(ids["Wang"]).update(language="zh_CN"))
    seen: list[tuple[str, str]] = []

    def text(env: Any, message: Any, lang: str) -> str:
        seen.append((str(message), lang))
        return f"{lang}: {message}"

    with database.transaction(ADMIN) as env:
        monkeypatch.setattr(type(env.services), "text", lambda self, message, lang: text(self, message, lang))
        assign(env, ids["Wang"], 1)
    titles = {reader: title for reader, title, _url in told(database)}
    assert titles[ids["Wang"]].startswith("zh_CN: ")
    assert titles[ids["Li"]].startswith("en: ")


def fail_job(env: Environment, name: str) -> int:
    """Insert a failed job and tell of it; return its id."""
    now = env.now()
    job = env["core.job"].create({"name": name, "state": "failed", "run_at": now, "payload": "{}"})
    env.flush()
    tell_administrators(env, [job.id])
    return int(job.id)


def test_administrators_are_told_once_of_a_failing_job_until_they_have_read_it(database: Database) -> None:
    first = database.run(1, lambda env: fail_job(env, "sample.mail"))
    database.run(1, lambda env: fail_job(env, "sample.mail"))
    other = database.run(1, lambda env: fail_job(env, "sample.sync"))
    assert told(database) == [
        (ADMIN, 'The background job "sample.mail" failed', f"/records/core.job/{first}"),
        (ADMIN, 'The background job "sample.sync" failed', f"/records/core.job/{other}"),
    ]
    database.run(1, lambda env: env["core.notification"].update([], {"read_at": env.now() + dt.timedelta(minutes=1)}))
    database.run(1, lambda env: fail_job(env, "sample.mail"))
    assert len(told(database)) == 3
