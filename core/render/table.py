"""Tables of records as templates draw them (layer render). Plain data."""

from __future__ import annotations

from dataclasses import dataclass

from core.render.values import Shown


@dataclass(frozen=True)
class Column:
    """One column."""

    name: str
    """Path of the field."""
    label: str
    kind: str
    widget: str
    """Name of the widget that draws the cells."""
    align: str = "start"
    """``start``, ``center`` or ``end``."""
    width: int | None = None
    """In pixels; None lets labels and values decide."""
    help: str | None = None
    sort_url: str | None = None
    """Where a click on the head leads; None: can't be sorted by."""
    sorted: str | None = None
    """``ascending`` or ``descending`` while the table is sorted by it."""
    total: Shown | None = None
    """Total over the whole result; None has none."""
    is_name: bool = False
    """Whether the cell names the record and opens it."""


@dataclass(frozen=True)
class Row:
    """One record."""

    id: int
    cells: tuple[Shown, ...]
    """In the order of the columns."""
    url: str | None = None
    """Page of the record; None: can't be opened."""
    tone: str | None = None
    """Class of the style sheet that tints the row, or None."""
    name: str = ""
    """What the record is called, for screen readers."""


@dataclass(frozen=True)
class Group:
    """Rows that belong together, with the head above them."""

    label: str
    count: int
    depth: int = 0
    totals: tuple[Shown | None, ...] = ()
    """In the order of the columns; None where a column has no total."""
    url: str | None = None
    """List of just these records."""
    rows: tuple[Row, ...] = ()
    is_open: bool = True


@dataclass(frozen=True)
class Table:
    """A whole table."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    groups: tuple[Group, ...] = ()
    """Instead of rows where the list is grouped."""

    @property
    def has_totals(self) -> bool:
        """Whether some column has a total."""
        return any(column.total is not None for column in self.columns)
