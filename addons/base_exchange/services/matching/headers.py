"""Finds the row with the headings, and which field each heading means."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from addons.base_exchange.services.matching.targets import Target
from addons.base_exchange.services.plan import Column
from addons.base_exchange.services.values.plain import as_text

LOOKED_AT = 20
"""Rows among which the headings are looked for."""
REASON = ("Reason", "原因", "Problem", "问题")
"""Headings of the column that an earlier import added; it is not imported."""
_BRACKETS = re.compile(r"[(\[【<].*?[)\]】>]")
_NOT_WORD = re.compile(r"[\W_]+")
_CLOSE = 0.85
_NAMING = ("名称", "名", "name", "title")
"""Ends of headings of what records are called."""

Known = Mapping[str, tuple[str, str]]
"""Heading as `normalise` gives it → (target, ``name`` or ``label``)."""


def normalise(text: str) -> str:
    """Return a heading without width, case, spaces, signs and the star of required columns.

    >>> normalise("＊客户 名称"), normalise("E-mail")
    ('客户名称', 'email')
    """
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def known_headings(
    targets: Mapping[str, Target], labels: Callable[[Any], Sequence[str]], model_label: Any = ""
) -> dict[str, tuple[str, str]]:
    """Return what headings mean; of two fields with the same label the first declared.

    Args:
        targets: Fields that may be imported.
        labels: Returns an English label in all languages.
        model_label: What a record is called: people write "customer name" for the name of a customer.
    """
    found: dict[str, tuple[str, str]] = {}
    for target in targets.values():
        found.setdefault(normalise(target.name), (target.name, "name"))
    for target in targets.values():
        for label in labels(target.label):
            found.setdefault(normalise(label), (target.name, "label"))
    for target in targets.values():
        for owner, label in zip(labels(model_label), labels(target.label), strict=True):
            found.setdefault(normalise(f"{owner}{label}"), (target.name, "label"))
    return found


def find_header(rows: Sequence[Sequence[Any]], known: Known) -> int:
    """Return the number (from 1) of the row with the headings among the first rows of a file, 0 if there seems to be none.

    The row in which the most cells mean a field; else the first with at least half as many texts as the table is wide, if it looks different
    from what follows.
    """
    best, found = 0, 0
    for number, row in enumerate(rows, start=1):
        hits = len({known[key][0] for cell in row if isinstance(cell, str) and (key := normalise(cell)) in known})
        if hits > best:
            best, found = hits, number
    if found:
        return found
    width = max((sum(cell is not None for cell in row) for row in rows), default=0)
    for number, row in enumerate(rows, start=1):
        cells = [cell for cell in row if cell is not None]
        if len(cells) * 2 >= width and all(isinstance(cell, str) for cell in cells):
            return number
    return 0


def match_columns(
    header: Sequence[Any],
    targets: Mapping[str, Target],
    known: Known,
    remembered: Mapping[str, Column] | None = None,
    naming: str | None = None,
) -> list[Column]:
    """Return one column for each heading, with the field it means: as remembered, else by name or label, else the nearest.

    Args:
        header: The cells of the row with the headings.
        targets: Fields that may be imported.
        known: From `known_headings`.
        remembered: Heading as `normalise` gives it → what it was in an earlier import.
        naming: The field that names a record: it takes the first heading left that ends like "company name".
    """
    remembered = remembered or {}
    columns = [Column("" if cell is None else as_text(cell).strip()) for cell in header]
    taken: set[str] = set()

    def take(column: Column, target: str | None, *, is_name: bool = False) -> None:
        head = (target or "").partition(".")[0]
        if head in targets and head not in taken and column.target is None:
            column.target, column.is_name = target, is_name
            taken.add(head)

    forgotten: list[Column] = []
    for column in columns:
        before = remembered.get(normalise(column.header))
        if before is None:
            forgotten.append(column)
        else:
            take(column, before.target, is_name=before.is_name)
            column.create, column.replace = before.create, dict(before.replace)
    for column in forgotten:
        target, is_name = _exact(column.header, targets, known)
        take(column, target, is_name=is_name)
    for column in forgotten:
        take(column, None if column.header in REASON else _near(column.header, known, taken))
    for column in forgotten:
        take(column, naming if normalise(column.header).endswith(_NAMING) else None)
    return columns


def _exact(header: str, targets: Mapping[str, Target], known: Known) -> tuple[str | None, bool]:
    head, _dot, tail = header.strip().partition(".")
    name = head if head in targets else head.removesuffix("_id")
    if name in targets and (not tail or getattr(targets[name].field, "is_relation", False)):
        return (f"{name}.{tail}" if tail and tail != "id" else name), True
    for text in (header, _BRACKETS.sub("", unicodedata.normalize("NFKC", header))):
        found = known.get(normalise(text))
        if found is not None:
            return found[0], False
    return None, False


def _near(header: str, known: Known, taken: set[str]) -> str | None:
    """Return the field whose name or label is nearest to a heading, None if none is close."""
    free = {key: target for key, (target, _how) in known.items() if target not in taken}
    close = difflib.get_close_matches(normalise(header), free, n=1, cutoff=_CLOSE)
    return free[close[0]] if close else None


def column_letter(position: int) -> str:
    """Return how spreadsheets call a column counted from 0: A, B, … Z, AA.

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text
