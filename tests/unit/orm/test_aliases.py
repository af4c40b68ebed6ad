"""Aliases that are kept: the same at the same place, never one within itself."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.orm.aliases import DEEPEST, LONGEST_PLACE, kept_alias, nested_alias


@pytest.fixture
def table() -> sa.Table:
    return sa.Table("part", sa.MetaData(), sa.Column("id", sa.Integer()), sa.Column("parent_id", sa.Integer()))


def test_a_place_has_one_alias(table: sa.Table) -> None:
    assert kept_alias(table, "order", "part") is kept_alias(table, "order", "part")
    assert kept_alias(table, "order", "part") is not kept_alias(table, "order", "spare")
    assert nested_alias(table, table) is nested_alias(table, table)


def test_long_places_are_not_kept(table: sa.Table) -> None:
    place = ["parent"] * (LONGEST_PLACE + 1)
    assert kept_alias(table, *place) is not kept_alias(table, *place)


def test_what_is_nested_never_meets_an_alias_around_it(table: sa.Table) -> None:
    around: list[sa.FromClause] = [table]
    for depth in range(DEEPEST * 2):
        place = ["parent"] * (depth % (LONGEST_PLACE + 2))
        found = nested_alias(table, around[-1], *place)
        assert found not in around
        around.append(found)


def test_rows_of_a_list_of_the_same_model_are_found_at_every_depth(table: sa.Table) -> None:
    """Subqueries correlated to one another: a chain of parents, each looked up in the one around it."""
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        connection.execute(table.insert(), [{"id": each, "parent_id": each - 1} for each in range(1, 9)])
        for depth in range(1, 9):
            found = connection.scalars(sa.select(table.c.id).where(_has_children(table, table, depth))).all()
            assert found == list(range(1, 9 - depth))


def _has_children(table: sa.Table, parent: sa.FromClause, depth: int) -> sa.ColumnElement[bool]:
    rows = nested_alias(table, parent)
    conditions = [rows.c.parent_id == parent.c.id]
    if depth > 1:
        conditions.append(_has_children(table, rows, depth - 1))
    return sa.select(sa.literal(1)).select_from(rows).where(*conditions).correlate(parent).exists()
