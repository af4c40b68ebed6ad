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
    """Rows that belong together, with the head above them. Groups within groups follow their own, one level deeper."""

    key: str
    """Short name of the group within its list."""
    label: str
    count: int
    depth: int = 0
    person: int | None = None
    """Tint of the circle before the label where the group is a person's; None draws none."""
    initials: str = ""
    totals: tuple[Shown | None, ...] = ()
    """In the order of the columns; None where a column has no total."""
    toggle_url: str = ""
    """Opens or folds it."""
    rows: tuple[Row, ...] = ()
    is_open: bool = True
    remaining: int = 0
    """Records of an open group that are not shown."""
    more_url: str | None = None
    """Shows more of them; None where all are shown or groups lie within."""


@dataclass(frozen=True)
class Table:
    """A whole table."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    groups: tuple[Group, ...] = ()
    """Instead of rows where the list is grouped, from the first head to the last."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.rows and not self.groups

    @property
    def has_totals(self) -> bool:
        """Whether some column has a total."""
        return any(column.total is not None for column in self.columns)
