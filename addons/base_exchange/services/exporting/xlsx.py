"""The format XLSX: short tables are written here, long ones by a program of their own while their rows are still being read (CORE-64)."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any

from addons.base_exchange.services.exporting.workbook import Column, write_book
from addons.base_exchange.services.pipe import PIPE_BYTES
from core.api import CoreError, Sheet, TableFormat, _

SHORT = 2000
"""Rows that are written sooner than a program has started."""
_SENT = 500
"""Rows sent together."""
_PROGRAM = Path(__file__).with_name("workbook.py")


def write_xlsx(sheet: Sheet) -> bytes:
    """Return a table as an XLSX file, as `workbook.write_book` makes it.

    Raises:
        CoreError: The program that writes long tables has failed, for instance because the disk is full.
    """
    columns = [Column(each.label, each.kind, each.scale) for each in sheet.columns]
    rows = iter(sheet.rows)
    first = list(islice(rows, SHORT + 1))
    with tempfile.NamedTemporaryFile(prefix="tangram-export-", suffix=".xlsx") as file:
        if len(first) <= SHORT:
            write_book(file.name, sheet.title, columns, first)
        else:
            _write_elsewhere(file.name, sheet.title, columns, chain(first, rows))
        file.seek(0)
        return file.read()


def _write_elsewhere(path: str, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Have the program write the table while ``rows`` are read; it ends with us, whatever happens."""
    words = [sys.executable, "-I", str(_PROGRAM), path]
    with subprocess.Popen(words, stdin=subprocess.PIPE, pipesize=PIPE_BYTES) as process:
        assert process.stdin is not None  # a pipe was asked for
        try:
            for piece in _pieces(title, columns, rows):
                pickle.dump(piece, process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended early; its status says so
        except BaseException:
            process.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                process.stdin.close()
        status = process.wait()
    if status:
        raise CoreError(
            _("The spreadsheet could not be written."), hint=_("the log of the server says why"), code="export.write"
        )


def _pieces(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[Any]:
    """Yield what the program reads: title and columns, then rows, then an empty list, which says that they were all."""
    yield title, [tuple(each) for each in columns]
    source = iter(rows)
    while piece := list(islice(source, _SENT)):
        yield piece
    yield []


XLSX = TableFormat("xlsx", _("Excel"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx)
