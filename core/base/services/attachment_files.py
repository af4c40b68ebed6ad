"""Files of attachments on disk, named by their content (CORE-66). Knows no database.

A file is complete and on the medium before it gets its name: written beside, synced, renamed. Two attachments of equal
content share one file.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

FOLDER = "attachments"
"""Folder below the data folder."""
CHUNK = 1 << 20


def chunks(source: bytes | IO[bytes]) -> Iterator[bytes]:
    """Yield the content of bytes or of an open file, piece by piece."""
    if isinstance(source, bytes):
        yield source
        return
    while piece := source.read(CHUNK):
        yield piece


class TooLargeError(Exception):
    """More bytes came than allowed; nothing was kept."""


def write_file(data_dir: Path, source: bytes | IO[bytes], most: int) -> tuple[str, str, int]:
    """Keep ``source`` below ``data_dir`` and return (path relative to the attachments folder, SHA-256 in hex, size in bytes).

    Raises:
        TooLargeError: More than ``most`` bytes.
        OSError: The medium is full or can't be written.
    """
    root = data_dir / FOLDER
    root.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(prefix=".new-", dir=root)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in chunks(source):
                size += len(piece)
                if size > most:
                    raise TooLargeError
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        checksum = digest.hexdigest()
        target = file_path(data_dir, checksum)
        target.parent.mkdir(exist_ok=True)
        # Also over an equal file: the rename is atomic, and the content is the same by its name.
        Path(name).replace(target)
        _sync_folder(target.parent)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    return str(target.relative_to(root)), checksum, size


def file_path(data_dir: Path, checksum: str) -> Path:
    """Return where the content with this SHA-256 lies or would lie."""
    if len(checksum) != 64 or not all(char in "0123456789abcdef" for char in checksum):
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    return data_dir / FOLDER / checksum[:2] / checksum


def remove_file(data_dir: Path, checksum: str) -> None:
    """Delete the file with this content; nothing happens if there is none."""
    with suppress(FileNotFoundError):
        file_path(data_dir, checksum).unlink()


def stored_checksums(data_dir: Path) -> Iterator[str]:
    """Yield the checksums of all files that are kept."""
    for path in sorted((data_dir / FOLDER).glob("??/*")):
        yield path.name


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a loss of power; systems that can't sync folders do without."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
