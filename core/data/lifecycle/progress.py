"""How long work tells how far it is. Layer: data."""

from __future__ import annotations

from typing import Any, Protocol


class Progress(Protocol):
    """Shows one piece of work after the other; the command line does it with bars."""

    def start(self, total: int, label: Any) -> None:
        """Begin a piece of work of ``total`` steps; ``label`` is a `Message`."""

    def advance(self, count: int = 1) -> None:
        """Say that steps of the present piece are done."""

    def done(self) -> None:
        """End the present piece."""


class NoProgress:
    """Shows nothing."""

    def start(self, total: int, label: Any) -> None:
        """Do nothing."""

    def advance(self, count: int = 1) -> None:
        """Do nothing."""

    def done(self) -> None:
        """Do nothing."""
