"""Tables as CSV files that spreadsheets open without running anything in them (layer web; CORE-30, CORE-64)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

from core.i18n import _
from core.render.extras import Sheet, TableFormat

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula, full-width forms too."""


def guarded(text: str) -> str:
    """Return a text as it may stand in a cell: what looks like a formula gets an apostrophe before it."""
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def write_csv(sheet: Sheet) -> bytes:
    """Return a table as CSV in UTF-8 with the mark that Excel needs."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([guarded(column.label) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_cell(value) for value in row])
    return target.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return guarded(str(value))


CSV = TableFormat("csv", _("CSV"), "text/csv; charset=utf-8", write_csv)
