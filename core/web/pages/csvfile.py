"""Records as a CSV file that spreadsheets open without running anything in it (layer web; CORE-30, CORE-42)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from core.i18n import _
from core.render.values import NUMBERS
from core.web.pages.columns import Bound

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula, full-width forms too."""


def guarded(text: str) -> str:
    """Return a text as it may stand in a cell: what looks like a formula gets an apostrophe before it."""
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def csv_of(columns: Sequence[Bound], rows: Iterable[Mapping[str, Any]], text: Any, zone: str) -> bytes:
    """Return rows as CSV in UTF-8 with the mark that Excel needs.

    Args:
        columns: What stands in it.
        rows: As `BoundModel.read` gave them for `paths_to_read`.
        text: Renders a label in the reader's language.
        zone: IANA name of the reader's time zone.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([guarded(column.column.label) for column in columns])
    for row in rows:
        writer.writerow([_cell(column, row, text, zone) for column in columns])
    return target.getvalue().encode("utf-8-sig")


def _cell(column: Bound, row: Mapping[str, Any], text: Any, zone: str) -> Any:
    value, field = row[column.path], column.field
    if value is None:
        return ""
    if field is not None and field.is_relation:
        value = row.get(f"{column.path}.display_name")
        if isinstance(value, (list, tuple)):
            value = ", ".join(str(item) for item in value)
        return guarded("" if value is None else str(value))
    if field is not None and field.kind in NUMBERS:
        return format(value, "f") if not isinstance(value, (int, float)) else value
    if isinstance(value, bool):
        return text(_("Yes") if value else _("No"))
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if field is not None and field.kind == "selection":
        return guarded(text(field.options.get(value, value)))
    return guarded(str(value))
