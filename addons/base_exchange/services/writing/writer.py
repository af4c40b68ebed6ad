"""`Writer`: saves the rows of a file in batches, and finds the wrong ones by halving a batch that is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from addons.base_exchange.services.plan import Plan
from addons.base_exchange.services.values.converter import Converter
from addons.base_exchange.services.values.faults import Fault, Row, fault_of
from addons.base_exchange.services.writing.journal import Journal
from core.api import AccessDenied, ConflictError, CoreError, Environment, ValidationError, _, find_duplicates_of_many

MOST_REFUSED = 2000
"""Rows refused by the ORM after which an import gives up: each takes several attempts."""


@dataclass
class Counts:
    """What became of the rows."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    """Left out on purpose: existing records, duplicates, rows that the plan does not want."""
    wrong: int = 0
    alike: int = 0
    """New rows that a rule which reminds finds to be like others."""


@dataclass
class Alike:
    """A new row that is like a record, or like a row before it."""

    row: int
    text: str
    """Name of the record, and of its owner."""
    record_id: int | None


class TooManyWrong(Exception):
    """So many rows were refused that going on is of no use."""


@dataclass
class Writer:
    """Creates and changes the records of one import, with the rights of its user."""

    env: Environment
    plan: Plan
    converter: Converter
    journal: Journal = field(default_factory=Journal)
    counts: Counts = field(default_factory=Counts)
    alike: list[Alike] = field(default_factory=list)
    refused: int = 0

    def write(self, rows: Sequence[Row]) -> None:
        """Save rows; what is wrong with them is noted in the rows.

        Raises:
            TooManyWrong: More than `MOST_REFUSED` rows were refused.
        """
        wanted = self.converter.wanted(rows)
        self.counts.skipped += len(rows) - len(wanted)
        rows = wanted
        self.converter.convert(rows)
        sound = [row for row in rows if not row.faults]
        for batch in self._without_repeats(sound):
            self._write_batch(batch)
        self.counts.wrong += sum(1 for row in rows if row.faults)

    def _without_repeats(self, rows: Sequence[Row]) -> list[list[Row]]:
        """Cut where a key comes again: the later row means the record that the earlier one makes."""
        if not self.plan.key:
            return [list(rows)] if rows else []
        batches: list[list[Row]] = []
        seen: set[Any] = set()
        for row in rows:
            key = self._key(row.values)
            if key is None:
                message = _("The key is empty.")
                row.faults.append(Fault(row.number, message, "import.key", field=self.plan.key[0]))
                continue
            if not batches or key in seen:
                batches.append([])
                seen = set()
            seen.add(key)
            batches[-1].append(row)
        return batches

    def _key(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        key = tuple(values.get(name) for name in self.plan.key)
        return None if any(part is None for part in key) else key

    def _write_batch(self, rows: Sequence[Row]) -> None:
        found = self._existing(rows) if self.plan.key else {}
        new: list[Row] = []
        there: list[tuple[Row, int]] = []
        for row in rows:
            ids = found.get(self._key(row.values) or (), ())
            if len(ids) > 1:
                message = _("The key means %(count)s records.", count=len(ids))
                row.faults.append(Fault(row.number, message, "import.key", field=self.plan.key[0]))
            elif ids:
                there.append((row, ids[0]))
            elif not self.plan.insert:
                self.counts.skipped += 1
            elif "id" in self.plan.key:
                message = _("There is no record %(id)s.", id=row.values["id"])
                row.faults.append(Fault(row.number, message, "import.key", field="id"))
            else:
                new.append(row)
        self._create_all(self._new_ones(new))
        if self.plan.existing == "skip":
            self.counts.skipped += len(there)
        else:
            self._attempt(there, self._update)

    def _existing(self, rows: Sequence[Row]) -> dict[tuple[Any, ...], list[int]]:
        """Return the ids of the records with the keys of the rows: one statement; what the user may not see is not found."""
        first, *_others = self.plan.key
        wanted = [row.values[first] for row in rows]
        names = list(dict.fromkeys(["id", *self.plan.key]))
        found: dict[tuple[Any, ...], list[int]] = {}
        for row in self.env[self.plan.model].read([[first, "in", list(dict.fromkeys(wanted))]], names):
            found.setdefault(tuple(row[name] for name in self.plan.key), []).append(row["id"])
        return found

    def _new_ones(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows that are to become records: complete, and not left out as duplicates."""
        for row in rows:
            self.converter.complete(row)
        complete = [row for row in rows if not row.faults]
        found = find_duplicates_of_many(self.env, self.plan.model, [row.values for row in complete], "remind")
        kept = []
        for position, row in enumerate(complete):
            reminders = found.get(position)
            if reminders:
                self.counts.alike += 1
                owner = f" ({reminders[0].owner})" if reminders[0].owner else ""
                self.alike.append(Alike(row.number, f"{reminders[0].name}{owner}", reminders[0].record_id))
                if self.plan.duplicates == "skip":
                    self.counts.skipped += 1
                    continue
            kept.append(row)
        return kept

    def _create_all(self, rows: Sequence[Row]) -> None:
        self._attempt([(row, 0) for row in rows], self._create)

    def _create(self, items: Sequence[tuple[Row, int]]) -> None:
        is_plain = self.env.registry.is_plain(self.env.registry[self.plan.model])
        held = [] if is_plain else self.converter.load_related([row for row, _id in items])
        records = self.env[self.plan.model].create([row.values for row, _id in items])
        del held
        self.journal.created.extend(records.ids)
        self.counts.created += len(items)

    def _update(self, items: Sequence[tuple[Row, int]]) -> None:
        model = self.env[self.plan.model]
        fields = self.env.registry[self.plan.model].fields
        records = {record.id: record for record in model.search([["id", "in", [number for _row, number in items]]])}
        held = self.converter.load_related([row for row, _id in items])
        old: dict[int, dict[str, Any]] = {}
        for row, number in items:
            record = records[number]
            values = {name: value for name, value in self.converter.cleared(row).items() if name not in self.plan.key}
            if self.plan.existing == "fill":
                values = {name: value for name, value in values.items() if fields[name].is_empty(getattr(record, name))}
            # What stays the same is not written, so that nothing counts as a later change of it.
            before = {name: fields[name].to_json(getattr(record, name)) for name in values}
            changed = {name: value for name, value in values.items() if fields[name].to_json(value) != before[name]}
            if changed:
                old[number] = {name: before[name] for name in changed}
                record.update(changed)
        self.env.flush()
        del held
        self.journal.note_updates(old)
        self.counts.updated += len(old)
        self.counts.skipped += len(items) - len(old)

    def _attempt(self, items: Sequence[tuple[Row, int]], work: Callable[[Sequence[tuple[Row, int]]], None]) -> None:
        """Do the work for all items; if that is refused, for each half, down to the rows that are wrong."""
        if not items:
            return
        mark, counts = self.journal.mark(), vars(self.counts).copy()
        try:
            with self.env.savepoint():
                work(items)
        except (ValidationError, AccessDenied, ConflictError) as error:
            self.journal.back_to(mark)
            vars(self.counts).update(counts)
            if len(items) == 1:
                self._refuse(items[0][0], error)
                return
            middle = len(items) // 2
            self._attempt(items[:middle], work)
            self._attempt(items[middle:], work)

    def _refuse(self, row: Row, error: CoreError) -> None:
        row.faults.append(fault_of(error, row.number))
        self.refused += 1
        if self.refused > MOST_REFUSED:
            raise TooManyWrong
