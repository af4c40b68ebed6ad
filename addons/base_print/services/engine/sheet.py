"""Paper and margins as CSS: the page box with header and footer, and the style sheet that every print begins with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

PAPERS: Mapping[str, tuple[float, float]] = {
    "a4": (210, 297),
    "a5": (148, 210),
    "a3": (297, 420),
    "b5": (176, 250),
    "letter": (215.9, 279.4),
    "continuous": (241, 279.4),
    "continuous_half": (241, 139.7),
    "continuous_third": (241, 93.1),
    "envelope_dl": (220, 110),
    "envelope_c5": (229, 162),
    "label": (100, 60),
}
"""Name of a paper → width and height in millimetres, upright."""
FONT = "Tangram Print"
"""Family under which the fonts are known in a print."""
_TOKEN = re.compile(r"\[(page|pages)\]")
_SPECIAL = re.compile(r'[\\"<>\x00-\x1f\x7f]')

BASE = """
html { font-family: "Tangram Print"; font-size: 10pt; line-height: 1.5; color: #000; }
body { margin: 0; }
table { border-collapse: collapse; width: 100%; }
thead { display: table-header-group; }
tfoot { display: table-row-group; }
tr, img, svg, .keep { break-inside: avoid; }
h1, h2, h3 { break-after: avoid; }
.code { display: inline-block; text-align: center; line-height: 1.2; }
.code svg { display: block; }
.code-text { display: block; font-size: 8pt; letter-spacing: 1pt; }
"""
"""What every print begins with; the style sheet of the template comes after it."""
DOCUMENT = """
.letterhead { margin-bottom: 6mm; }
.letterhead td { vertical-align: top; padding: 0; }
.letterhead .logo { width: 15mm; }
.letterhead .logo img { width: 12mm; max-height: 12mm; }
.letterhead .company { font-size: 13pt; font-weight: 700; line-height: 1.3; }
.letterhead .title { text-align: right; white-space: nowrap; padding-left: 6mm; }
.letterhead h1 { font-size: 22pt; line-height: 1.15; margin: 0; }
.quiet { color: #555; font-size: 9pt; }
.part { font-size: 9pt; }
.columns { table-layout: fixed; margin-bottom: 3mm; }
.columns > tbody > tr > td { vertical-align: top; padding: 0 8mm 0 0; }
.columns > tbody > tr > td:last-child { padding-right: 0; }
.section { color: #1f3f93; font-size: 10.5pt; font-weight: 700; border-bottom: .3pt solid #bbb; margin: 0 0 1.5mm; padding-bottom: 1.2mm; break-after: avoid; }
.facts td { padding: .5mm 0; vertical-align: top; }
.facts .label { color: #555; width: 20mm; padding-right: 3mm; white-space: nowrap; }
.lines { margin: 5mm 0 4mm; }
.lines th, .lines td { padding: 1.6mm 1.5mm; text-align: left; vertical-align: top; }
.lines th { border-top: 1pt solid #000; border-bottom: .8pt solid #000; font-weight: 400; white-space: nowrap; }
.lines td { border-bottom: .3pt solid #bbb; }
.lines td b { display: block; font-weight: 700; }
.lines th.n:first-child { width: 8mm; }
.lines .wide { width: 36%; }
.lines th:first-child, .lines td:first-child { padding-left: 0; }
.lines th:last-child, .lines td:last-child { padding-right: 0; }
.lines th.n, .lines td.n { text-align: right; white-space: nowrap; }
.totals td { padding: .7mm 0; vertical-align: top; }
.totals .n { text-align: right; white-space: nowrap; }
.totals .grand td { border-top: .8pt solid #000; padding-top: 2mm; font-weight: 700; }
.totals .grand .n { font-size: 14pt; line-height: 1.2; }
.words { font-size: 11pt; font-weight: 700; }
.text { margin: 0 0 3mm; }
.sign { margin-top: 10mm; break-inside: avoid; table-layout: fixed; }
.sign td { vertical-align: top; padding: 0 8mm 0 0; line-height: 2; }
.sign .line { border-top: .5pt solid #000; padding-top: 1.5mm; }
"""
"""The look of documents: letterhead, facts, lines, totals and signatures; a template uses the classes or leaves them."""


def fonts_css() -> str:
    """Return the declarations of the two weights; the loader of the print knows the addresses."""
    return "".join(
        f'@font-face {{ font-family: "{FONT}"; font-weight: {weight}; src: url(font:{weight}); }}\n'
        for weight in (400, 700)
    )


def page_size(sheet: Mapping[str, Any]) -> tuple[float, float]:
    """Return width and height in millimetres of a template's paper as it is printed on."""
    wide, high = PAPERS.get(sheet["paper"]) or (float(sheet["width"]), float(sheet["height"]))
    is_wide = sheet["orientation"] == "landscape"
    # Paper from a roll and envelopes lie on their long side already.
    return (max(wide, high), min(wide, high)) if is_wide else (wide, high)


def page_css(sheet: Mapping[str, Any], header: str, footer: str) -> str:
    """Return the page box.

    Args:
        sheet: ``paper``, ``orientation``, ``width`` and ``height`` of own paper, ``margins`` (top, right, bottom, left); millimetres.
        header: Text at the top, in up to three parts (left, middle, right) set apart by ``|``; ``[page]`` and ``[pages]`` are the number
            of the page and how many there are.
        footer: The same at the bottom.
    """
    wide, high = page_size(sheet)
    margins = " ".join(f"{float(each):g}mm" for each in sheet["margins"])
    boxes = _boxes("top", header) + _boxes("bottom", footer)
    return f"@page {{ size: {wide:g}mm {high:g}mm; margin: {margins}; {boxes}}}\n"


def _boxes(edge: str, text: str) -> str:
    parts = [part.strip() for part in text.split("|")]
    places: Sequence[str] = {1: ("center",), 2: ("left", "right")}.get(len(parts), ("left", "center", "right"))
    style = f'font-family: "{FONT}"; font-size: 8.5pt; color: #555; white-space: nowrap;'
    return "".join(
        f"@{edge}-{place} {{ content: {_content(part)}; {style} }} "
        for place, part in zip(places, parts, strict=False)
        if part
    )


def _content(text: str) -> str:
    """Return a text with page numbers as a value of ``content``."""
    pieces = _TOKEN.split(text)
    return " ".join(
        f"counter({piece})" if at % 2 else f'"{_SPECIAL.sub(_escaped, piece)}"'
        for at, piece in enumerate(pieces)
        if piece
    )


def _escaped(match: re.Match[str]) -> str:
    return f"\\{ord(match[0]):x} "
