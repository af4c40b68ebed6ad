"""When scheduled jobs are due."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import JobError
from core.jobs.periods import parse_period

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
TEXTS = ["45s", "15m", "1d", "2w", "1d 02:30", "3d 00:00", "0 2 * * *", "*/20 9-17 * * 1-5", "0 0 29 2 *", "30 2 * * 0"]


def utc(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("text", "previous", "now", "expected"),
    [
        ("15m", None, "2026-11-22 08:00", "2026-11-22 08:15"),
        ("15m", "2026-11-22 08:00", "2026-11-22 08:00", "2026-11-22 08:15"),
        ("15m", "2026-11-22 08:00", "2026-11-22 09:20", "2026-11-22 09:30"),
        ("1d 02:00", None, "2026-11-22 17:59", "2026-11-22 18:00"),
        ("1d 02:00", None, "2026-11-22 18:00", "2026-11-23 18:00"),
        ("1d 02:00", "2026-11-22 18:00", "2026-11-22 18:01", "2026-11-23 18:00"),
        ("2d 02:00", "2026-11-22 18:00", "2026-11-22 18:01", "2026-11-24 18:00"),
        ("2d 02:00", "2026-11-22 18:00", "2026-12-22 17:00", "2026-12-22 18:00"),
        ("0 2 * * *", None, "2026-11-22 08:00", "2026-11-22 18:00"),
        ("0 9 * * 1-5", None, "2026-11-20 01:00", "2026-11-23 01:00"),
        ("0 9 1 * *", None, "2026-11-22 08:00", "2026-12-01 01:00"),
        ("0 8 29 2 *", None, "2026-11-22 08:00", "2028-02-29 00:00"),
    ],
)
def test_next_time_in_shanghai(text: str, previous: str | None, now: str, expected: str) -> None:
    found = parse_period(text, SHANGHAI).following(utc(previous) if previous else None, utc(now))
    assert found == utc(expected)
    assert found.utcoffset() == datetime.timedelta(0)


def test_time_of_day_follows_the_clocks_on_the_wall() -> None:
    daily = parse_period("1d 02:30", BERLIN)
    summer = daily.following(utc("2026-10-23 00:30"), utc("2026-10-23 00:30"))
    assert summer == utc("2026-10-24 00:30")
    assert daily.following(utc("2026-10-25 00:30"), utc("2026-10-25 00:30")) == utc("2026-10-26 01:30")


@given(
    st.sampled_from(TEXTS),
    st.sampled_from([datetime.UTC, SHANGHAI, BERLIN]),
    st.datetimes(utc("2020-01-01").replace(tzinfo=None), utc("2040-01-01").replace(tzinfo=None)),
    st.none() | st.timedeltas(datetime.timedelta(0), datetime.timedelta(days=60)),
)
def test_next_time_lies_ahead(
    text: str, zone: datetime.tzinfo, moment: datetime.datetime, ago: datetime.timedelta | None
) -> None:
    now = moment.replace(tzinfo=datetime.UTC)
    assert parse_period(text, zone).following(None if ago is None else now - ago, now) > now


@pytest.mark.parametrize(
    "text", ["", "0m", "1y", "15 m", "6h 02:00", "1d 24:00", "1d 2", "* * * *", "60 * * * *", "a * * * *", "0 0 30 2 *"]
)
def test_what_is_no_period_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(JobError):
        parse_period(text)
