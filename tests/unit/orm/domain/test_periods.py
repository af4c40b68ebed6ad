import datetime
from datetime import date

import pytest

from core.errors import DomainError
from core.orm.domain.periods import Span, is_relative, resolve, whole_day

UTC = datetime.UTC


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        ("today", date(2026, 4, 1), date(2026, 4, 2)),
        ("yesterday", date(2026, 3, 31), date(2026, 4, 1)),
        ("tomorrow", date(2026, 4, 2), date(2026, 4, 3)),
        ("now", date(2026, 4, 1), date(2026, 4, 2)),
        ({"today": 0}, date(2026, 4, 1), date(2026, 4, 2)),
        ({"today": -1}, date(2026, 3, 31), date(2026, 4, 1)),
        ({"days": -7}, date(2026, 3, 25), date(2026, 3, 26)),
        ({"weeks": 1}, date(2026, 4, 8), date(2026, 4, 9)),
        ({"months": -2}, date(2026, 2, 1), date(2026, 2, 2)),
        ({"quarters": 1}, date(2026, 7, 1), date(2026, 7, 2)),
        ({"years": -1}, date(2025, 4, 1), date(2025, 4, 2)),
        ({"this": "day"}, date(2026, 4, 1), date(2026, 4, 2)),
        ({"this": "week"}, date(2026, 3, 30), date(2026, 4, 6)),
        ({"last": "week"}, date(2026, 3, 23), date(2026, 3, 30)),
        ({"this": "month"}, date(2026, 4, 1), date(2026, 5, 1)),
        ({"last": "month"}, date(2026, 3, 1), date(2026, 4, 1)),
        ({"next": "quarter"}, date(2026, 7, 1), date(2026, 10, 1)),
        ({"last": "quarter"}, date(2026, 1, 1), date(2026, 4, 1)),
        ({"this": "year"}, date(2026, 1, 1), date(2027, 1, 1)),
        ({"last": {"days": 30}}, date(2026, 3, 3), date(2026, 4, 2)),
        ({"next": {"days": 7}}, date(2026, 4, 1), date(2026, 4, 8)),
        ({"last": {"months": 1}}, date(2026, 3, 2), date(2026, 4, 2)),
        ({"next": {"years": 1}}, date(2026, 4, 1), date(2027, 4, 1)),
    ],
)
def test_days(env, value, start, end):
    assert is_relative(value)
    assert resolve(value, "date", env) == Span(start, end)


def test_the_31st_becomes_the_last_of_a_shorter_month(env):
    env.today = lambda: date(2026, 3, 31)
    assert resolve({"months": -1}, "date", env).start == date(2026, 2, 28)


def test_days_of_instants_are_those_of_the_time_zone(env):
    span = resolve("today", "datetime", env)
    assert span == Span(datetime.datetime(2026, 3, 31, 16, tzinfo=UTC), datetime.datetime(2026, 4, 1, 16, tzinfo=UTC))
    assert whole_day(date(2026, 4, 1), env) == span


def test_hours_are_exact(env):
    now = env.now()
    assert resolve({"hours": -2}, "datetime", env).start == now - datetime.timedelta(hours=2)
    span = resolve({"last": {"minutes": 30}}, "datetime", env)
    assert span.start == now - datetime.timedelta(minutes=30)
    assert span.start < now < span.end
    assert resolve({"next": {"hours": 1}}, "datetime", env) == Span(now, now + datetime.timedelta(hours=1))
    assert resolve("now", "datetime", env).start == now


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"this": "month", "last": "week"},
        {"thos": "month"},
        {"this": "moon"},
        {"this": {"days": 3}},
        {"this": None},
        {"last": {}},
        {"last": {"day": 3}},
        {"last": {"days": 0}},
        {"last": {"days": 3, "weeks": 1}},
        {"days": True},
        {"days": 1.5},
        {"days": "7"},
        {"days": 10**9},
        {"years": 10_000},
        {"years": -2025, "x": 1},
        {"years": -3000},
        {"hours": 3},
        {7: 1},
    ],
)
def test_what_is_no_relative_date_is_refused(env, value):
    with pytest.raises(DomainError):
        resolve(value, "date", env)


def test_the_nearest_word_is_proposed(env):
    with pytest.raises(DomainError, match='did you mean "month"'):
        resolve({"this": "mont"}, "date", env)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_time_are_refused(env, day):
    with pytest.raises(DomainError):
        whole_day(day, env)
