"""Barcodes and QR codes as SVG inside the page (python-barcode, segno)."""

from __future__ import annotations

import re

import segno
from barcode.codex import Code128
from barcode.ean import EuropeanArticleNumber13
from barcode.errors import BarcodeError
from markupsafe import Markup, escape

from addons.base_print.services.engine.words import length

LONGEST = 1000
"""Characters of a QR code."""
LONGEST_BAR = 80
"""Characters of a barcode."""
QUIET = 10
"""Units left white on either side of a barcode."""
MODULE_MM = 0.3
"""Width of the narrowest bar where no width is given."""


def qr(text: object, size: str = "20mm") -> Markup:
    """Return a QR code; an empty text gives nothing.

    Args:
        text: What it says, 1,000 characters at most.
        size: Width and height with a unit of CSS.

    Raises:
        ValueError: The text is too long, or the size is none.
    """
    words = _text(text, LONGEST)
    if not words:
        return Markup("")
    code = segno.make(words, error="m", micro=False)
    inner = code.svg_inline(omitsize=True, border=1)
    return _framed(inner, length(size), length(size))


def code128(text: object, height: str = "12mm", width: str = "", *, label: bool = True) -> Markup:
    """Return a Code 128 barcode of letters, digits and signs of ASCII; an empty text gives nothing.

    Args:
        text: What it says, 80 characters at most.
        height: Height with a unit of CSS.
        width: Width likewise; empty: as wide as it needs.
        label: Whether the text stands below.

    Raises:
        ValueError: The text has other characters, or is too long.
    """
    words = _text(text, LONGEST_BAR)
    if words and not (words.isascii() and words.isprintable()):
        raise ValueError(f"a Code 128 barcode holds ASCII only, not {words[:40]!r}")
    return _bars(Code128, words, height, width, label=label)


def ean13(text: object, height: str = "12mm", width: str = "", *, label: bool = True) -> Markup:
    """Return an EAN-13 barcode of 12 digits, or 13 whose last is right; other arguments as for `code128`.

    Raises:
        ValueError: The text is no such number.
    """
    words = _text(text, LONGEST_BAR)
    if words and not (words.isascii() and words.isdigit() and len(words) in (12, 13)):
        raise ValueError(f"an EAN-13 barcode has 12 or 13 digits, not {words[:40]!r}")
    if len(words) == 13 and EuropeanArticleNumber13(words[:12]).get_fullcode() != words:
        raise ValueError(f"the last digit of the EAN-13 number {words} is wrong")
    return _bars(EuropeanArticleNumber13, words, height, width, label=label)


def _bars(kind: type[Code128 | EuropeanArticleNumber13], words: str, height: str, width: str, *, label: bool) -> Markup:
    """Draw the bars that the library works out, one unit wide each, between the quiet zones that scanners need."""
    if not words:
        return Markup("")
    try:
        made = kind(words)
        modules = "".join(made.build())
    except BarcodeError as error:
        raise ValueError(str(error)) from None
    wide = len(modules) + 2 * QUIET
    # Drawn without keeping the proportions, so that bars are as high as wanted and exactly as wide as they must be.
    runs = [(match.start(), len(match[0])) for match in re.finditer("1+", modules)]
    bars = "".join(f'<rect x="{QUIET + at}" width="{size}" height="10"/>' for at, size in runs)
    drawing = f'<svg viewBox="0 0 {wide} 10" preserveAspectRatio="none">{bars}</svg>'
    own = length(width) if width else f"{wide * MODULE_MM:.2f}mm"
    below = f'<span class="code-text">{escape(made.get_fullcode())}</span>' if label else ""
    return _framed(drawing, own, length(height), below)


def _framed(svg: str, width: str, height: str, below: str = "") -> Markup:
    """Return a drawing with a size; ``svg`` and ``below`` were made here from a checked text."""
    sized = svg.replace("<svg", f'<svg style="width:{width};height:{height}"', 1)
    return Markup(f'<span class="code">{sized}{below}</span>')  # noqa: S704 (made of numbers and escaped text)


def _text(text: object, most: int) -> str:
    words = "" if text is None else str(text).strip()
    if len(words) > most:
        raise ValueError(f"a code of at most {most} characters, not {len(words)}")
    return words
