"""Tables of the administration pages as templates draw them (layer render). Plain data for ``admin_table.html``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell: a text, perhaps a link, and what stands in grey beside it."""

    text: str
    url: str | None = None
    note: str = ""
    tone: str | None = None
    """``ok``, ``wa``, ``er``, ``ac`` or ``gr``: shown with a dot; None: plain."""
    title: str | None = None
    is_wide: bool = False
    """Whether the text may take several lines."""
    is_code: bool = False


@dataclass(frozen=True)
class RowButton:
    """A button of one row; sends ``one`` with its value."""

    label: str
    value: str
    confirm: str | None = None
    """Question asked before; None asks nothing."""
    is_danger: bool = False


@dataclass(frozen=True)
class AdminRow:
    """One row."""

    id: int
    cells: tuple[Cell, ...]
    buttons: tuple[RowButton, ...] = ()
    name: str = ""
    """What it is called, for screen readers."""
    can_choose: bool = True


@dataclass(frozen=True)
class Tab:
    """One choice above a table."""

    label: str
    url: str
    is_on: bool = False
    count: int | None = None


@dataclass(frozen=True)
class AdminTable:
    """A table with what stands round it."""

    heads: tuple[str, ...]
    rows: tuple[AdminRow, ...]
    action: str = ""
    """Where its buttons send; empty: it has none."""
    empty: str = ""
    empty_icon: str = "inbox"
    tabs: tuple[Tab, ...] = ()
    has_boxes: bool = False
    batch: tuple[RowButton, ...] = ()
    """Buttons for all rows ticked."""
    typed: str = ""
    """Word that must be typed in for the last of them; empty: none."""
    older_url: str | None = None
    newer_url: str | None = None
    empty_hint: str = ""
    """What comes to stand here, shown where nothing does."""
