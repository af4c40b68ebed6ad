"""Formats of the interface reference §6."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.i18n import formats

NOW = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1200, "1,200"),
        (Decimal("1200.5000"), "1,200.5"),
        (0.1 + 0.2, "0.3"),
        (Decimal("0.00005"), "0.0001"),
        (-730.72, "−730.72"),
        (Decimal("-0.00001"), "0"),
        (None, "–"),
        (float("nan"), "–"),
        (Decimal(10) ** 20, "100,000,000,000,000,000,000"),
    ],
)
def test_numbers(value: Any, shown: str) -> None:
    assert formats.number(value, "zh_CN") == formats.number(value, "en") == shown


def test_numbers_with_fixed_decimals_round_half_up() -> None:
    assert formats.number(Decimal("2.345"), digits=2) == "2.35"
    assert formats.number(3, digits=2) == "3.00"


def test_money() -> None:
    assert formats.money(Decimal(1286400), "zh_CN") == "¥1,286,400.00"
    assert formats.money(Decimal(1286400), "en") == "CNY 1,286,400.00"
    assert formats.money(Decimal("-730.72"), "zh_CN") == "−¥730.72"
    assert formats.money(Decimal("-730.72"), "en", "USD") == "−USD 730.72"
    assert formats.money(5, "zh_CN", sign=False) == "5.00"
    assert formats.money(5, "zh_CN", "JPY") == "¥5"
    assert formats.money(5, "zh_CN", "CHF") == "CHF 5.00"
    assert formats.money(None) == "–"


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (1286400, "128.64 万", "1.29M"),
        (320_000_000, "3.20 亿", "320.00M"),
        (99_999_999, "1.00 亿", "100.00M"),
        (9999, "9,999", "10.00K"),
        (-12345, "−1.23 万", "−12.35K"),
        (5, "5", "5"),
        (None, "–", "–"),
        (float("inf"), "–", "–"),
    ],
)
def test_large_figures(value: Any, chinese: str, english: str) -> None:
    assert formats.large(value, "zh_CN") == chinese
    assert formats.large(value, "en") == english


def test_percent() -> None:
    assert formats.percent(Decimal("0.043")) == "4.30%"
    assert formats.percent(-0.5, digits=0) == "−50%"
    assert formats.percent(None) == "–"


def test_dates() -> None:
    assert formats.date(DAY, "zh_CN") == "2026-11-23"
    assert formats.date(DAY, "en") == "23 Nov 2026"
    assert formats.date(DAY, "zh_CN", "long") == "2026年11月23日 星期一"
    assert formats.date(DAY, "en", "long") == "Monday, 23 November 2026"
    assert formats.date(DAY, "zh_CN", "short", today=DAY) == "11-23"
    assert formats.date(DAY, "en", "short", today=DAY) == "23 Nov"
    assert formats.date(dt.date(2025, 1, 2), "zh_CN", "short", today=DAY) == "2025-01-02"
    assert formats.date(None) == "–"


def test_times_are_in_the_zone_of_the_reader() -> None:
    shown = formats.datetime
    value = dt.datetime(2026, 11, 23, 1, 42, tzinfo=dt.UTC)
    assert shown(value, "zh_CN", "Asia/Shanghai", now=NOW) == "今天 09:42"
    assert shown(value, "en", "Asia/Shanghai", now=NOW) == "Today 09:42"
    assert shown(value - dt.timedelta(days=1), "zh_CN", "Asia/Shanghai", now=NOW) == "昨天 09:42"
    assert shown(value - dt.timedelta(hours=10), "zh_CN", "Asia/Shanghai", now=NOW) == "昨天 23:42"
    assert shown(value - dt.timedelta(days=9), "zh_CN", "Asia/Shanghai", now=NOW) == "11-14"
    assert shown(value, "zh_CN", "Asia/Shanghai", now=NOW, exact=True) == "2026-11-23 09:42"
    assert shown(value, "en", "Asia/Shanghai") == "23 Nov 2026 09:42"
    assert shown(None) == "–"
    assert formats.time(value, "zh_CN", "Asia/Shanghai") == "09:42"
    assert formats.time(dt.time(7, 5)) == "07:05"
    assert formats.time(None) == "–"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13800007731", "138 0000 7731"),
        ("+8613800007731", "+86 138 0000 7731"),
        ("0512-00004417", "0512-0000 4417"),
        ("+1 212 555", "+1 212 555"),
        ("", "–"),
        (None, "–"),
    ],
)
def test_phones(value: str | None, shown: str) -> None:
    assert formats.phone(value) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15))
def test_shown_number_reads_back(value: Decimal) -> None:
    assert Decimal(formats.number(value).replace(",", "").replace("−", "-")) == value


def test_taiwan_has_its_own_characters_and_words() -> None:
    assert (formats.large(1286400, "zh_TW"), formats.large(320_000_000, "zh_HK")) == ("128.64 萬", "3.20 億")
    assert formats.period(DAY, "quarter", "zh_TW") == "2026年第4季"
    assert formats.period(DAY, "month", "zh_TW") == "2026年11月"
    assert formats.fiscal_period(DAY, "fiscal_quarter", 4, "zh_TW") == "2026 會計年度第 3 季"
    assert formats.fiscal_period(DAY, "fiscal_year", 4, "zh_TW") == "2026 會計年度"
    assert formats.money(5, "zh_TW", "TWD") == "NT$5.00"
    assert formats.date(DAY, "zh_TW", "long") == "2026年11月23日 星期一"
    assert not formats.is_traditional("zh_SG")
