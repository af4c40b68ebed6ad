"""A table as an XLSX workbook: typed cells, a bold heading that stays, a filter, widths by what the columns hold (CORE-64).

Also a program of its own, which is given the table by `xlsx`: long tables are written there while their rows are still being read. It
imports nothing of ours, so that it starts in a moment.
"""

from __future__ import annotations

import datetime as dt
import math
import pickle
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any, NamedTuple

import xlsxwriter

MOST_ROWS = 1_048_575
"""Rows below the heading that a sheet can hold; what is more goes on in a further sheet."""
_LONGEST_TEXT = 32_767
_EXACT = 2**53
"""Beyond it a spreadsheet, which knows only binary floating point, changes whole numbers."""
_EXACT_DIGITS = 15
_FIRST_DAY = dt.date(1900, 3, 1)
"""Before it spreadsheets count a 29 February that never was."""
_DAY_ZERO = dt.date(1899, 12, 30).toordinal()
"""What spreadsheets count days from, now that their 29 February 1900 is past."""
_WIDTHS = (8, 50)
_MEASURED = 500
"""Rows by which the width of a column is chosen."""
_NO_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_MONEY, _DAY, _MOMENT = "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class Column(NamedTuple):
    """A column of the table; see `SheetColumn`."""

    label: str
    kind: str
    scale: int | None


def write_book(path: str, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table as an XLSX file.

    Rows are written as they come, so memory does not grow with them. Texts are texts, whatever they begin with. Numbers that a
    spreadsheet can't hold exactly, and days before March 1900, become texts too.

    Args:
        path: Where to.
        title: Name of the sheet.
        columns: Its columns.
        rows: Cells by column, as those of `Sheet.rows`.
    """
    book = xlsxwriter.Workbook(path, _OPTIONS)
    _Writer(book, title, columns).write(rows)
    book.close()


class _Writer:
    """Writes one table into a workbook."""

    def __init__(self, book: Any, title: str, columns: Sequence[Column]) -> None:
        self._book, self._title, self._columns = book, title, columns
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": False})
        self._formats: dict[str, Any] = {}
        self._numbers = [self._format(number_format(column)) for column in columns]
        # Below these no number of the column has too many digits, which saves counting them for each cell.
        self._sure = [0 if each.scale is None else 10 ** (_EXACT_DIGITS - each.scale) for each in columns]
        self._days, self._moments = self._format(_DAY), self._format(_MOMENT)
        self._widths = [_width(column.label) + 3 for column in columns]
        self._count = 0

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write all rows."""
        page, line = self._page(), 0
        for row in rows:
            if line == MOST_ROWS:
                self._finish(page, line)
                page, line = self._page(), 0
            line += 1
            if line <= _MEASURED:
                self._measure(row)
            for place, value in enumerate(row):
                # Most cells are texts; a call less for each is felt.
                if type(value) is str and len(value) <= _LONGEST_TEXT:
                    page.write_string(line, place, value)
                elif value is not None:
                    _WRITERS.get(type(value), _write_text)(self, page, line, place, value)
        self._finish(page, line)

    def _page(self) -> Any:
        self._count += 1
        page = self._book.add_worksheet(sheet_name(self._title, self._count))
        page.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            page.write_string(0, place, _text(column.label), self._head)
        return page

    def _finish(self, page: Any, lines: int) -> None:
        for place, width in enumerate(self._widths):
            page.set_column(place, place, min(max(width, _WIDTHS[0]), _WIDTHS[1]))
        if self._widths:
            page.autofilter(0, 0, lines, len(self._widths) - 1)

    def _measure(self, row: Any) -> None:
        for place, value in enumerate(row):
            if value is not None:
                wanted = 19 if isinstance(value, dt.datetime) else _width(str(value)) + 2
                self._widths[place] = max(self._widths[place], wanted)

    def _format(self, text: str | None) -> Any:
        if text is None:
            return None
        if text not in self._formats:
            self._formats[text] = self._book.add_format({"num_format": text})
        return self._formats[text]

    def number(self, page: Any, line: int, place: int, value: Any) -> None:
        """Write a number, as a text if it would not stay what it is."""
        if -self._sure[place] < value < self._sure[place] or is_exact(value):
            page.write_number(line, place, float(value), self._numbers[place])
        else:
            page.write_string(line, place, format(value, "f") if isinstance(value, Decimal) else str(value))

    def day(self, page: Any, line: int, place: int, value: dt.date) -> None:
        """Write a day."""
        if value < _FIRST_DAY:
            page.write_string(line, place, value.isoformat())
        else:
            page.write_number(line, place, value.toordinal() - _DAY_ZERO, self._days)

    def moment(self, page: Any, line: int, place: int, value: dt.datetime) -> None:
        """Write an instant, to the second."""
        if value.date() < _FIRST_DAY:
            page.write_string(line, place, f"{value:%Y-%m-%d %H:%M:%S}")
        else:
            seconds = value.hour * 3600 + value.minute * 60 + value.second
            page.write_number(line, place, value.toordinal() - _DAY_ZERO + seconds / 86_400, self._moments)


def _write_text(_writer: _Writer, page: Any, line: int, place: int, value: Any) -> None:
    page.write_string(line, place, _text(str(value)))


_WRITERS: dict[type, Callable[[_Writer, Any, int, int, Any], None]] = {
    **dict.fromkeys((int, float, Decimal), _Writer.number),
    dt.date: _Writer.day,
    dt.datetime: _Writer.moment,
}


def is_exact(value: float | Decimal) -> bool:
    """Whether a number is the same in a spreadsheet.

    >>> is_exact(2**53 + 1), is_exact(Decimal("1234567890123.45")), is_exact(Decimal("12345678901234.567"))
    (False, True, False)
    """
    if isinstance(value, int):
        return -_EXACT <= value <= _EXACT
    if isinstance(value, float):
        return math.isfinite(value)
    return value.is_finite() and len(value.normalize().as_tuple().digits) <= _EXACT_DIGITS


def number_format(column: Column) -> str | None:
    """Return how numbers of a column are shown; None as they are."""
    if column.kind == "money":
        return _MONEY
    if column.kind == "integer":
        return "#,##0"
    if column.kind == "decimal" and column.scale is not None:
        return "#,##0" + (f".{'0' * column.scale}" if column.scale else "")
    return None


def sheet_name(title: str, number: int) -> str:
    """Return the name of a sheet: no more than 31 characters, none that spreadsheets refuse.

    >>> sheet_name("Orders: 2026/11", 1), sheet_name("[]", 2)
    ('Orders 2026 11', 'Sheet 2')
    """
    name = " ".join(_NO_NAME.sub(" ", title).split()).strip("'")
    if not name or name.casefold() == "history":
        return f"Sheet {number}"
    tail = f" {number}" if number > 1 else ""
    return name[: 31 - len(tail)].strip("' ") + tail


def _text(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def _width(text: str) -> int:
    """Return how many Latin letters wide the longest line of a text is."""
    return max(
        sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line) for line in text[:200].split("\n")
    )


def _received(pipe: IO[bytes]) -> Iterator[Any]:
    """Yield the rows that come through a pipe, list by list, to the empty list at the end.

    Raises:
        EOFError: Who sends them is gone, or has given up.
    """
    while rows := pickle.load(pipe):  # noqa: S301 - from the program that started this one; nobody else has the pipe
        yield from rows


def main(path: str) -> None:
    """Write the table that comes through standard input: title and columns, then lists of rows, then an empty list."""
    title, columns = pickle.load(sys.stdin.buffer)  # noqa: S301 - as above
    write_book(path, title, [Column(*each) for each in columns], _received(sys.stdin.buffer))


if __name__ == "__main__":
    main(*sys.argv[1:])
