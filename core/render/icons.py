"""Icons drawn into the page, so that any of the set can be used and none is fetched apart (layer render)."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

FILE = Path(__file__).parents[1] / "web" / "static" / "vendor" / "icons.json"
"""Made by ``make setup`` from the icon package: name → what stands inside the ``svg`` element."""
FALLBACK = "puzzle"
"""Shown for a name that the set does not have, as an addon may give one."""


class Icons:
    """The icon set.

    Args:
        file: Where it lies; where there is none, icons are empty and pages still work.
    """

    def __init__(self, file: Path = FILE) -> None:
        self._file = file
        # A list draws the same few icons in every row.
        self._kept: dict[tuple[str, int], Markup] = {}

    @cached_property
    def _drawn(self) -> dict[str, str]:
        if not self._file.is_file():
            return {}
        drawn: dict[str, str] = json.loads(self._file.read_text("utf-8"))
        return drawn

    def draw(self, name: str, size: int = 16, title: str | None = None) -> Markup:
        """Return the ``svg`` element of an icon.

        Args:
            name: Name in the set, such as ``users`` or ``star-filled``.
            size: Width and height in pixels.
            title: What a screen reader says; None hides it from them.
        """
        if title is not None:
            return self._made(name, size, title)
        kept = self._kept.get((name, size))
        if kept is None:
            kept = self._made(name, size, None)
            if name in self._drawn:
                self._kept[name, size] = kept
        return kept

    def _made(self, name: str, size: int, title: str | None) -> Markup:
        inner = self._drawn.get(name) or self._drawn.get(FALLBACK, "")
        filled = name.endswith("-filled")
        told = Markup('role="img" aria-label="{}"').format(title) if title else Markup('aria-hidden="true"')
        paint = "currentColor" if filled else "none"
        stroke = "none" if filled else "currentColor"
        # The set is ours, made at set-up from a pinned package.
        return Markup(
            '<svg class="i" width="{size}" height="{size}" viewBox="0 0 24 24" fill="{paint}" stroke="{stroke}" '
            'stroke-linecap="round" stroke-linejoin="round" {told}>{inner}</svg>'
        ).format(size=size, paint=paint, stroke=stroke, told=told, inner=Markup(inner))  # noqa: S704 - see above
