"""Lists, charts and pivot tables as sheets that leave the system, as they stand on the page (layer web; CORE-64, CORE-78)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core.i18n import _
from core.render.extras import Sheet, SheetColumn
from core.render.values import NUMBERS
from core.web.pages.columns import is_named

if TYPE_CHECKING:
    from core.render.chart import Cell, Chart
    from core.render.pivot import Pivot
    from core.web.pages.columns import Bound


_AS_READ = frozenset({"char", "text", "sequence", "date"}) | NUMBERS


@dataclass(frozen=True)
class SheetField:
    """A column of a list that leaves the system."""

    path: str
    label: str
    field: Any
    """None for ``id`` and ``display_name``."""


def fields_of(columns: Sequence[Bound]) -> list[SheetField]:
    """Return columns of a page as those of a sheet."""
    return [SheetField(each.path, each.column.label, each.field) for each in columns]


def list_sheet(
    title: str, columns: Sequence[SheetField], rows: Iterable[Mapping[str, Any]], text: Callable[[Any], str], zone: str
) -> Sheet:
    """Return rows of a list.

    Args:
        title: Heading of the list.
        columns: What stands in it.
        rows: As `BoundModel.read` gave them for `paths_to_read`; may be read while the sheet is written.
        text: Renders a label in the reader's language.
        zone: IANA name of the reader's time zone.
    """
    heads = [
        SheetColumn(each.label, "char" if each.field is None else each.field.kind, getattr(each.field, "scale", None))
        for each in columns
    ]
    local = ZoneInfo(zone)
    readers = [_reader(column, text, local) for column in columns]
    return Sheet(title, heads, ([read(row) for read in readers] for row in rows))


def _reader(column: SheetField, text: Callable[[Any], str], zone: ZoneInfo) -> Callable[[Mapping[str, Any]], Any]:
    """Return what gives the value of a column; for most kinds it is the one read."""
    if column.field is not None and column.field.kind in _AS_READ:
        return itemgetter(column.path)
    return lambda row: _value(column, row, text, zone)


def _value(column: SheetField, row: Mapping[str, Any], text: Callable[[Any], str], zone: ZoneInfo) -> Any:
    value, field = row[column.path], column.field
    if value is None:
        return None
    if is_named(field):
        value = row.get(f"{column.path}.display_name")
        return ", ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else value
    if isinstance(value, bool):
        return text(_("Yes") if value else _("No"))
    if isinstance(value, dt.datetime):
        return value.astimezone(zone).replace(tzinfo=None)
    if isinstance(value, dt.date) or (field is not None and field.kind in NUMBERS):
        return value
    if field is not None and field.kind == "selection":
        return text(field.options.get(value, value))
    return str(value)


def pivot_sheet(title: str, pivot: Pivot) -> Sheet:
    """Return a pivot table: its rows indented by depth, its last row and column the totals."""
    several = len(pivot.measures) > 1
    labels = [f"{head.label} · {name}" if several else head.label for head in pivot.columns for name in pivot.measures]
    heads = [SheetColumn(pivot.corner, "char"), *(SheetColumn(label, "decimal") for label in labels)]
    rows = [["  " * row.depth + row.label, *map(_number, row.cells)] for row in (*pivot.rows, pivot.total)]
    return Sheet(title, heads, rows)


def chart_sheet(title: str, chart: Chart, texts: tuple[str, str]) -> Sheet:
    """Return the table beside a chart.

    Args:
        title: Heading of the page.
        chart: The chart.
        texts: Head of the column of totals, and label of the last row.
    """
    is_split = len(chart.series) > 1 and chart.change is None
    heads = [SheetColumn(chart.dimension, "char"), *(SheetColumn(name, "decimal") for name in chart.series)]
    rows = [[line.label, *map(_number, line.cells)] for line in chart.lines]
    last = [texts[1], *map(_number, chart.totals)]
    if is_split:
        heads.append(SheetColumn(texts[0], "decimal"))
        for row, line in zip(rows, chart.lines, strict=True):
            row.append(_number(line.total))
        last.append(_number(chart.grand))
    return Sheet(title, heads, [*rows, last] if len(last) == len(heads) else rows)


def _number(cell: Cell | None) -> Any:
    """Return the value that a cell shows, exactly: its text, for the value is only for drawing."""
    if cell is None or cell.value is None:
        return None
    try:
        return Decimal(cell.text.replace(",", "").replace("\u2212", "-"))
    except InvalidOperation:
        return cell.text
