"""The file that holds what was removed: complete or not there, and checked when read."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from core.data.lifecycle.archive import Archive, Writer
from core.errors import ConflictError


def write(path: Path, rows: list[object]) -> None:
    writer = Writer(path.parent)
    writer.lines("tables/t", rows, columns=["id"])
    stored = path.parent / "file"
    stored.write_bytes(b"content")
    writer.file(stored, hashlib.sha256(b"content").hexdigest())
    writer.file(path.parent / "lost", "0" * 64)
    writer.close(path, {"dialect": "sqlite", "addons": [{"name": "a", "version": "1.0.0", "data": {}}]})


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    write(path, [{"id": 1, "name": "海洋"}, {"id": 2, "name": None}])
    with Archive.open(path) as archive:
        archive.verify()
        assert archive.names == ["a"]
        assert archive.parts("tables") == ["t"]
        assert archive.facts("tables/t")["rows"] == 2
        assert list(archive.lines("tables/t")) == [{"id": 1, "name": "海洋"}, {"id": 2, "name": None}]
        assert list(archive.lines("tables/other")) == []
        assert [content for _checksum, content in archive.files()] == [b"content"]


def test_an_abandoned_archive_leaves_nothing(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.lines("tables/t", [1])
    writer.abandon()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("part", ["tables/t.jsonl", f"files/{hashlib.sha256(b'content').hexdigest()}"])
def test_a_changed_part_is_found(tmp_path: Path, part: str) -> None:
    path, changed = tmp_path / "x.zip", tmp_path / "y.zip"
    write(path, [{"id": 1}])
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"{}\n" if name == part else source.read(name))
    with Archive.open(changed) as archive, pytest.raises(ConflictError, match=part.removesuffix(".jsonl")):
        archive.verify()


def test_other_files_are_refused(tmp_path: Path) -> None:
    text, other = tmp_path / "x.txt", tmp_path / "y.zip"
    text.write_text("no zip")
    with zipfile.ZipFile(other, "w") as target:
        target.writestr("manifest.json", "{}")
    for path in (text, other, tmp_path / "absent.zip"):
        with pytest.raises(ConflictError), Archive.open(path):
            pass
