"""What a file really is, by its first bytes: only what is known to be harmless is ever shown inside the browser (CORE-66). Pure."""

from __future__ import annotations

from collections.abc import Mapping

PICTURES: Mapping[str, str] = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
"""Kinds of pictures without script, with their usual ending. SVG holds script and is none of them."""
SHOWN = frozenset({*PICTURES, "application/pdf", "text/plain"})
"""Kinds that may be shown inside the browser."""
SNIFFED = 4096
"""Bytes of the beginning that are looked at."""


def sniff(beginning: bytes) -> str | None:
    """Return the kind of a file that begins so, one of `SHOWN`, or None for all others."""
    if beginning.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if beginning.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if beginning.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if beginning.startswith(b"RIFF") and beginning[8:12] == b"WEBP":
        return "image/webp"
    if beginning.startswith(b"%PDF-"):
        return "application/pdf"
    return "text/plain" if _is_text(beginning[:SNIFFED]) else None


def shown_as(mimetype: str, beginning: bytes) -> str | None:
    """Return the type under which a file may be shown: what its name promises and its bytes keep; None: download only."""
    kind = sniff(beginning)
    return kind if kind in SHOWN and kind == mimetype else None


def _is_text(beginning: bytes) -> bool:
    if not beginning or b"\x00" in beginning:
        return False
    for cut in range(4):
        # The last character may be cut off in its middle.
        try:
            beginning[: len(beginning) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False
