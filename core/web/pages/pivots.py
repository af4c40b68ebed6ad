"""Records as a table of two dimensions, its cells opening the records (layer web; CORE-78, CORE-79)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.render.chart import Cell
from core.render.pivot import Head, Pivot, PivotRow
from core.render.values import Formatter
from core.web.api.models import may
from core.web.errors import malformed
from core.web.pages.buckets import Bucket, Group, buckets_of, read_groups
from core.web.pages.charts import make_cell, opener
from core.web.pages.comparing import Before, Earlier, before_of, is_compared, read_earlier, time_now
from core.web.pages.exporting import export_links
from core.web.pages.figures import (
    Dimension,
    Measure,
    chosen,
    dimension_options,
    dimensions_offered,
    measures_offered,
)
from core.web.pages.frame import formatter_of
from core.web.pages.search import joined

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.pages.search import Listing

MOST_ROWS = 2
"""Dimensions of the rows, one inside the other."""
MOST_MEASURES = 3


@dataclass(frozen=True)
class _Asked:
    rows: tuple[Dimension, ...]
    columns: Dimension | None
    measures: tuple[Measure, ...]
    is_compared: bool = False
    """Whether each number has that of the year before beside it."""

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Those of the rows, then that of the columns."""
        return (*self.rows, *([self.columns] if self.columns else []))

    @property
    def time(self) -> int | None:
        """Place of the first dimension that is a time; None: there is none."""
        return next((place for place, each in enumerate(self.dimensions) if each.period), None)


def show_pivot(call: Call, listing: Listing) -> dict[str, Any]:
    """Return the table and the question as selects. One statement, one more for each dimension of records.

    Raises:
        RequestError: A parameter is wrong.
    """
    measures, dimensions = _offered(call, listing)
    asked = _asked(listing, measures, dimensions)
    address, before = opener(call, listing), _before(call, listing, asked)
    pivot, is_too_much, count = build_pivot(call, listing.info, listing.domain, asked, address, before)
    measured = [each.key for each in asked.measures]
    query = {**listing.parameters, "view": "pivot", "measure": measured, "series": None}
    on = [each.key for each in asked.rows]
    away = ("measure", "series", "rows", "columns", "by", "page", "compare")
    return {
        "pivot": pivot,
        "is_too_much": is_too_much,
        "total": count,
        "has_answer": bool(pivot.rows),
        "is_more": False,
        "now": time_now(call),
        "may_print": may(call.env, listing.info, "print"),
        "exports": export_links(call, listing.info, query),
        "question": {
            "kept": {name: value for name, value in listing.parameters.items() if name not in away},
            "measures": _measure_options(measures, measured[0]),
            "more_measures": _measure_options(measures, measured[1] if len(measured) > 1 else None),
            "first": dimension_options(call, dimensions, on[0]),
            "second": dimension_options(call, dimensions, on[1] if len(on) > 1 else None),
            "columns": dimension_options(call, dimensions, asked.columns.key if asked.columns else None),
            "has_compare": asked.time is not None,
            "is_compared": asked.is_compared,
        },
    }


def _before(call: Call, listing: Listing, asked: _Asked) -> Before | None:
    """Return where the year before is found; None where it is not asked for."""
    if not asked.is_compared or asked.time is None:
        return None
    return before_of(call, listing, asked.dimensions[asked.time].path)


def _measure_options(measures: Mapping[str, Measure], on: str | None) -> list[dict[str, Any]]:
    return [{"key": key, "label": each.label, "is_on": key == on} for key, each in measures.items()]


def pivot_of(call: Call, listing: Listing) -> Pivot:
    """Return the table alone, without ways to the records, to be written to a file.

    Raises:
        RequestError: A parameter is wrong, or there are too many groups.
    """
    measures, dimensions = _offered(call, listing)
    asked = _asked(listing, measures, dimensions)
    before = _before(call, listing, asked)
    pivot, is_too_much, _count = build_pivot(call, listing.info, listing.domain, asked, lambda _domain: "", before)
    if is_too_much:
        raise malformed(_("Too many groups to draw"), hint=_("Choose longer periods or another dimension."), key="rows")
    return pivot


def _offered(call: Call, listing: Listing) -> tuple[dict[str, Measure], dict[str, Dimension]]:
    view = listing.view
    nodes = [*view.slot("rows"), *view.slot("columns")]
    groupings = [key for key, _label in listing.groupings]
    return (
        measures_offered(call, listing.info, view.slot("measures")),
        dimensions_offered(call, listing.info, nodes, groupings),
    )


def _asked(listing: Listing, measures: Mapping[str, Measure], dimensions: Mapping[str, Dimension]) -> _Asked:
    given, view = listing.parameters, listing.view
    measured = [*_listed(given.get("measure")), *_listed(given.get("series"))]
    own_rows = [_own(dimensions, node) for node in view.slot("rows")]
    own_columns = [_own(dimensions, node) for node in view.slot("columns")]
    rows = [*_listed(given.get("rows")), *_listed(given.get("by"))] or own_rows or list(dimensions)[:1]
    columns = _listed(given["columns"]) if "columns" in given else own_columns
    keys = measured or list(measures)[: max(1, len(view.slot("measures")))]
    chosen_rows = tuple(chosen(dimensions, key, "rows") for key in dict.fromkeys(rows))[:MOST_ROWS]
    across = next((chosen(dimensions, key, "columns") for key in columns if key not in rows[:MOST_ROWS]), None)
    wanted = tuple(chosen(measures, key, "measure") for key in dict.fromkeys(keys))[:MOST_MEASURES]
    return _Asked(chosen_rows, across, wanted, is_compared(listing))


def _own(dimensions: Mapping[str, Dimension], node: Any) -> str:
    key = str(node.attrs["by"])
    return key if key in dimensions else f"{key}:month"


def _listed(value: str | None) -> list[str]:
    return [part for part in (value or "").split(",") if part not in ("", "-")]


def build_pivot(
    call: Call,
    info: ModelInfo,
    domain: Any,
    asked: _Asked,
    address: Callable[[Any], str],
    before: Before | None = None,
) -> tuple[Pivot, bool, int]:
    """Return the table, whether there is too much to show (then it is empty), and the number of records."""
    groups, is_too_much = read_groups(call, info, domain, asked.dimensions, asked.measures)
    groups = [] if is_too_much else groups
    count = sum(group.parts["id:count"] for group in groups)
    names = tuple(measure.label for measure in asked.measures)
    if before is not None:
        earlier_name = call.text(_("The year before"))
        names = tuple(
            each for name in names for each in (name, f"{name} · {earlier_name}" if names[1:] else earlier_name)
        )
    maker = _Maker(call, asked, groups, address, None)
    if before is not None and asked.time is not None:
        place = asked.time
        periods = [bucket.value for bucket in maker.split({}, place)]
        earlier = read_earlier(call, info, before, asked.dimensions, place, asked.measures, periods)
        maker = replace(maker, earlier=earlier)
    across = maker.split({}, len(asked.rows)) if asked.columns else []
    rows: list[PivotRow] = []
    for outer in maker.split({}, 0):
        is_group = len(asked.rows) > 1
        rows.append(PivotRow(outer.label, maker.cells({0: outer}, across), 0, is_group))
        if is_group:
            for inner in maker.split({0: outer}, 1):
                rows.append(PivotRow(inner.label, maker.cells({0: outer, 1: inner}, across), 1))
    total = call.text(_("Total"))
    heads = (*(Head(bucket.label) for bucket in across), Head(total, is_total=True))
    corner = " / ".join(dimension.label for dimension in asked.rows)
    return Pivot(corner, heads, names, tuple(rows), PivotRow(total, maker.cells({}, across))), is_too_much, count


Place = Mapping[int, Bucket]
"""Where in the table something stands: number of a dimension → its bucket; what is not there is not narrowed."""


@dataclass(frozen=True)
class _Maker:
    """Makes cells of groups, and of those of the year before where that is asked for."""

    call: Call
    asked: _Asked
    groups: Sequence[Group]
    address: Callable[[Any], str]
    earlier: Earlier | None

    def split(self, where: Place, number: int) -> list[Bucket]:
        """Return the buckets of one dimension within a place, empty ones left out, but for periods that may have been filled before."""
        dimension, main = self.asked.dimensions[number], self.asked.measures[0]
        members: dict[Any, list[Any]] = {}
        for group in _within(self.groups, where):
            members.setdefault(group.values[number], []).append(group.parts)
        is_whole = self.asked.is_compared and number == self.asked.time and not where
        if self.earlier is not None:
            for group in _within(self.earlier.groups, where):
                members.setdefault(group.values[number], [])
        return [
            bucket for bucket in buckets_of(self.call, dimension, members, main) if is_whole or bucket.value in members
        ]

    def cells(self, where: Place, across: Sequence[Bucket]) -> tuple[Cell, ...]:
        """Return the cells of one row: by column, the total last; each with its measures, and each of these with the year before."""
        groups = _within(self.groups, where)
        earlier = _within(self.earlier.groups, where) if self.earlier is not None else []
        last = len(self.asked.rows)
        found: list[Cell] = []
        for bucket in across:
            column = {last: bucket}
            found += self._cells({**where, **column}, _within(groups, column), _within(earlier, column))
        return (*found, *self._cells(where, groups, earlier))

    def _cells(self, where: Place, groups: Sequence[Group], earlier: Sequence[Group]) -> list[Cell]:
        formatter = formatter_of(self.call)
        url = self.address(joined([bucket.domain for bucket in where.values()])) if groups else None
        before = self._before(where) if earlier else None
        found = []
        for measure in self.asked.measures:
            found.append(_cell(formatter, measure, groups, url))
            if self.earlier is not None:
                found.append(_cell(formatter, measure, earlier, before))
        return found

    def _before(self, where: Place) -> str | None:
        """Return the list of the records of the year before."""
        if self.earlier is None:
            return None
        time = self.asked.time
        domains = [
            self.earlier.of(bucket.value) if number == time else bucket.domain for number, bucket in where.items()
        ]
        if time not in where:
            domains.append(self.earlier.everything)
        return self.earlier.address(joined(domains))


def _within(groups: Sequence[Group], where: Place) -> list[Group]:
    return [group for group in groups if all(group.values[number] == each.value for number, each in where.items())]


def _cell(formatter: Formatter, measure: Measure, groups: Sequence[Group], url: str | None) -> Cell:
    value = measure.value([group.parts for group in groups]) if groups else None
    return make_cell(formatter, measure, value, url)
