"""Cards in columns as templates draw them (layer render). Plain data."""

from __future__ import annotations

from dataclasses import dataclass

from core.render.values import Shown


@dataclass(frozen=True)
class CardField:
    """One value on a card."""

    label: str
    kind: str
    widget: str
    shown: Shown


@dataclass(frozen=True)
class Card:
    """One record."""

    id: int
    title: str
    url: str
    tone: str | None
    figures: tuple[CardField, ...] = ()
    """Numbers, on the left of the line that dates end."""
    dates: tuple[CardField, ...] = ()
    people: tuple[CardField, ...] = ()
    """Whose it is, as circles in the last line."""
    others: tuple[CardField, ...] = ()


@dataclass(frozen=True)
class Segment:
    """A part of the bar over a column, in percent of its width."""

    label: str
    count: int
    start: float
    width: float
    tone: str


@dataclass(frozen=True)
class Lane:
    """One column."""

    key: str
    """What a card moved here gets, as text; empty for none."""
    label: str
    count: int
    sum: str = ""
    cards: tuple[Card, ...] = ()
    bar: tuple[Segment, ...] = ()
    is_folded: bool = False
    fold_url: str = ""
    """Folds or unfolds it."""
    remaining: int = 0
    more_url: str | None = None
    new_url: str | None = None
    takes: bool = True
    """Whether cards can be moved here."""


@dataclass(frozen=True)
class Board:
    """All columns."""

    lanes: tuple[Lane, ...]
    can_move: bool
    move_url: str
    """Where a move is sent to, with ``{id}`` for the record."""
