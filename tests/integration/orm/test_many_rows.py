"""Rows written together: inserted as arrays, updated in one statement, with the same refusals as one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa

from core.errors import CoreError, RetryableError
from core.orm.engine import create_engine
from core.orm.environment import Environment
from core.orm.inserting import insert_rows
from core.orm.types import ExactDecimal, JsonType


def make_table() -> sa.Table:
    return sa.Table(
        "thing",
        sa.MetaData(),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("text", sa.Text()),
        sa.Column("short", sa.String(5)),
        sa.Column("whole", sa.Integer()),
        sa.Column("exact", ExactDecimal(12, 3)),
        sa.Column("real", sa.Float()),
        sa.Column("yes", sa.Boolean()),
        sa.Column("day", sa.Date()),
        sa.Column("data", JsonType()),
        sa.Column("by", sa.Integer()),
        sqlite_autoincrement=True,
    )


COLUMNS = {
    "text": ['a,"b"\\', None, "{}"],
    "short": ["海洋", "", None],
    "whole": [1, -2, None],
    "exact": [Decimal("1.125"), None, Decimal("-7")],
    "real": [0.1, None, -3.5],
    "yes": [True, False, None],
    "day": [dt.date(2026, 7, 31), None, dt.date(1, 1, 1)],
    "data": [{"a": [1, None]}, [], None],
}


def test_rows_of_every_kind_come_back_as_they_went_in_and_in_order(database_url: str) -> None:
    table, engine = make_table(), create_engine(database_url)
    with engine.begin() as connection:
        table.create(connection)
        ids = insert_rows(connection, table, COLUMNS, {"by": 7}, 3)
        rows = connection.execute(sa.select(table).order_by(table.c.id)).mappings().all()
    engine.dispose()
    assert ids == [row["id"] for row in rows] == sorted(ids)
    assert [row["by"] for row in rows] == [7, 7, 7]
    for name, values in COLUMNS.items():
        assert [row[name] for row in rows] == values


@pytest.mark.parametrize("number", [1, 45_000])
def test_ids_follow_the_rows_whatever_their_number(database_url: str, number: int) -> None:
    table, engine = make_table(), create_engine(database_url)
    with engine.begin() as connection:
        table.create(connection)
        ids = insert_rows(connection, table, {"whole": range(number)}, {}, number)
        found = connection.execute(sa.select(table.c.id).order_by(table.c.whole)).scalars().all()
    engine.dispose()
    assert list(found) == ids


def test_numbers_of_deleted_rows_are_never_given_again(database_url: str) -> None:
    table, engine = make_table(), create_engine(database_url)
    with engine.begin() as connection:
        table.create(connection)
        first = insert_rows(connection, table, {"whole": [1, 2, 3]}, {}, 3)
        connection.execute(sa.delete(table))
        second = insert_rows(connection, table, {"whole": [4]}, {}, 1)
        third = connection.execute(sa.insert(table).returning(table.c.id), {"whole": 5}).scalar_one()
        with_nothing = insert_rows(connection, table, {}, {"by": 1}, 2)
    engine.dispose()
    assert max(first) < second[0] < third < with_nothing[0] < with_nothing[1]


def test_a_text_too_long_for_its_column_is_refused_not_cut_off(create_postgres_database: Callable[[], str]) -> None:
    table, engine = make_table(), create_engine(create_postgres_database())
    with engine.begin() as connection:
        table.create(connection)
        with pytest.raises(sa.exc.DataError), connection.begin_nested():
            insert_rows(connection, table, {"short": ["123456"]}, {}, 1)
        assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    engine.dispose()


def test_changes_of_many_records_take_one_statement_for_each_set_of_fields(
    env: Environment, statements: Callable[[], int]
) -> None:
    counters = env["shop.counter"].create([{"name": f"n{number}"} for number in range(30)])
    assert [counter.version for counter in counters] == [1] * 30
    statements()
    for counter in counters[:20]:
        counter.value += 5
    for counter in counters[20:]:
        counter.update(value=6, name="x")
    env.flush()
    # Savepoint, two UPDATE, release.
    assert statements() == 4
    assert [counter.version for counter in counters] == [2] * 30
    env.session.expire_all()
    assert [counter.value for counter in counters] == [5] * 20 + [6] * 10
    assert [counter.version for counter in counters] == [2] * 30


def test_one_stale_record_among_many_refuses_all(env: Environment) -> None:
    counters = env["shop.counter"].create([{"name": f"n{number}"} for number in range(12)])
    table = env.registry["shop.counter"].table
    assert len(list(counters)) == 12
    env.connection.execute(sa.update(table).where(table.c.id == counters[3].id).values(version=9))
    for counter in counters:
        counter.value = 1
    with pytest.raises(RetryableError):
        env.flush()
    assert [counter.value for counter in counters] == [0] * 12
    assert counters[3].version == 9


def test_what_a_constraint_refuses_after_the_update_is_undone_in_memory_and_in_the_database(env: Environment) -> None:
    first = env["shop.customer"].create({"name": "A"})
    second = env["shop.customer"].create({"name": "B"})
    second.city = "Beijing"
    first.name = "forbidden"
    with pytest.raises(CoreError):
        env.flush()
    assert (first.name, second.city, first.version) == ("A", "Shanghai", 1)
    second.city = "Wuhan"
    env.flush()
    assert (second.city, second.version) == ("Wuhan", 2)


def test_records_whose_relations_change_too_are_written_whole(env: Environment) -> None:
    country = env["shop.country"].create({"name": "China"})
    first, second = (env["shop.customer"].create({"name": name}) for name in "AB")
    first.city, first.country = "Beijing", country
    second.city = "Wuhan"
    env.flush()
    env.session.expire_all()
    assert (first.city, first.country, second.city) == ("Beijing", country, "Wuhan")
    assert (first.version, second.version) == (2, 2)
