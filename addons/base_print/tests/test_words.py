"""Numbers, dates and codes as they stand on paper."""

import datetime as dt
import doctest
from decimal import Decimal

import pytest

from addons.base_print.services.engine import codes, words


def test_the_examples_of_the_documentation_hold():
    assert doctest.testmod(words).failed == 0


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10.05", "壹拾元零伍分"),
        ("107.99", "壹佰零柒元玖角玖分"),
        ("1010101", "壹佰零壹万零壹佰零壹元整"),
        ("10020000", "壹仟零贰万元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("123456789012.34", "壹仟贰佰叁拾肆亿伍仟陆佰柒拾捌万玖仟零壹拾贰元叁角肆分"),
        ("1234567890123456", "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌亿玖仟零壹拾贰万叁仟肆佰伍拾陆元整"),
        ("-2.005", "负贰元零壹分"),
        ("-0.001", "零元整"),
        ("NaN", ""),
        ("10000000000000000", ""),
    ],
)
def test_amounts_in_capitals_follow_the_rules_of_chinese_documents(amount, capitals):
    assert words.capital(Decimal(amount)) == capitals


def test_dates_follow_the_language():
    day, moment = dt.date(2026, 1, 5), dt.datetime(2026, 11, 24, 10, 6)
    assert [words.day(day, "zh_CN"), words.day(day, "zh_CN", "long"), words.day(None, "en")] == [
        "2026-01-05", "2026年1月5日", "",
    ]  # fmt: skip
    assert [words.day(moment, "en"), words.day(moment, "en", "iso")] == ["24 Nov 2026 10:06", "2026-11-24"]


def test_codes_refuse_what_a_scanner_could_not_read():
    for make in (
        lambda: codes.code128("中文"),
        lambda: codes.ean13("123"),
        lambda: codes.ean13("6901234567890"),
        lambda: codes.qr("x" * 1001),
        lambda: codes.qr("x", 'url("file:///etc/passwd")'),
    ):
        with pytest.raises(ValueError):
            make()
    assert codes.qr("") == codes.code128(None) == ""


def test_bars_are_those_of_the_standard():
    # The first 95 modules of an EAN-13 begin and end with the guard 101.
    drawn = codes.ean13("6901234567892")
    assert 'x="10" width="1"' in drawn
    assert "6901234567892" in drawn
    assert "<svg" in codes.code128("<SO-1>")
    assert "&lt;SO-1&gt;" in codes.code128("<SO-1>")
