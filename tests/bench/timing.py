"""Times contestants against each other: interleaved rounds, collected garbage, medians and spread."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

OURS, CORE = "tangram", "core"


class Clock:
    """Adds up the time spent inside ``with clock:``; what a contestant does outside is preparation and does not count."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._began = 0.0

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds += time.perf_counter() - self._began


Contestant = Callable[[Clock], Any]
"""Does the work once, with the part that counts inside ``with clock:``, and returns the result, which must be equal for all."""


class Times:
    """The rounds of one workload, in seconds by contestant."""

    def __init__(self, seconds: Mapping[str, list[float]]) -> None:
        self.seconds = seconds

    def median(self, name: str) -> float:
        """The median of one contestant."""
        return statistics.median(self.seconds[name])

    def ratios(self, above: str, below: str) -> list[float]:
        """Time of ``above`` divided by time of ``below``, round by round, smallest first."""
        return sorted(a / b for a, b in zip(self.seconds[above], self.seconds[below], strict=True))


def race(contestants: Mapping[str, Contestant], *, rounds: int, warm_up: int = 1) -> Times:
    """Run the contestants in turn, in the opposite order every other round, and compare their results in each round.

    The garbage collector stays on, as in production; it only starts every run with nothing to collect.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(warm_up + rounds):
        results = {}
        for name in contestants if number % 2 else reversed(list(contestants)):
            gc.collect()
            clock = Clock()
            results[name] = contestants[name](clock)
            if number >= warm_up:
                seconds[name].append(clock.seconds)
        first, *others = results.values()
        assert all(other == first for other in others), "the contestants did not do the same work"
    return Times(seconds)
