"""Charts with their tables as templates and scripts draw them (layer render). Plain data; both are made of the same cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_FUNNEL_WIDTH, _FUNNEL_STEP, _FUNNEL_GAP = 320, 44, 2


@dataclass(frozen=True)
class Cell:
    """One value of a chart and of its table."""

    text: str
    """As the table shows it."""
    short: str
    """As the chart shows it, such as ``128.64 万``."""
    value: float | None
    """Height of the bar; None: no value."""
    url: str | None = None
    """List of the records behind it."""


@dataclass(frozen=True)
class Line:
    """One category: a row of the table, a place on the axis."""

    label: str
    cells: tuple[Cell, ...]
    """In the order of `Chart.series`."""
    total: Cell | None = None
    """Over all series; None where there is only one."""
    share: str | None = None
    """Percentage of the whole; None where parts do not add up."""
    count: Cell | None = None
    """Number of records; None where that is what is measured."""
    change: str | None = None
    """By how much it changed since the year before; None where that is not compared."""


@dataclass(frozen=True)
class Chart:
    """A chart."""

    kind: str
    """``bar``, ``line``, ``pie`` or ``funnel``."""
    title: str
    """What is measured."""
    dimension: str
    """What the lines are."""
    series: tuple[str, ...]
    """Names of the series; one without a second dimension."""
    lines: tuple[Line, ...]
    totals: tuple[Cell, ...] = ()
    """By series."""
    grand: Cell | None = None
    """Over everything."""
    count: Cell | None = None
    """All records."""
    is_stacked: bool = False
    is_dated: bool = False
    """Whether the lines are periods."""
    apart: tuple[int, ...] = ()
    """Places of the series that are drawn as lines on an axis of their own, since they count something else than the first."""
    change: str | None = None
    """By how much the whole changed since the year before, which is the second series; None where that is not compared."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """What the script draws from."""
        return {
            "kind": self.kind,
            "stacked": self.is_stacked,
            "compared": self.change is not None,
            "labels": [line.label for line in self.lines],
            "series": [
                {
                    "name": name,
                    "apart": number in self.apart,
                    "values": [line.cells[number].value for line in self.lines],
                    "texts": [line.cells[number].short for line in self.lines],
                    "urls": [line.cells[number].url for line in self.lines],
                }
                for number, name in enumerate(self.series)
            ],
        }

    @property
    def funnel(self) -> Sequence[Mapping[str, Any]]:
        """The steps of a funnel: points of a trapezium, label, value, address, number of its colour."""
        values = [max(0.0, line.cells[0].value or 0.0) for line in self.lines]
        widest = max(values, default=0.0) or 1.0
        widths = [max(24.0, _FUNNEL_WIDTH * value / widest) for value in values]
        found = []
        for number, line in enumerate(self.lines):
            top = widths[number]
            # A step never grows towards the one below, which may be wider: it is no sieve but a count.
            below = min(top, widths[min(number + 1, len(widths) - 1)])
            y, middle = number * _FUNNEL_STEP, _FUNNEL_WIDTH / 2
            corners = (
                (-top / 2, y),
                (top / 2, y),
                (below / 2, y + _FUNNEL_STEP - _FUNNEL_GAP),
                (-below / 2, y + _FUNNEL_STEP - _FUNNEL_GAP),
            )
            points = " ".join(f"{middle + x:.1f},{height:.1f}" for x, height in corners)
            found.append({"points": points, "y": y + _FUNNEL_STEP / 2, "line": line, "color": min(number + 1, 5)})
        return found

    @property
    def height(self) -> int:
        """Height of the funnel."""
        return len(self.lines) * _FUNNEL_STEP
