"""Charts and tables of statistics as sheets that leave the system, with the same numbers as the page."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from addons.base_report.services.answer import Answer
from addons.base_report.services.grid import Grid
from addons.base_report.services.measures import text
from core.api import Cell, Chart, Environment, Sheet, SheetColumn, _, formats


def chart_sheet(env: Environment, title: str, chart: Chart) -> Sheet:
    """Return the table beside a chart; its last row is the total."""
    is_split = any(line.total is not None for line in chart.lines)
    heads = [SheetColumn(chart.dimension, "char"), *(SheetColumn(name, "decimal") for name in chart.series)]
    total = text(env, _("Total"))
    rows = [[line.label, *map(_number, line.cells)] for line in chart.lines]
    rows.append([total, *map(_number, chart.totals)])
    if is_split:
        heads.append(SheetColumn(total, "decimal"))
        for row, cell in zip(rows, [*(line.total for line in chart.lines), chart.grand], strict=True):
            row.append(_number(cell))
    return Sheet(title, heads, rows)


def grid_sheet(title: str, grid: Grid) -> Sheet:
    """Return the table of groups and periods, its rows indented by depth."""
    several = len(grid.measures) > 1
    labels = [f"{head} · {name}" if several else head for head in grid.heads for name in grid.measures]
    heads = [SheetColumn(grid.corner, "char"), *(SheetColumn(label, "decimal") for label in labels)]
    rows = [["  " * row.depth + row.label, *map(_number, row.cells)] for row in (*grid.rows, grid.total)]
    return Sheet(title, heads, rows)


def sheet_of(env: Environment, what: str, title: str, answer: Answer) -> Sheet | None:
    """Return the sheet of the chart or the table; None where there is nothing to write."""
    if what == "chart":
        return chart_sheet(env, title, answer.chart) if answer.chart is not None else None
    return grid_sheet(title, answer.grid) if answer.grid is not None else None


def _number(cell: Cell | None) -> Any:
    """Return the value that a cell shows, exactly: its text, for the value is only for drawing."""
    if cell is None or cell.value is None or cell.text == formats.NONE:
        return None
    try:
        return Decimal(cell.text.replace(",", "").replace("\u2212", "-"))
    except InvalidOperation:
        return cell.text
