"""Rows of XLSX, XLS and ODS, read by a process of its own (`sheet_process`) with limits on memory and time."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from addons.base_exchange.services.pipe import PIPE_BYTES
from addons.base_exchange.services.reading.archive import check_archive, encrypted
from addons.base_exchange.services.reading.limits import Limits, too_many_columns, too_many_rows, unreadable
from core.api import _

_PROGRAM = Path(__file__).with_name("sheet_process.py")


class Spreadsheet:
    """One sheet of a spreadsheet, read row by row.

    Args:
        path: The file.
        packed: Whether it is a ZIP file (XLSX, ODS), which is looked into first.
        sheet: Number of the sheet, counted from 0.
        limits: What it may take.
    """

    def __init__(self, path: Path, *, packed: bool, sheet: int, limits: Limits) -> None:
        self._path, self._packed, self._sheet, self._limits = path, packed, sheet, limits
        self.sheets: list[str] = []
        """Names of the sheets, known once reading has begun."""

    def rows(self) -> Iterator[list[Any]]:
        """Yield the rows as lists of text, number, truth, date or time; an empty cell is None.

        Raises:
            ValidationError: Damaged, protected, or too large.
        """
        if self._packed:
            check_archive(self._path, self._limits)
        limits = self._limits
        numbers = (self._sheet, limits.columns, limits.rows, limits.memory_mb, limits.seconds)
        words = [sys.executable, "-I", str(_PROGRAM), str(self._path), *(str(number) for number in numbers)]
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=PIPE_BYTES, pipesize=PIPE_BYTES
        ) as process:
            try:
                yield from self._read(process)
            finally:
                process.kill()

    def _read(self, process: subprocess.Popen[bytes]) -> Iterator[list[Any]]:
        assert process.stdout is not None  # a pipe was asked for
        for line in process.stdout:
            try:
                said = json.loads(line, object_hook=_moment)
            except ValueError:
                break
            if isinstance(said, list):
                yield from said
            elif "error" in said:
                raise self._refusal(said)
            elif "rows" in said:
                return
            else:
                self.sheets = said["sheets"]
        # The process ended without a word: it ran out of memory or time.
        raise self._refusal({"error": "memory"})

    def _refusal(self, said: dict[str, Any]) -> Exception:
        kind = said["error"]
        if kind == "columns":
            return too_many_columns(said["found"], self._limits)
        if kind == "rows":
            return too_many_rows(self._limits)
        if kind == "password":
            return encrypted()
        if kind == "sheet":
            self.sheets = said["sheets"]
            return unreadable(_("The file has no such sheet."), code="sheet")
        if kind == "memory":
            return unreadable(
                _("The sheet takes too much memory or time to be read."),
                code="memory",
                hint=_("delete cells far down or far to the right that hold nothing of use, or save it as CSV"),
            )
        return unreadable(
            _("The spreadsheet is damaged or not complete."), hint=_("save it again in Excel or WPS, or send it anew")
        )


def _moment(said: dict[str, Any]) -> Any:
    """Return a date, time or length of time that the process wrote as JSON; what it says itself stays as it is."""
    if (text := said.get("d")) is not None:
        return datetime.date.fromisoformat(text)
    if (text := said.get("t")) is not None:
        return datetime.datetime.fromisoformat(text) if "T" in text else datetime.time.fromisoformat(text)
    return datetime.timedelta(seconds=said["s"]) if "s" in said else said
