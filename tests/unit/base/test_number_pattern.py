"""Patterns of numbering rules (CORE-54)."""

from __future__ import annotations

import datetime as dt

import pytest

from core.base.services.number_pattern import check_reset, parse_pattern, period_key
from core.errors import ValidationError

DAY = dt.date(2026, 7, 31)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("HT{YYYYMMDD}-{3}", "HT20260731-007"),
        ("{prefix}/{YY}/{MM}/{5}", "HT/26/07/00007"),
        ("{YYYY-MM-DD}#{1}", "2026-07-31#7"),
        ("{company}{department}{category}{2}", "BJ01A07"),
        ("{{x}}{4}", "{x}0007"),
        ("{12}", "000000000007"),
    ],
)
def test_format(pattern: str, number: str) -> None:
    codes = {"prefix": "HT", "company": "BJ", "department": "01", "category": "A"}
    assert parse_pattern(pattern).format(7, DAY, codes) == number


def test_a_counter_outgrows_its_width_and_missing_codes_are_left_out() -> None:
    assert parse_pattern("{department}{2}").format(1234, DAY, {}) == "1234"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("HT{YYYY}", "exactly one counter"),
        ("{3}{4}", "exactly one counter"),
        ("{departmnt}{3}", 'did you mean "department"'),
        ("{0}", "Unknown part"),
        ("{13}", "Unknown part"),
        ("{", "single brace"),
        ("{3}}", "single brace"),
        ("", "exactly one counter"),
    ],
)
def test_wrong_patterns(pattern: str, text: str) -> None:
    with pytest.raises(ValidationError, match=text) as caught:
        parse_pattern(pattern)
    assert caught.value.field == "pattern"


@pytest.mark.parametrize(
    ("reset", "key"), [("never", "-"), ("year", "2026"), ("month", "2026-07"), ("day", "2026-07-31")]
)
def test_period(reset: str, key: str) -> None:
    assert period_key(reset, DAY) == key  # type: ignore[arg-type]  # parametrised


def test_a_counter_that_starts_again_needs_its_date() -> None:
    check_reset(parse_pattern("{YYMM}{3}"), "month")
    check_reset(parse_pattern("{3}"), "never")
    for pattern, reset in (("{3}", "year"), ("{YYYY}{3}", "month"), ("{MM}{3}", "month"), ("{YYYYMM}{3}", "day")):
        with pytest.raises(ValidationError, match="numbers come twice"):
            check_reset(parse_pattern(pattern), reset)  # type: ignore[arg-type]  # parametrised
