"""A program of its own that reads one spreadsheet and writes its rows as JSON lines; started by `spreadsheet`.

A damaged or hostile file may take all memory or stop the reader within foreign code. Here that ends a small process with a limit on memory
and time, and not the one that serves people. It imports nothing of ours, so that it starts in a moment.

Lines written: first ``{"sheets": […], "width": n}``, then lists of up to `CHUNK` rows, at the end ``{"rows": n}``; or ``{"error": word, …}``.
"""

from __future__ import annotations

import datetime
import json
import sys
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

try:
    import resource
except ImportError:  # Windows has no limits of this kind
    resource = None  # type: ignore[assignment]

CHUNK = 500
"""Rows of one line."""


def main(path: str, sheet: str, most_columns: str, most_rows: str, memory_mb: str, seconds: str) -> int:
    """Write the rows of a sheet.

    Args:
        path: The file.
        sheet: Number of the sheet, counted from 0.
        most_columns: More columns are refused.
        most_rows: More rows are refused.
        memory_mb: Megabytes of address space the process may take.
        seconds: Seconds of processor time it may take.
    """
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (int(memory_mb) << 20,) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds),) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        return write_rows(path, int(sheet), int(most_columns), int(most_rows))
    except PasswordError:
        say({"error": "password"})
    except MemoryError:
        say({"error": "memory"})
    except (CalamineError, OSError, ValueError) as error:
        say({"error": "damaged", "detail": str(error)[:200]})
    except BaseException as error:  # noqa: BLE001 - a panic of the reader is no Exception; whatever it is, it is told
        say({"error": "damaged", "detail": type(error).__name__})
    return 1


def write_rows(path: str, number: int, most_columns: int, most_rows: int) -> int:
    """Write the head, the rows and the end; return the exit status."""
    book = CalamineWorkbook.from_path(path)
    names = book.sheet_names
    if number >= len(names):
        say({"error": "sheet", "sheets": names})
        return 1
    sheet = book.get_sheet_by_index(number)
    below, right = sheet.end or (-1, -1)
    width, height = right + 1, below + 1
    if width > most_columns or height > most_rows:
        say({"error": "columns" if width > most_columns else "rows", "found": max(width, height)})
        return 1
    say({"sheets": names, "width": width})
    above, left = sheet.start or (0, 0)
    count = 0
    # Empty rows and columns before the first cell are left out by the reader; numbers of rows are those a person sees.
    rows = iter(sheet.iter_rows())
    if left or above:
        padding = [""] * left
        rows = iter([*([[]] * above), *([*padding, *row] for row in rows)])
    while chunk := list(islice(rows, CHUNK)):
        count += len(chunk)
        say([[None if cell == "" else cell for cell in row] for row in chunk])
    say({"rows": count})
    return 0


def say(value: Any) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=plain) + "\n")


def plain(value: Any) -> Any:
    """Return a date, time or length of time as JSON can say it."""
    if isinstance(value, datetime.timedelta):
        return {"s": value.total_seconds()}
    return {"t" if isinstance(value, (datetime.datetime, datetime.time)) else "d": value.isoformat()}


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # a text stream
    sys.exit(main(*sys.argv[1:]))
