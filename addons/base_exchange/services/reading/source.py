"""`Source`: the rows of an uploaded file, whatever its kind. What it is, its content says, not its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from addons.base_exchange.services.reading.limits import Limits, too_large, unreadable
from addons.base_exchange.services.reading.spreadsheet import Spreadsheet
from addons.base_exchange.services.reading.textfile import TextTable
from core.api import _

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Kind = Literal["text", "xlsx", "xls"]


@dataclass(frozen=True)
class ReadOptions:
    """How a file is read; None means that it is found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: int = 0


class Source:
    """The rows of a file.

    Args:
        path: The file.
        options: How to read it.
        limits: What it may take.

    Raises:
        ValidationError: It is empty, too large, or its encoding is not known.
    """

    def __init__(self, path: Path, options: ReadOptions | None = None, limits: Limits | None = None) -> None:
        options, limits = options or ReadOptions(), limits or Limits()
        size = path.stat().st_size
        if size > limits.bytes:
            raise too_large(size, limits)
        if not size:
            raise unreadable(_("The file is empty."), code="empty")
        with path.open("rb") as file:
            head = file.read(8)
        self.kind: Kind = "xlsx" if head.startswith(_ZIP) else "xls" if head == _OLE else "text"
        self._table: TextTable | Spreadsheet
        if self.kind == "text":
            self._table = TextTable(path, encoding=options.encoding, delimiter=options.delimiter, limits=limits)
        else:
            self._table = Spreadsheet(path, packed=self.kind == "xlsx", sheet=options.sheet, limits=limits)

    def rows(self) -> Iterator[list[Any]]:
        """Yield the rows from the first; may be called again.

        Raises:
            ValidationError: The file is damaged, too large, or not what it seemed to be.
        """
        return self._table.rows()

    @property
    def encoding(self) -> str | None:
        """Encoding of a text file, None of a spreadsheet."""
        return self._table.encoding if isinstance(self._table, TextTable) else None

    @property
    def delimiter(self) -> str | None:
        """What stands between the cells of a text file."""
        return self._table.delimiter if isinstance(self._table, TextTable) else None

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets of a spreadsheet, once a row was read."""
        return self._table.sheets if isinstance(self._table, Spreadsheet) else []
