"""Looks into a packed spreadsheet before anybody unpacks it: damaged, encrypted or far larger than it seems."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import IO

from addons.base_exchange.services.reading.limits import MIB, Limits, unreadable
from core.api import _

MOST_PARTS = 10_000
_STORED, _DEFLATED = 0, 8
_LOCAL_HEADER = 30
_PIECE = 1 << 16


def check_archive(path: Path, limits: Limits) -> None:
    """Make sure that a ZIP file holds what its directory says, and not too much.

    The directory is asked first. As it may lie, every part is then unpacked to nowhere, in pieces.

    Raises:
        ValidationError: Damaged, encrypted, of an unusual packing, or too large when unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.inflated:
                raise _bomb(limits)
            for part in parts:
                _check_part(file, part, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise unreadable(
            _("The spreadsheet is damaged or not complete."), hint=_("save it again in Excel or WPS, or send it anew")
        ) from error


def _check_part(file: IO[bytes], part: zipfile.ZipInfo, limits: Limits) -> None:
    if part.flag_bits & 1:
        raise encrypted()
    if part.compress_type not in (_STORED, _DEFLATED):
        raise zipfile.BadZipFile
    file.seek(part.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    file.seek(name + extra, 1)
    if part.compress_type == _STORED:
        return
    unpacker, left, size = zlib.decompressobj(-zlib.MAX_WBITS), part.compress_size, 0
    while left > 0 and not unpacker.eof:
        piece = file.read(min(_PIECE, left))
        if not piece:
            raise zipfile.BadZipFile
        left -= len(piece)
        while piece:
            size += len(unpacker.decompress(piece, MIB))
            piece = unpacker.unconsumed_tail
            if size > part.file_size:
                raise _bomb(limits)
    if size != part.file_size:
        raise zipfile.BadZipFile


def encrypted() -> Exception:
    """Build (not raise) the error for a file with a password."""
    return unreadable(_("The file is protected by a password."), code="password", hint=_("save it without one"))


def _bomb(limits: Limits) -> Exception:
    return unreadable(
        _("Unpacked the spreadsheet would be larger than %(limit)s MB.", limit=limits.inflated // MIB), code="inflated"
    )
