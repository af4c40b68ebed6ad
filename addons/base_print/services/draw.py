"""Has a print drawn by a process of its own, which has limits of time and memory and reaches neither files nor network of the application."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHILD = "addons.base_print.services.engine.child"
ROOT = Path(__file__).parents[3]
MIB = 1 << 20
BASE_S = 10
"""Seconds of computing for any print; each document adds to it."""
DOCUMENTS_PER_S = 5
"""Documents that a second more is given for."""
MEMORY = 1024 * MIB
MOST_PAGES = 2000
PREVIEW_PAGES = 6
PREVIEW_WIDTH = 900
"""Pixels."""


@dataclass(frozen=True)
class Drawn:
    """What became of an order."""

    parts: tuple[bytes, ...] = ()
    """One PDF, or pictures of pages."""
    pages: int = 0
    """Pages of all documents, also those of which no picture was made."""
    error: Mapping[str, Any] | None = None
    """Why there is nothing: ``kind`` (syntax, name, value, size, pages, time, crash), ``place`` (body, header, footer), ``line`` and more;
    None: all went well."""


def draw(order: Mapping[str, Any], documents: int, *, base_s: int = BASE_S, memory: int = MEMORY) -> Drawn:
    """Fill the templates of an order and draw its pages.

    Args:
        order: What is drawn; see `print_records.order_of`.
        documents: How many there are, for the limits.
        base_s: Seconds of computing that any print may take.
        memory: Bytes of address space.
    """
    seconds = base_s + documents // DOCUMENTS_PER_S
    limits = {
        "cpu_s": seconds,
        "memory": memory,
        "pages": MOST_PAGES,
        "pictures": PREVIEW_PAGES,
        "width": PREVIEW_WIDTH,
    }
    line = json.dumps({**order, "limits": limits}).encode() + b"\n"
    with tempfile.TemporaryDirectory(prefix="tangram-print-") as folder:
        Path(folder, "fonts.conf").write_text(_FONTS_CONF, encoding="utf-8")
        try:
            ended = subprocess.run(
                [sys.executable, "-s", "-m", CHILD],
                input=line,
                stdout=subprocess.PIPE,
                # A warning for each picture that is refused; nobody reads them, and there may be very many.
                stderr=subprocess.DEVNULL,
                timeout=seconds * 3,
                cwd=folder,
                env=_environment(folder),
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Drawn(error={"kind": "time", "seconds": seconds})
    if ended.returncode or not ended.stdout:
        is_time = ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
        return Drawn(error={"kind": "time", "seconds": seconds} if is_time else {"kind": "crash"})
    head, _end, rest = ended.stdout.partition(b"\n")
    told = json.loads(head)
    parts = []
    for size in told["sizes"]:
        parts.append(rest[:size])
        rest = rest[size:]
    return Drawn(tuple(parts), told.get("pages", 0), told.get("error"))


def _environment(folder: str) -> dict[str, str]:
    """Return the variables of the process: none of ours, for they may hold passwords."""
    return {
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "FONTCONFIG_PATH": folder,
        "FONTCONFIG_FILE": "fonts.conf",
        "PATH": os.defpath,
    }


_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig></fontconfig>
"""
"""No font but our own: what a print looks like must not depend on the machine."""
