"""JSON is read strictly and written exactly."""

from __future__ import annotations

import datetime
import decimal

import pytest

from core.web.errors import RequestError
from core.web.jsondata import MAX_DEPTH, dump_json, parse_json


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN",
        "[Infinity]",
        "-Infinity",
        "1e400",
        '{"a":1,"a":2}',
        "9" * 5000,
        "[" * 100_000,
        b"\xff",
        "[1,]",
        "'a'",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(RequestError) as caught:
        parse_json(text, key="domain")
    assert (caught.value.status, caught.value.where.key) == (400, "domain")


def test_nesting_is_limited() -> None:
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    with pytest.raises(RequestError, match="too deep"):
        parse_json("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2))


def test_what_is_json_is_read_as_it_is() -> None:
    assert parse_json('{"a": [1, 2.5, null, true, "深"]}') == {"a": [1, 2.5, None, True, "深"]}


def test_values_of_ours_are_written_exactly() -> None:
    values = {
        "money": decimal.Decimal("10.50"),
        "large": decimal.Decimal("1E+3"),
        "day": datetime.date(2026, 11, 22),
        "at": datetime.datetime(2026, 11, 22, 6, 30, tzinfo=datetime.UTC),
        "set": {2, 1},
        "name": "海",
    }
    assert dump_json(values) == (
        '{"money":"10.50","large":"1000","day":"2026-11-22","at":"2026-11-22T06:30:00+00:00","set":[1,2],"name":"海"}'
    )


def test_nan_is_never_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dump_json(float("nan"))
