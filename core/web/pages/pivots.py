"""Records as a table of two dimensions, its cells opening the records, and as CSV (layer web; CORE-78, CORE-79)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.render.chart import Cell
from core.render.pivot import Head, Pivot, PivotRow
from core.render.values import Formatter
from core.web.api.models import may, visible_model
from core.web.errors import malformed, query_faults
from core.web.pages.addresses import with_query
from core.web.pages.buckets import Bucket, Group, buckets_of, read_groups
from core.web.pages.charts import make_cell, opener
from core.web.pages.figures import (
    Dimension,
    Measure,
    chosen,
    dimension_options,
    dimensions_offered,
    measures_offered,
)
from core.web.pages.frame import formatter_of
from core.web.pages.search import joined, read_listing
from core.web.request import Response

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.pages.search import Listing

MOST_ROWS = 2
"""Dimensions of the rows, one inside the other."""
MOST_MEASURES = 3
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a text that a spreadsheet would take for a formula."""


@dataclass(frozen=True)
class _Asked:
    rows: tuple[Dimension, ...]
    columns: Dimension | None
    measures: tuple[Measure, ...]


def show_pivot(call: Call, listing: Listing) -> dict[str, Any]:
    """Return the table and the question as selects. One statement, one more for each dimension of records.

    Raises:
        RequestError: A parameter is wrong.
    """
    measures, dimensions = _offered(call, listing)
    asked = _asked(listing, measures, dimensions)
    pivot, is_too_much, count = build_pivot(call, listing.info, listing.domain, asked, opener(call, listing))
    measured = [each.key for each in asked.measures]
    query = {**listing.parameters, "view": "pivot", "measure": measured, "series": None}
    on = [each.key for each in asked.rows]
    away = ("measure", "series", "rows", "columns", "by", "page")
    return {
        "pivot": pivot,
        "is_too_much": is_too_much,
        "total": count,
        "is_more": False,
        "export": with_query(f"/pivot/{listing.info.name}/csv", query)
        if may(call.env, listing.info, "export")
        else None,
        "question": {
            "kept": {name: value for name, value in listing.parameters.items() if name not in away},
            "measures": _measure_options(measures, measured[0]),
            "more_measures": _measure_options(measures, measured[1] if len(measured) > 1 else None),
            "first": dimension_options(call, dimensions, on[0]),
            "second": dimension_options(call, dimensions, on[1] if len(on) > 1 else None),
            "columns": dimension_options(call, dimensions, asked.columns.key if asked.columns else None),
        },
    }


def _measure_options(measures: Mapping[str, Measure], on: str | None) -> list[dict[str, Any]]:
    return [{"key": key, "label": each.label, "is_on": key == on} for key, each in measures.items()]


def export_pivot(call: Call, model: str) -> Response:
    """GET /pivot/<model>/csv: the same table as a file.

    Raises:
        MissingRecord: There is no such model for the user.
        AccessDenied: The user may not export its records.
        RequestError: A parameter is wrong.
    """
    info = visible_model(call.env, model)
    call.env.guard.check_model(call.env, info, "read")
    call.env.guard.check_model(call.env, info, "export")
    with query_faults():
        listing = read_listing(call, info, ("pivot",))
        measures, dimensions = _offered(call, listing)
        asked = _asked(listing, measures, dimensions)
        pivot, is_too_much, _count = build_pivot(call, info, listing.domain, asked, lambda _domain: "")
    if is_too_much:
        raise malformed(_("Too many groups to draw"), hint=_("Choose longer periods or another dimension."), key="rows")
    out = io.StringIO()
    writer = csv.writer(out)
    lines = [[pivot.corner, *(head.label for head in pivot.columns for _m in pivot.measures)]]
    if len(pivot.measures) > 1:
        lines.append(["", *(name for _head in pivot.columns for name in pivot.measures)])
    lines += [["  " * row.depth + row.label, *map(_plain, row.cells)] for row in (*pivot.rows, pivot.total)]
    writer.writerows([[_harmless(value) for value in line] for line in lines])
    return Response(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{model}.csv"'},
    )


def _plain(cell: Cell) -> Any:
    return "" if cell.value is None else cell.text.replace(",", "").replace("−", "-")


def _harmless(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; negative numbers stay."""
    text = str(value)
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text


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
    return _Asked(chosen_rows, across, wanted)


def _own(dimensions: Mapping[str, Dimension], node: Any) -> str:
    key = str(node.attrs["by"])
    return key if key in dimensions else f"{key}:month"


def _listed(value: str | None) -> list[str]:
    return [part for part in (value or "").split(",") if part not in ("", "-")]


def build_pivot(
    call: Call, info: ModelInfo, domain: Any, asked: _Asked, address: Callable[[Any], str]
) -> tuple[Pivot, bool, int]:
    """Return the table, whether there is too much to show (then it is empty), and the number of records."""
    dimensions = [*asked.rows, *([asked.columns] if asked.columns else [])]
    groups, is_too_much = read_groups(call, info, domain, dimensions, asked.measures)
    groups = [] if is_too_much else groups
    formatter, main = formatter_of(call), asked.measures[0]
    across = _split(call, asked.columns, groups, len(asked.rows), main) if asked.columns else []

    def cells(members: Sequence[Group], *domains: Any) -> tuple[Cell, ...]:
        ids = {id(group) for group in members}
        found: list[Cell] = []
        for bucket, held in across:
            kept = [group for group in held if id(group) in ids]
            found += _cells(formatter, asked.measures, kept, address, joined([*domains, bucket.domain]))
        return (*found, *_cells(formatter, asked.measures, members, address, joined(domains)))

    rows: list[PivotRow] = []
    for bucket, members in _split(call, asked.rows[0], groups, 0, main):
        is_group = len(asked.rows) > 1
        rows.append(PivotRow(bucket.label, cells(members, bucket.domain), 0, is_group))
        if is_group:
            for inner, held in _split(call, asked.rows[1], members, 1, main):
                rows.append(PivotRow(inner.label, cells(held, bucket.domain, inner.domain), 1))
    total = call.text(_("Total"))
    heads = (*(Head(bucket.label) for bucket, _held in across), Head(total, is_total=True))
    corner = " / ".join(dimension.label for dimension in asked.rows)
    names = tuple(measure.label for measure in asked.measures)
    count = sum(group.parts["id:count"] for group in groups)
    return Pivot(corner, heads, names, tuple(rows), PivotRow(total, cells(groups))), is_too_much, count


def _cells(
    formatter: Formatter,
    measures: Sequence[Measure],
    groups: Sequence[Group],
    address: Callable[[Any], str],
    domain: Any,
) -> list[Cell]:
    url = address(domain) if groups else None
    parts = [group.parts for group in groups]
    return [make_cell(formatter, each, each.value(parts) if groups else None, url) for each in measures]


def _split(
    call: Call, dimension: Dimension, groups: Sequence[Group], place: int, measure: Measure
) -> list[tuple[Bucket, list[Group]]]:
    """Return the groups by the value of one dimension, empty ones left out."""
    members: dict[Any, list[Group]] = {}
    for group in groups:
        members.setdefault(group.values[place], []).append(group)
    parts = {value: [group.parts for group in held] for value, held in members.items()}
    buckets = buckets_of(call, dimension, parts, measure)
    return [(bucket, members[bucket.value]) for bucket in buckets if bucket.value in members]
