"""Numbers and dates in the ways people write them; what one writes is what one gets back."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.base_exchange.services.values.dates import Ambiguous, parse_date, parse_instant, propose_date
from addons.base_exchange.services.values.faults import CellError
from addons.base_exchange.services.values.numbers import parse_number
from addons.base_exchange.services.values.plain import read_boolean, read_date, read_datetime, read_text

TODAY = datetime.date(2026, 11, 26)
AMOUNTS = st.decimals(-(10**9), 10**9, places=2, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", "1234.50"), ("￥1,234.50", "1234.50"), ("（1,234.50）", "-1234.50"), ("(￥1,234.50)", "-1234.50"), ("1.234,50", "1234.50"),
        ("1 234,5", "1234.5"), ("12,5", "12.5"), ("−7", "-7"), ("7-", "-7"), ("RMB 5", "5"), ("5元", "5"), ("$ 1,000", "1000"), ("12.5%", "0.125"),
        ("3万", "30000"), ("1.2亿", "120000000"), ("１，２３４", "1234"), ("1.234.567", "1234567"), ("1e3", "1E+3"), ("1'234", "1234"), (".5", "0.5"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text, number):
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "abc", "1,23,4", "1.2.3", "--1", "NaN", "inf", "１２a", "9" * 70, "."])
def test_what_is_no_number_is_none(text):
    assert parse_number(text) is None


@given(AMOUNTS, st.sampled_from(["{:,}", "￥{:,}", "{} 元", "{:,}  CNY", "{}"]))
def test_an_amount_written_in_any_way_comes_back_the_same(amount, form):
    assert parse_number(form.format(amount)) == amount
    assert parse_number(f"（{form.format(abs(amount))}）") == -abs(amount)


@given(
    st.dates(datetime.date(1000, 1, 1)),
    st.sampled_from(["{:%Y-%m-%d}", "{:%Y/%m/%d}", "{:%Y.%m.%d}", "{:%Y年%m月%d日}", "{:%Y%m%d}", "{:%d.%m.%Y}"]),
)
def test_a_date_written_in_any_way_comes_back_the_same(day, form):
    assert parse_date(form.format(day)) == day


@given(st.dates(datetime.date(1941, 1, 1), datetime.date(2199, 1, 1)))
def test_numbers_of_days_are_dates(day):
    serial = (day - datetime.date(1899, 12, 30)).days
    assert read_date(float(serial), order="auto", today=TODAY) == day == parse_date(str(serial))


@given(
    st.datetimes(datetime.datetime(1941, 1, 1), datetime.datetime(2199, 1, 1)),
    st.sampled_from(["{:%Y-%m-%d %H:%M:%S}", "{:%Y/%m/%d %H:%M:%S}", "{:%Y年%m月%d日 %H时%M分%S秒}"]),
)
def test_an_instant_comes_back_to_the_second(moment, form):
    assert parse_instant(form.format(moment)) == moment.replace(microsecond=0)
    zone = datetime.timezone(datetime.timedelta(hours=8))
    read = read_datetime(form.format(moment), order="auto", today=TODAY, zone=zone)
    assert read == moment.replace(microsecond=0, tzinfo=zone)


def test_day_and_month_are_never_guessed():
    assert parse_date("13/04/2026") == datetime.date(2026, 4, 13)
    assert parse_date("04/13/2026") == datetime.date(2026, 4, 13)
    assert parse_date("03/04/2026", "dmy") == datetime.date(2026, 4, 3)
    assert parse_date("03/04/2026", "mdy") == datetime.date(2026, 3, 4)
    with pytest.raises(Ambiguous):
        parse_date("03/04/2026")
    with pytest.raises(CellError) as error:
        read_date("03/04/2026", order="auto", today=TODAY)
    assert error.value.proposals == ("2026-04-03", "2026-03-04") or error.value.proposals == (
        "2026-03-04",
        "2026-04-03",
    )


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "soon", "0000-00-00", "1/2", "99999999"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(CellError):
        read_date(text, order="auto", today=TODAY)


def test_incomplete_dates_are_proposed():
    assert propose_date("26-11-26", TODAY) == [datetime.date(2026, 11, 26)]
    assert propose_date("2026年4月", TODAY) == [datetime.date(2026, 4, 1)]
    assert propose_date("3月5日", TODAY) == [datetime.date(2026, 3, 5)]


def test_a_number_in_a_text_column_is_its_digits_unless_they_are_lost():
    assert read_text(13800007731.0) == "13800007731"
    assert read_text("  x ") == "x"
    with pytest.raises(CellError, match="rounded"):
        read_text(320402199001011234.0)
    with pytest.raises(CellError, match="error"):
        read_text("#REF!")


def test_yes_and_no_in_many_words():
    assert [read_boolean(word) for word in ("是", "√", "Yes", True, 1.0, "TRUE")] == [True] * 6
    assert [read_boolean(word) for word in ("否", "无", "n", False, 0.0)] == [False] * 5
    with pytest.raises(CellError):
        read_boolean("maybe")
