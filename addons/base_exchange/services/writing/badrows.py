"""The rows that were wrong, as a file to be corrected and sent again: the columns as they were, and why."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import IO, Any, Self

from addons.base_exchange.services.values.faults import Row
from addons.base_exchange.services.values.plain import as_text

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")


class BadRows:
    """Writes wrong rows to a temporary CSV file while an import goes on.

    Args:
        header: Headings of the columns.
        reason: Heading of the column added; the import knows it and leaves it out when the file comes back.
        text: Returns a message in the reader's language.
    """

    def __init__(self, header: Sequence[str], reason: str, text: Callable[[Any], str]) -> None:
        self._header, self._reason, self._text = list(header), reason, text
        self._raw: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._raw.close()

    def add(self, row: Row) -> None:
        """Write one row with all that is wrong with it."""
        if not self.count:
            # The mark lets spreadsheet programs see that the file is UTF-8.
            self._line([*self._header, self._reason], mark="\ufeff")
        cells = [*row.cells, *([None] * (len(self._header) - len(row.cells)))][: len(self._header)]
        reasons = dict.fromkeys(self._told(fault) for fault in row.faults)
        self._line([*(_guarded(cell) for cell in cells), " ".join(reasons)])
        self.count += 1

    def _told(self, fault: Any) -> str:
        text = self._text(fault.message)
        return f"{self._header[fault.column]}: {text}" if fault.column is not None else text

    def _line(self, cells: Sequence[str], mark: str = "") -> None:
        line = _Line()
        csv.writer(line).writerow(cells)
        self._raw.write((mark + line.text).encode("utf-8", "replace"))

    def opened(self) -> IO[bytes]:
        """Return the file, to be read from its beginning."""
        self._raw.seek(0)
        return self._raw


class _Line:
    """Takes the one line that a CSV writer writes."""

    text = ""

    def write(self, text: str) -> None:
        """Keep the line."""
        self.text = text


def _guarded(cell: Any) -> str:
    """Return a cell as text; one that a spreadsheet would take for a formula gets an apostrophe, which reading takes away."""
    if cell is None:
        return ""
    text = as_text(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_DANGEROUS) else text
