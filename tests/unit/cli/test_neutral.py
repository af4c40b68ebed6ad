"""Rows in the neutral form come back as they were, whatever the kind of column."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from core.cli.neutral import ColumnShape, TableShape, kind_of, parse_lines, read_lines, shapes, table_names, type_of
from core.errors import CoreError
from core.orm.engine import create_engine
from core.orm.types import ExactDecimal, JsonType, UtcDateTime

KINDS = ("bigint", "boolean", "float", "text", "char:20", "decimal:12:3", "date", "datetime", "json", "bytes")
SHAPE = TableShape(
    "sample", (ColumnShape("id", "bigint", False, True), *(ColumnShape(kind.partition(":")[0], kind) for kind in KINDS))
)
INSTANT = dt.datetime(2026, 7, 31, 12, 30, 0, 123456, tzinfo=dt.UTC)
ROW = {
    "id": 7,
    "bigint": 2**62,
    "boolean": False,
    "float": 0.1,
    "text": "深海\n'x'\x7f",
    "char": "",
    "decimal": Decimal("-1234567.891"),
    "date": dt.date(1, 1, 1),
    "datetime": INSTANT,
    "json": {"b": [1, None, "x"], "a": 1.5},
    "bytes": b"\x00\xff",
}


def filled(url: str, *rows: dict[str, Any]) -> sa.Engine:
    engine = create_engine(url)
    metadata = sa.MetaData()
    SHAPE.table(metadata)
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(metadata.tables["sample"].insert(), list(rows))
    return engine


def test_every_kind_of_value_comes_back(database_url: str) -> None:
    empty = {name: None for name in ROW} | {"id": 8}
    engine = filled(database_url, ROW, empty)
    with engine.connect() as connection:
        lines = list(read_lines(connection, SHAPE))
        found = list(parse_lines(lines, SHAPE))
        again = shapes(connection, sa.MetaData())
    assert found == [ROW, empty]
    assert table_names_of(again) == ["sample"]
    engine.dispose()


def table_names_of(found: list[TableShape]) -> list[str]:
    return [shape.name for shape in found]


def test_both_databases_give_the_same_lines(tmp_path: Any, create_postgres_database: Any) -> None:
    rows = [ROW, {**ROW, "id": 9, "json": [1e2, {"z": 1, "a": 2}], "decimal": Decimal("1.100")}]
    engines = [filled(f"sqlite:///{tmp_path}/a.db", *rows), filled(create_postgres_database(), *rows)]
    seen = []
    for engine in engines:
        with engine.connect() as connection:
            seen.append(list(read_lines(connection, SHAPE)))
        engine.dispose()
    assert seen[0] == seen[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_names_its_type(kind: str) -> None:
    assert kind_of(type_of(kind), "a.b") == kind


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        (ExactDecimal(10, 2), "decimal:10:2"),
        (JsonType(), "json"),
        (UtcDateTime(), "datetime"),
        (sa.Numeric(8, 1), "decimal:8:1"),
        (sa.SmallInteger(), "integer"),
        (sa.Double(), "float"),
    ],
)
def test_types_of_fields_and_of_the_database_have_a_kind(declared: Any, kind: str) -> None:
    assert kind_of(declared, "a.b") == kind


def test_a_type_that_no_field_has_is_refused_with_its_place() -> None:
    with pytest.raises(CoreError, match=r"some_table\.some_column"):
        kind_of(sa.Interval(), "some_table.some_column")


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), max_size=5))
def test_any_text_survives(texts: list[str]) -> None:
    shape = TableShape("t", (ColumnShape("id", "bigint", False, True), ColumnShape("text", "text")))
    engine = sa.create_engine("sqlite://")
    metadata = sa.MetaData()
    table = shape.table(metadata)
    with engine.begin() as connection:
        metadata.create_all(connection)
        if texts:
            connection.execute(table.insert(), [{"id": at, "text": text} for at, text in enumerate(texts, 1)])
        lines = list(read_lines(connection, shape))
        assert [row["text"] for row in parse_lines(lines, shape)] == texts
        assert table_names(connection) == ["t"]
    engine.dispose()
