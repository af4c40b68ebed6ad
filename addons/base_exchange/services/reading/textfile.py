"""Rows of CSV and its kin: delimiter found, read in a stream."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from addons.base_exchange.services.reading.encoding import find_encoding, no_text
from addons.base_exchange.services.reading.limits import Limits, too_many_columns, too_many_rows, unreadable
from core.api import _

DELIMITERS = (",", "\t", ";", "|")
_LOOKED_AT = 30
_GUARDED = "=+-@\t\r'"


class TextTable:
    """A text file with a table.

    Args:
        path: The file.
        encoding: As Python calls it; None finds it out.
        delimiter: Between cells; None finds it out.
        limits: What it may take.

    Raises:
        ValidationError: It is no text, or its encoding is not known.
    """

    def __init__(self, path: Path, *, encoding: str | None, delimiter: str | None, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self.encoding = encoding or find_encoding(path)
        self.delimiter = delimiter or self._find_delimiter()

    def rows(self) -> Iterator[list[Any]]:
        """Yield the rows as lists of texts; an empty cell is None.

        Raises:
            ValidationError: Too large, not in this encoding, or no table.
        """
        rows = self._parsed(self.delimiter)
        count = 0
        try:
            for count, row in enumerate(rows, start=1):
                if len(row) > self._limits.columns:
                    raise too_many_columns(len(row), self._limits)
                if count > self._limits.rows:
                    raise too_many_rows(self._limits)
                yield [_plain(cell) for cell in row]
        except UnicodeDecodeError as error:
            raise unreadable(
                _(
                    "The file is not in %(encoding)s, or is damaged after row %(row)s.",
                    encoding=self.encoding,
                    row=count,
                ),
                code="encoding",
                hint=_("choose another encoding"),
            ) from error
        except csv.Error as error:
            raise unreadable(
                _("The file is no table: row %(row)s can't be read (%(reason)s).", row=count + 1, reason=str(error)),
                code="csv",
                hint=_("a quotation mark may be missing, or the delimiter is another one"),
            ) from error

    def _parsed(self, delimiter: str) -> Iterator[list[str]]:
        with self._path.open(encoding=self.encoding, newline="") as file:
            yield from csv.reader(file, delimiter=delimiter, strict=True)

    def _find_delimiter(self) -> str:
        """Return the delimiter that makes the most columns of the first rows, the same number in most of them."""
        with self._path.open(encoding=self.encoding, newline="", errors="replace") as file:
            sample = file.read(1 << 16)
        if "\x00" in sample:
            raise no_text()
        best, found = (0.0, 0), ","
        for delimiter in DELIMITERS:
            reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
            try:
                widths = [len(row) for row in islice(reader, _LOOKED_AT) if row]
            except csv.Error:
                continue
            if not widths:
                continue
            usual = max(set(widths), key=widths.count)
            mark = (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)
            if mark > best:
                best, found = mark, delimiter
        return found


def _plain(cell: str) -> str | None:
    if not cell:
        return None
    # The apostrophe that an export put before what a spreadsheet would take for a formula.
    return cell[1:] if cell[0] == "'" and len(cell) > 1 and cell[1] in _GUARDED else cell
