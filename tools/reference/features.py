"""The page of the feature catalogue: every row, where its rule stands in the code, and which test files show it.

The rows stand in ``rows.csv`` beside this module. A test names what it shows by ``@pytest.mark.rows("CORE-54")`` and code by the id in a
comment or docstring. Both are read from the text of the files, which imports nothing and finds rows of addons that do not load.
"""

from __future__ import annotations

import ast
import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from tools.faults import ROOT, project_files, read_text
from tools.reference.markdown import code, codes, page, table

ROWS = Path(__file__).with_name("rows.csv")
SHOWN = 4
"""So many files are named in a cell; of more only the number is told."""
_ID = re.compile(r"\b[A-Z]+-\d\d\b")


@dataclass(frozen=True)
class Row:
    """One capability of the catalogue."""

    id: str
    addon: str
    name: str


@cache
def catalogue() -> Sequence[Row]:
    """Return all rows in the order of the catalogue."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        return [Row(each["id"], each["addon"], each["name"]) for each in csv.DictReader(file)]


def marked_rows(source: str) -> Iterator[str]:
    """Yield the ids that a test file gives to ``pytest.mark.rows``, as decorator, ``pytestmark`` or mark of a parameter.

    Raises:
        SyntaxError: The source is no Python.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "rows":
            owner = node.func.value
            if isinstance(owner, ast.Attribute) and owner.attr == "mark":
                yield from (
                    part.value
                    for each in node.args
                    for part in ast.walk(each)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )


def is_test(path: Path) -> bool:
    """Tell whether a file belongs to the tests."""
    return "tests" in path.parts


def tests_by_row(root: Path = ROOT) -> Mapping[str, list[str]]:
    """Return row → test files that show it, in order of their paths."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in project_files(root):
        if path.suffix == ".py" and is_test(path) and (text := read_text(root / path)) and "mark.rows" in text:
            for row in sorted(set(marked_rows(text))):
                found[row].append(path.as_posix())
    return found


def places_by_row(root: Path = ROOT) -> Mapping[str, list[str]]:
    """Return row → files of ``core`` and ``addons`` that name it, tests left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in project_files(root):
        if path.parts[0] in ("core", "addons") and path.suffix in (".py", ".yaml") and not is_test(path):
            for row in sorted(set(_ID.findall(read_text(root / path) or ""))):
                found[row].append(path.as_posix())
    return found


def features_page(root: Path = ROOT) -> str:
    """Return the page: how many rows of each addon have tests, then every row."""
    tests, places = tests_by_row(root), places_by_row(root)
    groups = [(addon, list(rows)) for addon, rows in groupby(catalogue(), key=lambda row: row.addon)]
    counts = [(code(addon), sum(row.id in tests for row in rows), len(rows)) for addon, rows in groups]
    counts.append(("all", sum(shown for _, shown, _ in counts), sum(total for _, _, total in counts)))
    parts = [table(("addon", "rows with tests", "rows"), [(name, str(one), str(two)) for name, one, two in counts])]
    for addon, rows in groups:
        lines = [(row.id, row.name, _files(places.get(row.id, ())), _files(tests.get(row.id, ()))) for row in rows]
        parts.append(f"## {addon}\n\n{table(('id', 'name', 'where', 'tests'), lines)}")
    return page(
        "Features",
        "The rows of the feature catalogue. *Where* names the code that mentions a row, *tests* the files that show it with "
        '`@pytest.mark.rows("…")`; a dash means that there is none.',
        *parts,
    )


def _files(paths: Sequence[str]) -> str:
    if not paths:
        return "—"
    more = len(paths) - SHOWN
    return codes(paths) if more <= 0 else f"{codes(paths[:SHOWN])} and {more} more"
