"""The workbench and its panels as templates draw them (layer render). Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WIDTHS = (3, 4, 6, 8, 12)
"""Twelfths of the page that a panel may take."""


@dataclass(frozen=True)
class Place:
    """One panel and where it stands; its content comes by itself."""

    id: str
    label: str
    kind: str
    """``figure``, ``chart``, ``list``, ``view``, ``widget`` or ``url``."""
    width: int
    """One of `WIDTHS`; figures stand in a strip of their own and have none."""
    is_shown: bool
    help: str | None = None
    url: str | None = None
    """Where its content comes from; None: from the core."""
    icon: str | None = None
    new_url: str | None = None
    """Where a record is made from the panel; None offers none."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Free settings of the panel, for the page on which it stands."""


@dataclass(frozen=True)
class PanelBody:
    """What a panel shows."""

    label: str
    kind: str
    """``figure``, ``chart``, ``list``, ``link``, ``widget`` or ``error``."""
    content: Any = None
    """A `Cell`, a `Chart`, a `Table`, the name and options of a widget, or the text of an error."""
    url: str | None = None
    """Page of all the records; None: there is none."""
    help: str | None = None
