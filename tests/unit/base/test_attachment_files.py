"""Files of attachments on disk (CORE-66)."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from core.base.services.attachment_files import (
    TooLargeError,
    chunks,
    file_path,
    remove_file,
    stored_checksums,
    write_file,
)


def test_named_by_content(tmp_path: Path) -> None:
    path, checksum, size = write_file(tmp_path, io.BytesIO(b"hello"), 10)
    assert (checksum, size) == (hashlib.sha256(b"hello").hexdigest(), 5)
    assert path == f"{checksum[:2]}/{checksum}"
    assert file_path(tmp_path, checksum).read_bytes() == b"hello"
    assert write_file(tmp_path, b"hello", 10)[1] == checksum
    assert list(stored_checksums(tmp_path)) == [checksum]


def test_too_large_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError):
        write_file(tmp_path, b"123456", 5)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_remove_is_quiet_about_what_is_gone(tmp_path: Path) -> None:
    checksum = write_file(tmp_path, b"x", 5)[1]
    remove_file(tmp_path, checksum)
    remove_file(tmp_path, checksum)
    assert list(stored_checksums(tmp_path)) == []


@pytest.mark.parametrize("checksum", ["", "../../etc/passwd", "g" * 64, "A" * 64])
def test_a_path_is_made_of_a_checksum_only(tmp_path: Path, checksum: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        file_path(tmp_path, checksum)


def test_chunks_of_a_file() -> None:
    assert b"".join(chunks(io.BytesIO(b"a" * 3_000_000))) == b"a" * 3_000_000
