"""Looks through a file once: how it is written, how many rows it has, where the headings are, and which fields they mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from addons.base_exchange.services import memory
from addons.base_exchange.services.matching.headers import (
    LOOKED_AT,
    column_letter,
    find_header,
    known_headings,
    match_columns,
)
from addons.base_exchange.services.matching.targets import labels_in_all_languages, targets_of
from addons.base_exchange.services.plan import Plan
from addons.base_exchange.services.reading.limits import Limits, unreadable
from addons.base_exchange.services.reading.source import ReadOptions, Source
from addons.base_exchange.services.values.plain import as_text
from core.api import Environment, _

_SHOWN = 8
"""Rows of the preview."""
_LONGEST = 120


def analyse(
    env: Environment, path: Path, model: str, options: ReadOptions, limits: Limits, header_row: int | None = None
) -> tuple[Plan, dict[str, Any]]:
    """Return a proposed plan for a file, and what was found in it.

    Args:
        env: Who imports.
        path: The file.
        model: Model of the records.
        options: How to read it; None in them is found out.
        limits: What it may take.
        header_row: Number of the row with the headings, 0 for none; None finds it.

    Returns:
        The plan, and plain data: ``kind encoding delimiter sheets rows columns preview``.

    Raises:
        ValidationError: The file can't be read, or holds nothing.
    """
    source = Source(path, options, limits)
    first: list[Sequence[Any]] = []
    count = 0
    for row in source.rows():
        if len(first) < LOOKED_AT + _SHOWN:
            first.append(row)
        count += any(cell is not None for cell in row)
    targets = targets_of(env, model)
    known = known_headings(targets, labels_in_all_languages(env), env.registry[model].label)
    found = find_header(first[:LOOKED_AT], known) if header_row is None else header_row
    width = max((len(row) for row in first), default=0)
    header = list(first[found - 1]) if 0 < found <= len(first) else []
    header += [None] * (width - len(header))
    # Columns without heading and content at the end are no columns.
    while (
        len(header) > 1
        and header[-1] is None
        and all(len(row) < len(header) or row[len(header) - 1] is None for row in first)
    ):
        header.pop()
    header = [cell if cell is not None or found else column_letter(place) for place, cell in enumerate(header)]
    above = sum(any(cell is not None for cell in row) for row in first[:found])
    if not header or count - above < 1:
        raise unreadable(_("The file holds no rows besides the headings."), code="no_rows")
    exact, remembered = memory.recall(env, model, [as_text(cell) for cell in header if cell is not None])
    plan = Plan(
        model, match_columns(header, targets, known, remembered, env.registry[model].rec_name), header_row=found
    )
    for place, column in enumerate(plan.columns):
        column.header = column.header or column_letter(place)
    if exact is not None:
        memory.apply_choices(plan, exact)
    plan.encoding, plan.delimiter, plan.sheet = source.encoding, source.delimiter, options.sheet
    preview = [[_short(cell) for cell in row[: len(plan.columns)]] for row in first[found : found + _SHOWN]]
    facts = {
        "kind": source.kind,
        "encoding": source.encoding,
        "delimiter": source.delimiter,
        "sheets": source.sheets,
        "rows": count - above,
        "columns": len(plan.columns),
        "preview": [row for row in preview if any(row)],
        "is_remembered": exact is not None,
    }
    return plan, facts


def _short(cell: Any) -> str:
    return "" if cell is None else as_text(cell)[:_LONGEST]
