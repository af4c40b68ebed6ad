"""Types and ranges of parameters (CORE-52)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from core.base.services.parameter_value import check_value, decode_value
from core.errors import ValidationError


def parameter(kind: str, low: Any = None, high: Any = None, options: Any = None) -> Any:
    limits = [None if limit is None else Decimal(limit) for limit in (low, high)]
    return SimpleNamespace(kind=kind, key="base.x", label="Name", minimum=limits[0], maximum=limits[1], options=options)


@pytest.mark.parametrize(
    ("kind", "value", "kept", "read"),
    [
        ("boolean", False, False, False),
        ("integer", "7", 7, 7),
        ("decimal", 0.1, "0.1", Decimal("0.1")),
        ("decimal", Decimal("12.50"), "12.50", Decimal("12.50")),
        ("date", dt.date(2026, 7, 31), "2026-07-31", dt.date(2026, 7, 31)),
        ("text", "", "", ""),
        ("list", ("a", "b"), ["a", "b"], ["a", "b"]),
    ],
)
def test_kept_and_read(kind: str, value: Any, kept: Any, read: Any) -> None:
    assert check_value(parameter(kind), value) == kept
    assert decode_value(kind, kept) == read


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", 1),
        ("integer", True),
        ("integer", 1.5),
        ("integer", "x"),
        ("decimal", "NaN"),
        ("decimal", float("inf")),
        ("decimal", []),
        ("date", "31.7.2026"),
        ("text", 3),
        ("list", "abc"),
        ("list", [1]),
    ],
)
def test_wrong_type(kind: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=r"base\.x") as caught:
        check_value(parameter(kind), value)
    assert caught.value.field == "value"


def test_range() -> None:
    assert check_value(parameter("integer", 1, 10), 10) == 10
    with pytest.raises(ValidationError, match="from 1 to 10"):
        check_value(parameter("integer", 1, 10), 11)
    with pytest.raises(ValidationError, match=r"of at most 2\.5"):
        check_value(parameter("decimal", None, "2.5"), "2.51")
    with pytest.raises(ValidationError, match="of at least 3"):
        check_value(parameter("text", 3), "ab")


def test_selection_proposes_the_nearest() -> None:
    with pytest.raises(ValidationError, match='did you mean "private"'):
        check_value(parameter("selection", options={"private": "Private", "public": "Public"}), "privat")


def test_empty_stays_empty() -> None:
    assert decode_value("decimal", None) is None
