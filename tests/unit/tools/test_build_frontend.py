"""The front end is fetched once for each lock file, and a machine without npm is told what to do; nothing here reaches a registry."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools import build_frontend
from tools.build_frontend import TARGET, BuildError, build, characters, quotes, stamp


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose front end was built."""
    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3}')
    (tmp_path / "node_modules").mkdir()
    (tmp_path / TARGET).mkdir(parents=True)
    (tmp_path / TARGET / build_frontend.STAMP).write_text(stamp(tmp_path))
    return tmp_path


@pytest.fixture
def failing_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An npm that can't reach its registry, the only one on PATH."""
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("failing_npm")
def test_nothing_is_done_while_the_lock_file_is_the_same(checkout: Path) -> None:
    assert build(checkout) is False


@pytest.mark.usefixtures("failing_npm")
@pytest.mark.parametrize("change", ["lock", "packages", "stamp", "force"])
def test_whatever_changed_fetches_anew_and_a_failure_keeps_what_was_there(checkout: Path, change: str) -> None:
    kept = checkout / TARGET / "htmx.min.js"
    kept.write_text("old")
    if change == "lock":
        (checkout / "package-lock.json").write_text('{"lockfileVersion": 4}')
    elif change == "packages":
        (checkout / "node_modules").rmdir()
    elif change == "stamp":
        (checkout / TARGET / build_frontend.STAMP).unlink()
    with pytest.raises(BuildError, match="npm could not fetch the packages"):
        build(checkout, force=change == "force")
    assert kept.read_text() == "old"


def test_the_faces_of_quotes_hold_nothing_else() -> None:
    face = "@font-face{font-family:'Noto';unicode-range:U+201C-201D,U+4E00;}"
    assert list(characters("U+41-43, U+4E00")) == [0x41, 0x42, 0x43, 0x4E00]
    assert [each.count("U+4E00") for each in quotes(face)] == [0]
    assert list(quotes("@font-face{font-family:'Inter';unicode-range:U+201C;}")) == []
