"""Finds the blocks of code in the pages of the documentation."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(
    r"^(?P<margin> *)```(?P<kind>\w+)(?: file=(?P<file>\S+))?\n(?P<text>.*?)^(?P=margin)```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """One block of code."""

    kind: str
    """Language, such as ``python``."""
    file: str | None
    """File it is shown as the content of, or None."""
    text: str


def blocks(page: str, kind: str | None = None) -> list[Block]:
    """Return the blocks of a page in the order of the text; with ``kind`` those of one language."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = [Block(each["kind"], each["file"], textwrap.dedent(each["text"])) for each in FENCE.finditer(text)]
    return [each for each in found if kind in (None, each.kind)]


def write_files(page: str, folder: Path) -> None:
    """Write the blocks of a page that are shown as files below ``folder``."""
    for block in blocks(page):
        if block.file is not None:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
