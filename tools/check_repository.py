"""Check what no linter knows: names of changelog fragments, numbers of decision records, and words no file may hold."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.faults import ROOT, Fault, project_files, read_text, report

FRAGMENT = re.compile(r"\d+\.(feature|fix|change|removal|docs|internal)\.md")
RECORD = re.compile(r"(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.md")
RECORD_SECTIONS = ("## Context", "## Decision", "## Consequences", "## Rejected alternatives")

# Put together here so that this file does not hold what it looks for.
HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("npmmirror", "com"),
        ("deb", "debian", "org"),
        ("pypi", "tuna", "tsinghua", "edu", "cn"),
    )
)
HOME = re.compile(r"(?<![\w.])[/](home|Users)/\w+/|(?<![\w./~])[/]root/")


def changelog_faults(root: Path) -> Iterator[Fault]:
    """Yield a fault for each fragment of a wrong name or without a sentence."""
    for path in sorted((root / "changelog.d").iterdir()):
        name = path.relative_to(root).as_posix()
        if path.name == "README.md":
            continue
        if not FRAGMENT.fullmatch(path.name):
            yield Fault(name, 0, "the name must be <issue number>.<feature|fix|change|removal|docs|internal>.md")
        elif not path.read_text(encoding="utf-8").strip():
            yield Fault(name, 0, "an empty fragment tells nobody anything")


def decision_faults(root: Path) -> Iterator[Fault]:
    """Yield a fault for each record of a wrong name, number or shape; numbers run from 0001 without gap or double."""
    paths = sorted((root / "docs" / "decisions").glob("*.md"))
    for expected, path in enumerate(paths, start=1):
        name = path.relative_to(root).as_posix()
        match = RECORD.fullmatch(path.name)
        if match is None:
            yield Fault(name, 0, "the name must be NNNN-words-with-hyphens.md")
            continue
        if int(match[1]) != expected:
            yield Fault(name, 0, f"the next number is {expected:04}")
        text = path.read_text(encoding="utf-8")
        if not text.startswith(f"# {match[1]} "):
            yield Fault(name, 1, f"the title must begin with '# {match[1]} '")
        yield from (Fault(name, 0, f"there is no section '{part}'") for part in RECORD_SECTIONS if part not in text)


def word_faults(root: Path, files: Iterable[Path]) -> Iterator[Fault]:
    """Yield a fault for each line that names a package registry's host or a folder of one machine."""
    here = f"{root}/"
    for path in files:
        for number, line in enumerate((read_text(root / path) or "").splitlines(), start=1):
            if host := next((host for host in HOSTS if host in line), None):
                yield Fault(path.as_posix(), number, f"names the registry host {host}: any mirror must do")
            if here in line or HOME.search(line):
                yield Fault(path.as_posix(), number, "names a folder of one machine")


def main() -> int:
    """Check the whole checkout; return the exit status."""
    faults = [*changelog_faults(ROOT), *decision_faults(ROOT), *word_faults(ROOT, project_files())]
    return report(faults, "changelog, decision records, file contents")


if __name__ == "__main__":
    sys.exit(main())
