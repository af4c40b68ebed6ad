"""Finds out how a text file is encoded: strict decoding of the whole file by each encoding in question, then what reads most like Chinese.

Libraries that guess by the statistics of many languages take short lists in GBK for Korean or UTF-16; there are only a handful of
encodings that such files really have, and two of them look alike.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from addons.base_exchange.services.reading.limits import unreadable
from core.api import ValidationError, _

ENCODINGS = ("utf-8", "gb18030", "gbk", "big5", "utf-16-le", "utf-16-be", "windows-1252")
"""What may be chosen by hand."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PIECE = 1 << 16
_SAMPLE = 1 << 18
_LIKELY = 0.6
"""Share of double bytes that are common characters, from which a Chinese encoding is believed."""


def find_encoding(path: Path) -> str:
    """Return the encoding of a text file, as Python calls it.

    Raises:
        ValidationError: No encoding reads the whole file, or it is no text.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            if not decodes(path, encoding):
                raise no_text()
            return encoding
    if b"\x00" in sample:
        found = _utf16(sample)
        if found is None or not decodes(path, found):
            raise no_text()
        return found
    if decodes(path, "utf-8"):
        return "utf-8"
    sample = _interesting(path)
    chinese = {"gb18030": share_of(sample, (0xB0, 0xD7), 0xA1), "big5": share_of(sample, (0xA4, 0xC6), 0x40)}
    for encoding in sorted(chinese, key=lambda name: -chinese[name]):
        if chinese[encoding] >= _LIKELY and decodes(path, encoding):
            return encoding
    if decodes(path, "windows-1252") and _is_latin(sample):
        return "windows-1252"
    raise unreadable(
        _("The encoding of the file is none of those known."),
        code="encoding",
        hint=_("save it as CSV UTF-8, or as a spreadsheet"),
    )


def decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file can be read in an encoding; it is read in pieces."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in _pieces(path):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def share_of(sample: bytes, leads: tuple[int, int], least_trail: int) -> float:
    """Return which share of the double bytes in a sample are common characters.

    Args:
        sample: The beginning of the file.
        leads: First and last lead byte of the common characters: level 1 of GB 2312 or of Big5.
        least_trail: Smallest byte that may follow one.
    """
    common = total = place = 0
    while place + 1 < len(sample):
        lead = sample[place]
        if lead < 0x80:
            place += 1
            continue
        trail = sample[place + 1]
        total += 1
        # Punctuation stands in rows A1 to A3 of both and tells nothing.
        if 0xA1 <= lead <= 0xA3:
            total -= 1
        elif leads[0] <= lead <= leads[1] and trail >= least_trail and (trail >= 0xA1 or trail <= 0x7E):
            common += 1
        place += 2
    return common / total if total else 0.0


def no_text() -> ValidationError:
    """Build (not raise) the error for a file that holds no table."""
    return unreadable(
        _("The file is no table: it holds bytes that no text has."),
        code="binary",
        hint=_("CSV, XLSX, XLS and ODS are read"),
    )


def _utf16(sample: bytes) -> str | None:
    """Return the order of bytes of UTF-16 without a mark, told by where the zero bytes of Latin letters and commas stand."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    found = "utf-16-le" if odd > 4 * even else "utf-16-be" if even > 4 * odd else None
    # Read in the wrong way nothing looks like the end of a line.
    return found if found and "\n" in sample.decode(found, "ignore").replace("\r", "\n") else None


def _interesting(path: Path) -> bytes:
    """Return the first pieces of a file that are more than ASCII."""
    found = b""
    for piece in _pieces(path):
        if not piece.isascii():
            found += piece
            if len(found) >= _SAMPLE:
                break
    return found


def _is_latin(sample: bytes) -> bool:
    """Whether what is not ASCII is mostly letters with accents, as in lists of European names."""
    high = [byte for byte in sample if byte >= 0x80]
    letters = sum(byte >= 0xC0 or byte in (0x8A, 0x8C, 0x8E, 0x9A, 0x9C, 0x9E, 0x9F, 0x80, 0xA3, 0xA5) for byte in high)
    return bool(high) and letters / len(high) > 0.7 and len(high) / len(sample) < 0.3


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
