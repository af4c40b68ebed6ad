"""Relative dates such as ``{"this": "month"}``, resolved to half-open spans. Layer: orm; knows no database.

Weeks start on Monday. A day is a day of the environment's time zone, also for instants.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import DomainError, unknown
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

UNITS = ("day", "week", "month", "quarter", "year")
SHIFTS = ("days", "weeks", "months", "quarters", "years", "hours", "minutes")
WORDS: Mapping[str, int] = {"today": 0, "yesterday": -1, "tomorrow": 1}
KEYS = ("this", "last", "next", "today", *SHIFTS)
LARGEST = 1_000_000
"""Most units a date may be shifted by."""

_DAY = datetime.timedelta(days=1)
_INSTANT = datetime.timedelta(microseconds=1)


@dataclass(frozen=True)
class Span:
    """From ``start``, included, to ``end``, excluded: both dates, or both instants in UTC."""

    start: Any
    end: Any


def is_relative(value: Any) -> bool:
    """Whether ``value`` has the form of a relative date."""
    return isinstance(value, Mapping) or (isinstance(value, str) and (value in WORDS or value == "now"))


def resolve(value: Any, kind: str, env: Environment) -> Span:
    """Return the span meant by a relative date.

    ``today`` ``yesterday`` ``tomorrow`` ``now``; ``{"this": "month"}`` with `UNITS`, ``last`` and ``next`` likewise; ``{"today": n}``
    or ``{"days": n}``, the day ``n`` days from today, likewise the other `SHIFTS`; ``{"last": {"days": 30}}``, the 30 days that end
    with today, and ``{"next": {"days": 7}}``, the 7 days that begin with it.

    Args:
        value: Something of which `is_relative` is true.
        kind: ``date`` or ``datetime``.
        env: Tells the time and the time zone.

    Raises:
        DomainError: Not a relative date, or too far off.
    """
    try:
        span = _span(value, kind, env)
        return span if kind == "date" or isinstance(span.start, datetime.datetime) else day_bounds(span, env)
    except (OverflowError, ValueError):
        raise DomainError(_("The date lies too far off.")) from None


def whole_day(day: datetime.date, env: Environment) -> Span:
    """Return the instants of one day in the environment's time zone.

    Raises:
        DomainError: The day lies too far off.
    """
    try:
        return day_bounds(Span(day, day + _DAY), env)
    except (OverflowError, ValueError):
        raise DomainError(_("The date lies too far off.")) from None


def day_bounds(span: Span, env: Environment) -> Span:
    """Turn a span of days into one of instants."""

    def midnight(day: datetime.date) -> datetime.datetime:
        return datetime.datetime.combine(day, datetime.time(), env.timezone).astimezone(datetime.UTC)

    return Span(midnight(span.start), midnight(span.end))


def _span(value: Any, kind: str, env: Environment) -> Span:
    today = env.today()
    if isinstance(value, str):
        if value == "now" and kind == "datetime":
            return Span(env.now(), env.now() + _INSTANT)
        day = today + WORDS.get(value, 0) * _DAY
        return Span(day, day + _DAY)
    if len(value) != 1:
        raise DomainError(_("A relative date has one key."), hint=_('such as {"this": "month"}'))
    ((key, what),) = value.items()
    if key not in KEYS:
        raise unknown("relative date", str(key)[:64], KEYS, DomainError)
    if key in ("this", "last", "next"):
        if isinstance(what, Mapping) and key != "this":
            return _around(key, what, today, kind, env)
        return _calendar(key, what, today)
    return _single("days" if key == "today" else key, _number(what), today, kind, env)


def _calendar(key: str, unit: Any, today: datetime.date) -> Span:
    if unit not in UNITS:
        raise unknown(
            "unit of time", str(unit)[:64] if isinstance(unit, str) else type(unit).__name__, UNITS, DomainError
        )
    start = _start(unit, today)
    steps = {"this": 0, "last": -1, "next": 1}[key]
    return Span(_shift(start, f"{unit}s", steps), _shift(start, f"{unit}s", steps + 1))


def _start(unit: str, day: datetime.date) -> datetime.date:
    match unit:
        case "week":
            return day - day.weekday() * _DAY
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def _around(key: str, what: Mapping[str, Any], today: datetime.date, kind: str, env: Environment) -> Span:
    """Return the span of so many units that ends or begins with today, or with now for hours and minutes."""
    if len(what) != 1 or next(iter(what)) not in SHIFTS:
        raise unknown("span of time", ", ".join(str(name)[:64] for name in list(what)[:3]), SHIFTS, DomainError)
    ((unit, given),) = what.items()
    count = _number(given)
    if count < 1:
        raise DomainError(_("A span of time has at least one unit."))
    if unit in ("hours", "minutes"):
        now, delta = _instant(unit, 0, kind, env), datetime.timedelta(**{unit: count})
        return Span(now - delta, now + _INSTANT) if key == "last" else Span(now, now + delta)
    if key == "last":
        return Span(_shift(today, unit, -count) + _DAY, today + _DAY)
    return Span(today, _shift(today, unit, count))


def _single(unit: str, count: int, today: datetime.date, kind: str, env: Environment) -> Span:
    if unit in ("hours", "minutes"):
        instant = _instant(unit, count, kind, env)
        return Span(instant, instant + _INSTANT)
    day = _shift(today, unit, count)
    return Span(day, day + _DAY)


def _instant(unit: str, count: int, kind: str, env: Environment) -> datetime.datetime:
    if kind != "datetime":
        raise DomainError(_("A date has no hours and minutes."))
    return env.now() + datetime.timedelta(**{unit: count})


def _shift(day: datetime.date, unit: str, count: int) -> datetime.date:
    if unit in ("days", "weeks"):
        return day + datetime.timedelta(**{unit: count})
    months = {"months": 1, "quarters": 3, "years": 12}[unit] * count + day.year * 12 + day.month - 1
    year, month = divmod(months, 12)
    # The 31st of a month becomes the last day of a shorter one.
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        raise OverflowError
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _number(value: Any) -> int:
    if type(value) is not int or abs(value) > LARGEST:
        raise DomainError(_("A relative date counts in whole numbers up to %(limit)s.", limit=LARGEST))
    return value
