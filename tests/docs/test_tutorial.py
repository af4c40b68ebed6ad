"""Every block of the tutorials is run: files are written, commands typed, and what they print is compared.

A block with ``file=`` is that file. In a ``console`` block a line with ``$`` is typed; the lines after it must be found in
its output, in this order, where ``…`` stands for anything.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.docs.blocks import ROOT, blocks
from tests.outside import environment, write_commands

TUTORIALS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "tutorial").glob("*.md"))
LANGUAGES = {"python", "yaml", "console", "markdown", "po"}


@dataclass
class Terminal:
    """A shell that remembers folder and variables between commands."""

    home: Path
    variables: dict[str, str]
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.home

    def type(self, line: str) -> str:
        """Run one line and return what it prints."""
        script = f'{line}\nstatus=$?\npwd > "$HOME/.pwd"\nenv -0 > "$HOME/.env"\nexit $status\n'
        finished = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, f"$ {line}\n{finished.stdout}"
        self.folder = Path((self.home / ".pwd").read_text(encoding="utf-8").strip())
        parts = (self.home / ".env").read_text(encoding="utf-8").split("\0")
        self.variables = dict(part.split("=", 1) for part in parts if "=" in part)
        return finished.stdout

    def run(self, block: str) -> None:
        """Type the commands of a block and compare what they print."""
        for command, expected in commands(block):
            printed = self.type(command)
            pattern = ".*".join(".*".join(re.escape(part.strip()) for part in line.split("…")) for line in expected)
            assert re.search(pattern, printed, re.DOTALL), f"$ {command}\nprinted\n{printed}\ninstead of\n" + "\n".join(
                expected
            )


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a block with the lines expected of it."""
    command: str | None = None
    expected: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command, expected
            command, expected = line[2:], []
        else:
            expected.append(line)
    if command is not None:
        yield command, expected


@pytest.mark.parametrize("tutorial", TUTORIALS)
def test_every_block_of_the_tutorial_works(
    tutorial: str, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    database = database_url.partition(":")[0].partition("+")[0]
    variables: dict[str, Any] = {
        "TANGRAM_DATABASE_URL": database_url,
        "TANGRAM_TEST_DATABASES": database,
        "HOME": str(home),
    }
    if database == "postgresql":
        variables["TANGRAM_TEST_POSTGRES"] = request.getfixturevalue("postgres").server_url
    terminal = Terminal(home, environment(**variables))
    terminal.variables["PATH"] = f"{write_commands(tmp_path / 'bin')}:{terminal.variables['PATH']}"
    for block in blocks(tutorial):
        if block.file is None:
            terminal.run(block.text)
        else:
            path = home / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")


@pytest.mark.parametrize("tutorial", TUTORIALS)
def test_every_block_can_be_run(tutorial: str) -> None:
    for block in blocks(tutorial):
        assert block.kind in LANGUAGES, f"no test runs blocks of {block.kind!r}"
        assert (block.file is None) == (block.kind == "console"), f"name the file of:\n{block.text}"


def test_there_is_a_tutorial() -> None:
    assert TUTORIALS
