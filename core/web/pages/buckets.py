"""Groups of records behind the bars and cells of charts and pivots: their names, their order, the condition that opens them (layer web).

A bar and the list that it opens come from the same group: the condition of a `Bucket` holds for exactly the records that were summed up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.i18n import _, formats
from core.web.api.models import may
from core.web.pages.figures import Dimension, Measure, Parts, read_measures

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call

MOST_GROUPS = 3000
"""Groups read at most; more than these no chart and no table can show."""
MOST_GAPS = 400
"""Periods without records that are filled in at most, so that a line does not jump over them."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "fiscal_month": 1, "fiscal_quarter": 3, "fiscal_year": 12}
_DAYS = {"day": 1, "week": 7}
FISCAL = frozenset({"fiscal_month", "fiscal_quarter", "fiscal_year"})
REST = object()
"""Stands for the value of the bucket "Other"."""


@dataclass(frozen=True)
class Bucket:
    """One group of records along a dimension."""

    value: Any
    label: str
    domain: Any
    """Condition that holds for its records, `None`: for all."""


@dataclass(frozen=True)
class Group:
    """One row of an aggregate."""

    values: tuple[Any, ...]
    """In the order of the dimensions."""
    parts: Parts


def read_groups(
    call: Call,
    info: ModelInfo,
    domain: Any,
    dimensions: Sequence[Dimension],
    measures: Iterable[Measure],
    limit: int = MOST_GROUPS,
) -> tuple[list[Group], bool]:
    """Return the groups, and whether there are more than ``limit``. One statement."""
    keys = list(dict.fromkeys(dimension.key for dimension in dimensions))
    rows = call.env[info.name].aggregate(domain, read_measures(measures), keys, None, limit + 1)
    groups = [Group(tuple(row[dimension.key] for dimension in dimensions), _parts(row, keys)) for row in rows[:limit]]
    return groups, len(rows) > limit


def _parts(row: Mapping[str, Any], keys: Sequence[str]) -> Parts:
    return {key: value for key, value in row.items() if key not in keys}


def buckets_of(
    call: Call, dimension: Dimension, groups: Mapping[Any, Sequence[Parts]], measure: Measure, most: int | None = None
) -> list[Bucket]:
    """Return the buckets of a dimension in order: days by the calendar, states as declared, all else the largest first, none last.

    Args:
        call: The request.
        dimension: The dimension.
        groups: Value → its groups.
        measure: Tells which are the largest.
        most: Buckets beyond these are gathered in one called "Other"; None: none are, and never those of a date.
    """
    ordered = _ordered(dimension, groups, measure)
    kept, rest = ordered, []
    if most is not None and not dimension.period and len(ordered) > most:
        largest = sorted(ordered, key=lambda value: -_size(measure, groups[value]))[:most]
        kept = [value for value in ordered if value in largest]
        rest = [value for value in ordered if value not in largest]
    if dimension.period:
        kept = _filled(dimension, kept)
    names = _names(call, dimension, kept)
    found = [Bucket(value, names[value], domain_of(dimension, value)) for value in kept]
    if rest:
        others = {"all": [{"not": {"all": [each.domain]}} for each in found]}
        label = call.text(_("Other (%(count)s)", count=len(rest)))
        found.append(Bucket(REST, label, others))
    return found


def _size(measure: Measure, groups: Sequence[Parts]) -> float:
    value = measure.value(groups)
    return abs(float(value)) if isinstance(value, (int, float)) or hasattr(value, "quantize") else 0.0


def _ordered(dimension: Dimension, groups: Mapping[Any, Sequence[Parts]], measure: Measure) -> list[Any]:
    values = [value for value in groups if value is not None]
    options = getattr(dimension.field, "options", None)
    if dimension.period or dimension.field is None:
        values.sort()
    elif options:
        places = {key: place for place, key in enumerate(options)}
        values.sort(key=lambda value: places.get(value, len(places)))
    else:
        values.sort(key=lambda value: (-_size(measure, groups[value]), str(value)))
    return [*values, None] if None in groups else values


def _filled(dimension: Dimension, values: list[Any]) -> list[Any]:
    """Return the periods with those between that have no record."""
    dates = [value for value in values if value is not None]
    if len(dates) < 2:
        return values
    found = [dates[0]]
    while found[-1] < dates[-1]:
        found.append(period_end(dimension.period, found[-1]))
        if len(found) > MOST_GAPS:
            return values
    return [*found, None] if None in values else found


def period_end(period: str, start: dt.date) -> dt.date:
    """Return the day after a period."""
    if period in _DAYS:
        return start + dt.timedelta(days=_DAYS[period])
    month = start.month - 1 + _MONTHS[period]
    return start.replace(year=start.year + month // 12, month=month % 12 + 1)


def domain_of(dimension: Dimension, value: Any) -> Any:
    """Return the condition on the records of a group."""
    if value is None:
        return [[dimension.path, "is_not_set"]]
    if dimension.period:
        end = period_end(dimension.period, value)
        return [[dimension.path, ">=", value.isoformat()], [dimension.path, "<", end.isoformat()]]
    return [[dimension.path, "=", value if isinstance(value, (bool, int, float)) else str(value)]]


def _names(call: Call, dimension: Dimension, values: Sequence[Any]) -> dict[Any, str]:
    """Return what buckets are called; one statement where they are records, of which hidden ones have no name."""
    field = dimension.field
    names: dict[Any, str] = {None: call.text(_("Not set"))}
    if dimension.period:
        first = first_fiscal_month(call)
        dates = [value for value in values if value is not None]
        return names | {value: period_name(dimension.period, value, call.lang, first) for value in dates}
    if field is not None and field.is_relation:
        target = call.env.registry[field.comodel]
        ids = [value for value in values if value is not None]
        rows = (
            call.env[target.name].read([["id", "in", ids]], ["display_name"])
            if ids and may(call.env, target, "read")
            else []
        )
        known = {row["id"]: call.text(str(row["display_name"] or "")) for row in rows}
        return names | {value: known.get(value, formats.NONE) for value in ids}
    options = getattr(field, "options", None) or {}
    for value in values:
        if value is not None:
            words = _("Yes") if value is True else _("No") if value is False else options.get(value, str(value))
            names[value] = call.text(words)
    return names


def first_fiscal_month(call: Call) -> int:
    """Return the month with which the fiscal year of the user's company begins."""
    return int(getattr(call.env.company, "fiscal_year_start", None) or 1)


def period_name(period: str, start: dt.date, lang: str, first_month: int = 1) -> str:
    """Return what a period is called, such as ``2026-11``, ``2026 Q4`` or ``FY2026 Q3``."""
    if period in ("month", "fiscal_month"):
        return f"{start:%Y-%m}"
    if period == "week":
        year, week, _day = start.isocalendar()
        return (
            f"{year} 第 {week} {'週' if formats.is_traditional(lang) else '周'}"
            if formats.is_chinese(lang)
            else f"{year} W{week:02}"
        )
    if period == "quarter":
        return f"{start.year} Q{(start.month + 2) // 3}"
    if period == "year":
        return str(start.year)
    if period in FISCAL:
        return formats.fiscal_period(start, period, first_month, lang)
    return formats.date(start, lang)
