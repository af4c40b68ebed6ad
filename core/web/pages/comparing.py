"""The same figures of the year before, beside those of a chart or pivot table by time (layer web; CORE-79).

Conditions on the date that figures go by do not hold for the year before: "this month" would leave nothing of it. All others do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core.i18n import _, formats
from core.orm.domain import All, Condition, Node, parse
from core.web.errors import malformed
from core.web.pages.buckets import Group, domain_of, period_end, read_groups
from core.web.pages.conditions import raw_of
from core.web.pages.figures import Dimension, Measure
from core.web.pages.frame import formatter_of
from core.web.pages.search import joined
from core.web.pages.viewing import filled

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.pages.search import Listing

STATE = ("measure", "series", "chart", "stacked", "rows", "columns", "compare")
"""Parameters that only charts and pivots have."""
AWAY = (*STATE, "by", "order")
"""Parameters of an address that the list behind a figure has no use for."""


@dataclass(frozen=True)
class Before:
    """Where the year before is found."""

    domain: Any
    """Which records count, whatever their date."""
    address: Callable[[Any], str]
    """Gives the list of the records for a condition."""


@dataclass(frozen=True)
class Earlier:
    """Figures of the year before, under the periods that they stand beside."""

    groups: Sequence[Group]
    starts: dict[dt.date, dt.date]
    """First day of a period → that of the period a year earlier."""
    dimension: Dimension
    address: Callable[[Any], str]

    def of(self, value: Any) -> Any:
        """Return the condition on the records of the period a year before the one that begins with ``value``."""
        start = self.starts.get(value)
        return [["id", "=", 0]] if start is None else domain_of(self.dimension, start)

    @property
    def everything(self) -> Any:
        """The condition on the records of all periods together."""
        path, period = self.dimension.path, self.dimension.period
        if not self.starts:
            return [["id", "=", 0]]
        end = period_end(period, max(self.starts.values()))
        return [[path, ">=", min(self.starts.values()).isoformat()], [path, "<", end.isoformat()]]


def is_compared(listing: Listing) -> bool:
    """Tell whether the address asks for the year before.

    Raises:
        RequestError: It asks for something else.
    """
    wanted = listing.parameters.get("compare", "-")
    if wanted not in ("-", "year"):
        raise malformed(_('"compare" is "year" or nothing.'), key="compare")
    return wanted == "year"


def year_before(period: str, start: dt.date) -> dt.date | None:
    """Return the first day of the period a year earlier; None where that year has none: 29 February, or a week 53.

    >>> year_before("week", dt.date(2026, 11, 23))
    datetime.date(2025, 11, 17)
    """
    try:
        if period == "week":
            year, week, _day = start.isocalendar()
            return dt.date.fromisocalendar(year - 1, week, 1)
        return start.replace(year=start.year - 1)
    except ValueError:
        return None


def without(raw: Any, path: str) -> Any:
    """Return a domain without the conditions on a path that hold for all of it; None where nothing is left."""
    node = None if raw in (None, [], {}) else _without(parse(raw), path)
    return None if node is None else raw_of(node)


def _without(node: Node, path: str) -> Node | None:
    if isinstance(node, Condition):
        return None if ".".join(node.path) == path else node
    if isinstance(node, All):
        kept = tuple(each for part in node.nodes if (each := _without(part, path)) is not None)
        return All(kept) if kept else None
    return node


def before_of(call: Call, listing: Listing, path: str) -> Before:
    """Return where the year before is found for a page.

    Args:
        call: The request.
        listing: The page.
        path: The date that its figures go by.
    """
    menu = filled(listing.menu.raw_domain, call.env) if listing.menu is not None else None
    changes: dict[str, Any] = dict.fromkeys(AWAY)
    parts = [without(listing.custom, path), without(filled(listing.view.get("domain"), call.env), path)]
    on = [each for each in listing.filters if each.is_on]
    kept = [each for each in on if not _mentions(each.domain, path)]
    if len(kept) < len(on):
        changes["f"] = [each.name for each in kept] or "-"
        parts += [without(each.domain, path) for each in on if each not in kept]
    if _mentions(menu, path):
        changes["menu"] = None
        parts.append(without(menu, path))

    def address(domain: Any) -> str:
        return listing.url(**{**changes, "view": "list", "domain": joined([*parts, domain])})

    return Before(without(listing.domain, path), address)


def _mentions(raw: Any, path: str) -> bool:
    return raw not in (None, [], {}) and without(raw, path) != raw_of(parse(raw))


def read_earlier(
    call: Call,
    info: ModelInfo,
    before: Before,
    dimensions: Sequence[Dimension],
    place: int,
    measures: Iterable[Measure],
    values: Iterable[Any],
) -> Earlier:
    """Return the figures of the year before. One statement; none without a period.

    Args:
        call: The request.
        info: The model.
        before: Where they are found.
        dimensions: What records are grouped by.
        place: Which of these is the time.
        measures: What is measured.
        values: First days of the periods shown; None among them is passed over.
    """
    by = dimensions[place]
    starts = {day: start for day in values if day is not None and (start := year_before(by.period, day)) is not None}
    nothing = Earlier((), starts, by, before.address)
    if not starts:
        return nothing
    groups, _is_cut = read_groups(call, info, joined([before.domain, nothing.everything]), dimensions, measures)
    now = {start: day for day, start in starts.items()}
    moved = [
        Group((*group.values[:place], now[group.values[place]], *group.values[place + 1 :]), group.parts)
        for group in groups
        if group.values[place] in now
    ]
    return Earlier(moved, starts, by, before.address)


def change_of(now: Any, then: Any, lang: str) -> str:
    """Return by how much a figure has changed, such as ``+4.3%``; – where there is nothing to compare with."""
    if now is None or not then:
        return formats.NONE
    share = (float(now) - float(then)) / abs(float(then))
    return f"{'+' if share > 0 else ''}{formats.percent(share, lang, 1)}"


def time_now(call: Call) -> str:
    """Return the time at which figures were read, for a page that is printed."""
    zone = formatter_of(call).zone
    return f"{formats.date(call.env.now().astimezone(ZoneInfo(zone)).date(), call.lang)} {formats.time(call.env.now(), call.lang, zone)}"
