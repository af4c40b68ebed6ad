"""Runs an import: reads the file, saves batch by batch, and undoes everything if it was a trial or a row was wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from addons.base_exchange.services.matching.headers import REASON
from addons.base_exchange.services.matching.targets import targets_of
from addons.base_exchange.services.plan import Plan
from addons.base_exchange.services.reading.limits import Limits
from addons.base_exchange.services.reading.source import ReadOptions, Source
from addons.base_exchange.services.values.converter import Converter
from addons.base_exchange.services.values.faults import Fault, Row
from addons.base_exchange.services.writing.badrows import BadRows
from addons.base_exchange.services.writing.journal import Journal
from addons.base_exchange.services.writing.writer import Alike, Counts, TooManyWrong, Writer
from core.api import Environment

BATCH = 1000
"""Rows saved together."""
MOST_GROUPS = 500
"""Different faults that are told."""
MOST_ALIKE = 200
_EXAMPLES = 20

Progress = Callable[[int], None]
"""Told how many rows are done."""


@dataclass
class Group:
    """The same fault in several rows."""

    code: str
    message: Any
    column: int | None
    field: str | None
    value: str | None
    proposals: tuple[str, ...]
    is_certain: bool
    count: int = 0
    rows: list[int] = field(default_factory=list)
    """The first of them."""


@dataclass
class Outcome:
    """What an import did, or would have done."""

    rows: int = 0
    """Rows that are not empty, without the headings."""
    counts: Counts = field(default_factory=Counts)
    groups: dict[tuple[Any, ...], Group] = field(default_factory=dict)
    alike: list[Alike] = field(default_factory=list)
    is_kept: bool = False
    """Whether it was saved."""
    gave_up: bool = False
    """Whether it ended early because of too many wrong rows."""
    seconds: float = 0.0
    journal: Journal = field(default_factory=Journal)

    def add(self, faults: Sequence[Fault]) -> None:
        """Count faults; the same one with the same value is told once."""
        for fault in faults:
            text = None if fault.value is not None else str(fault.message)
            key = (fault.code, fault.column, fault.field, fault.value, text)
            group = self.groups.get(key)
            if group is None:
                if len(self.groups) >= MOST_GROUPS:
                    continue
                group = self.groups[key] = Group(
                    fault.code,
                    fault.message,
                    fault.column,
                    fault.field,
                    fault.value,
                    fault.proposals,
                    fault.is_certain,
                )
            group.count += 1
            if len(group.rows) < _EXAMPLES:
                group.rows.append(fault.row)

    def to_json(self, text: Callable[[Any], str]) -> dict[str, Any]:
        """Return what a page shows, as plain data in the reader's language.

        Args:
            text: Returns a message in that language.
        """
        groups = sorted(self.groups.values(), key=lambda group: (group.code, group.column or 0, group.rows[:1]))
        return {
            "rows": self.rows,
            "counts": asdict(self.counts),
            "groups": [{**asdict(group), "message": text(group.message)} for group in groups],
            "alike": [asdict(each) for each in self.alike[:MOST_ALIKE]],
            "gave_up": self.gave_up,
            "seconds": round(self.seconds, 1),
        }


class _Undo(Exception):
    """Leaves the savepoint, so that nothing stays."""


def source_of(path: Path, plan: Plan, limits: Limits) -> Source:
    """Return the rows of a file, read as a plan says."""
    return Source(path, ReadOptions(plan.encoding, plan.delimiter, plan.sheet), limits)


def run(
    env: Environment,
    path: Path,
    plan: Plan,
    *,
    limits: Limits,
    is_trial: bool,
    progress: Progress | None = None,
    bad_rows: BadRows | None = None,
) -> Outcome:
    """Import a file in the transaction of ``env``, with its user's rights.

    Nothing stays if it is a trial, or if a row is wrong and the plan says ``stop``.

    Args:
        env: Who imports.
        path: The file.
        plan: How.
        limits: What the file may take.
        is_trial: Undo everything at the end.
        progress: Told how many rows are done.
        bad_rows: Takes the wrong rows.

    Raises:
        AccessDenied: The user may not import into the model.
        ValidationError: The file can't be read, or the plan does not fit.
    """
    info = env.registry[plan.model]
    if not env.is_elevated:
        env.guard.check_model(env, info, "import")
    targets = targets_of(env, plan.model, plan.history)
    plan.check(targets)
    outcome, started = Outcome(), time.monotonic()
    source = source_of(path, plan, limits)
    try:
        with env.savepoint():
            writer = Writer(env, plan, Converter(env, plan, targets), outcome.journal, outcome.counts, outcome.alike)
            try:
                for rows in _batches(source, plan):
                    _save(writer, rows, outcome, bad_rows)
                    if progress is not None:
                        progress(outcome.rows)
            except TooManyWrong:
                outcome.gave_up = True
            for finder in writer.converter.finders:
                if finder.created:
                    outcome.journal.related.setdefault(finder.comodel, []).extend(finder.created)
            if is_trial or outcome.gave_up or (outcome.counts.wrong and plan.errors == "stop"):
                raise _Undo
    except _Undo:
        outcome.is_kept = False
    else:
        outcome.is_kept = True
    outcome.seconds = time.monotonic() - started
    return outcome


def _save(writer: Writer, rows: list[Row], outcome: Outcome, bad_rows: BadRows | None) -> None:
    try:
        writer.write(rows)
    finally:
        outcome.rows += len(rows)
        for row in rows:
            if row.faults:
                outcome.add(row.faults)
                if bad_rows is not None:
                    bad_rows.add(row)


def _batches(source: Source, plan: Plan) -> Iterator[list[Row]]:
    numbered = enumerate(source.rows(), start=1)
    rows = (
        Row(number, cells)
        for number, cells in numbered
        if number > plan.header_row and any(cell is not None for cell in cells)
    )
    while batch := list(islice(rows, BATCH)):
        yield batch


def bad_rows_of(env: Environment, plan: Plan, stack: ExitStack) -> BadRows:
    """Return what takes the wrong rows of an import, closed with ``stack``."""
    header = [column.header for column in plan.columns[: plan.width]]
    reason = REASON[1] if env.lang.startswith("zh") else REASON[0]
    return stack.enter_context(BadRows(header, reason, lambda message: env.services.text(message, env.lang)))
