"""What the checkers have in common: the tracked files, and the report of faults with the exit status."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the checkout."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong at one place."""

    file: str
    """Path from the root of the checkout."""
    line: int
    """Counted from 1; 0 means the file as a whole."""
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


def report(faults: Iterable[Fault], subject: str) -> int:
    """Print every fault, then one line about ``subject``; return the exit status."""
    found = sorted(set(faults))
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{subject}: {f'{len(found)} faults' if found else 'no faults'}")
    return 1 if found else 0


def project_files(root: Path = ROOT) -> Iterator[Path]:
    """Yield the files git tracks or would track, with paths from ``root``; all files where there is no git."""
    if (root / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout.decode().split("\0")
        yield from sorted({Path(name) for name in names if name and (root / name).is_file()})
        return
    skipped = {".venv", "var", "build", "dist", "node_modules", "__pycache__"}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and not skipped.intersection(relative.parts):
            yield relative


def read_text(path: Path) -> str | None:
    """Return the text of a file, or None where it is no UTF-8 text (a picture, a sample in another encoding)."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
