"""Collects the measurements, prints them, and writes the table into ``docs/explanation/performance.md``."""

from __future__ import annotations

import datetime
import os
import platform
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from tests.bench.timing import CORE, OURS, Times

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "performance.md"
BEGIN, END = "<!-- {name}: written by make bench -->", "<!-- end of {name} -->"


@dataclass(frozen=True)
class Target:
    """What is promised: at least so many times the speed of the other, or at most so many times its time."""

    limit: float
    at_least: bool
    """Whether ``limit`` is a speed to reach (of ``core``: 0.35 is about a third as fast), not a time to keep below."""
    seconds: bool = False
    """Whether ``limit`` is a number of seconds more than the other, not a multiple."""

    def __str__(self) -> str:
        if self.seconds:
            return f"≤ {self.limit:g} s more"
        return f"≥ {self.limit:g} × speed" if self.at_least else f"≤ {self.limit:g} × time"

    def values(self, times: Times, name: str) -> list[float]:
        """What compares with the limit, one value a round, smallest first."""
        if self.seconds:
            return sorted(a - b for a, b in zip(times.seconds[name], times.seconds[CORE], strict=True))
        return times.ratios(CORE, name) if self.at_least else times.ratios(name, CORE)

    def verdict(self, value: float) -> str:
        """Say whether ``value`` meets it, and by how much not."""
        if value >= self.limit if self.at_least else value <= self.limit:
            return "met"
        return f"**missed by {abs(value / self.limit - 1):.0%}**"


def at_least(limit: float) -> Target:
    """At least ``limit`` times the speed of Core."""
    return Target(limit, at_least=True)


def at_most(limit: float) -> Target:
    """At most ``limit`` times the time of Core."""
    return Target(limit, at_least=False)


@dataclass(frozen=True)
class Measurement:
    """One workload on one engine."""

    workload: str
    engine: str
    times: Times
    target: Target | None
    name: str = OURS

    def cells(self) -> list[str]:
        """The row of the table."""
        target = self.target or at_most(1)
        values = target.values(self.times, self.name)
        middle = statistics.median(values)
        unit = " s" if target.seconds else " ×"
        return [
            self.workload,
            self.engine,
            milliseconds(self.times.median(self.name)),
            milliseconds(self.times.median(CORE)),
            f"{middle:.2f}{unit}",
            f"{values[0]:.2f}–{values[-1]:.2f}",
            str(self.target or "none"),
            self.target.verdict(middle) if self.target else "",
        ]


HEADINGS = ("workload", "database", "Tangram, ms", "other, ms", "ratio", "lowest–highest", "target", "result")


@dataclass
class Report:
    """All measurements of one run."""

    measurements: list[Measurement] = field(default_factory=list)
    peers: dict[tuple[str, str], dict[str, list[float]]] = field(default_factory=dict)
    """(workload, engine) → other framework → seconds of its rounds."""
    servers: dict[str, str] = field(default_factory=dict)
    """Engine → version."""

    def add(self, workload: str, engine: str, times: Times, target: Target | None, name: str = OURS) -> None:
        """Note one workload and print it at once."""
        self.measurements.append(Measurement(workload, engine, times, target, name))
        print("\n" + " | ".join(cell for cell in self.measurements[-1].cells() if cell))  # noqa: T201 (the run takes minutes)

    def table(self) -> str:
        """The table of targets, below the facts of the machine."""
        return f"{self.facts()}\n\n{table(HEADINGS, [item.cells() for item in self.measurements])}"

    def peer_table(self) -> str:
        """The table of the other frameworks, below the facts of the machine."""
        names = sorted({name for times in self.peers.values() for name in times})
        ours = {(item.workload, item.engine): item.times for item in self.measurements if item.name == OURS}
        rows = []
        for key, seconds in self.peers.items():
            medians = [milliseconds(statistics.median(seconds[name])) if name in seconds else "–" for name in names]
            rows.append([*key, milliseconds(ours[key].median(OURS)), milliseconds(ours[key].median(CORE)), *medians])
        headings = ("workload", "database", "Tangram, ms", "Core, ms", *(f"{name}, ms" for name in names))
        return f"{self.facts()}\n\n{table(headings, rows)}"

    def facts(self) -> str:
        """What was measured on, and when."""
        packages = ", ".join(f"{name} {version(name)}" for name in ("SQLAlchemy", "psycopg"))
        servers = ", ".join(f"{name} {number}" for name, number in sorted(self.servers.items()))
        return (
            f"Measured on {_today()}: {_processor()}, {os.cpu_count()} processors, {_memory_gb()} GB of memory, "
            f"{platform.system()}, Python {platform.python_version()}, {packages}; {servers}."
        )


def write(name: str, text: str, page: Path = PAGE) -> None:
    """Replace what stands between the markers called ``name``.

    Raises:
        ValueError: The page lacks the markers.
    """
    begin, end = BEGIN.format(name=name), END.format(name=name)
    old = page.read_text(encoding="utf-8")
    before, found, rest = old.partition(begin)
    _between, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{page.name} lacks the markers of {name}")
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (headings, ["---"] * len(headings), *rows))


def milliseconds(seconds: float) -> str:
    """Return a time with three digits that mean something."""
    value = seconds * 1000
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def _processor() -> str:
    return next(_values(Path("/proc/cpuinfo"), "model name"), "") or platform.processor() or platform.machine()


def _memory_gb() -> str:
    total = next(_values(Path("/proc/meminfo"), "MemTotal"), "0 kB").split()[0]
    return f"{int(total) / 1024**2:.0f}"


def _values(path: Path, key: str) -> Iterator[str]:
    """Yield the values of a key in a file of the kernel's; none on other systems."""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        name, _colon, value = line.partition(":")
        if name.strip() == key:
            yield value.strip()
