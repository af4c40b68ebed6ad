"""What the runners of other frameworks share: their order, the clock, the answer. Runs in the environment of the peers.

A runner gets one JSON file: ``engine``, ``database`` (path or name), ``host`` and ``user`` of PostgreSQL, ``rounds``, ``number`` of parts,
``leader``, ``team`` and ``owner`` (ids of our users), ``texts`` and ``page``. It prints one JSON line: seconds of each round by workload.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

STAMPED = ("name", "code", "quantity", "price", "weight", "arrived_on", "active", "kind", "note")


def order() -> dict[str, Any]:
    """Return what is to be done."""
    found: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    return found


class Clock:
    """Adds up the time spent inside ``with clock:``."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_error: object) -> None:
        self.seconds += time.perf_counter() - self._began


def measure(work: Callable[[Clock], object], rounds: int) -> list[float]:
    """Return the seconds of ``rounds`` rounds after one that does not count."""
    seconds = []
    for _round in range(rounds + 1):
        gc.collect()
        clock = Clock()
        work(clock)
        seconds.append(clock.seconds)
    return seconds[1:]


def answer(seconds: dict[str, list[float]]) -> None:
    """Give the result back."""
    print(json.dumps(seconds))  # noqa: T201 (read by the process that started this one)


def pattern(text: str) -> str:
    """Return the LIKE pattern of a text in Chinese, as the fuzzy column is searched."""
    return f"%{'%'.join(text)}%|%"
