"""A table of two dimensions as templates draw it (layer render). Plain data."""

from __future__ import annotations

from dataclasses import dataclass

from core.render.chart import Cell


@dataclass(frozen=True)
class Head:
    """One group of columns."""

    label: str
    is_total: bool = False


@dataclass(frozen=True)
class PivotRow:
    """One row."""

    label: str
    cells: tuple[Cell, ...]
    """For each head one for each measure."""
    depth: int = 0
    is_group: bool = False
    """Whether the rows that follow are its parts."""


@dataclass(frozen=True)
class Pivot:
    """The whole table."""

    corner: str
    """What the rows are."""
    columns: tuple[Head, ...]
    """The last one is the total."""
    measures: tuple[str, ...]
    rows: tuple[PivotRow, ...]
    total: PivotRow
