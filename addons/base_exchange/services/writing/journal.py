"""`Journal`: what an import did, compact enough for 100,000 rows, so that it can be undone.

One entry holds a thousand records: their ids, their versions, and for changed ones the values before. Versions are read at the end, since
later rows of the same import may have touched earlier records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.api import Environment

CHUNK = 1000
CREATED, UPDATED, RELATED = "created", "updated", "related"
"""Kinds of entries: new records, changed ones, and records of other models made because they were not there."""


class Journal:
    """Collects what one import does; `write` keeps it."""

    def __init__(self) -> None:
        self.created: list[int] = []
        self.updated: list[int] = []
        self.related: dict[str, list[int]] = {}
        """Model → ids."""
        self._old: list[tuple[list[int], str]] = []
        """Pairs (ids, values before as JSON), as they came."""

    def note_updates(self, old: Mapping[int, Mapping[str, Any]]) -> None:
        """Note values before: id → field → value as JSON can say it."""
        self._old.append((list(old), json.dumps(list(old.values()), ensure_ascii=False, separators=(",", ":"))))
        self.updated.extend(old)

    def mark(self) -> tuple[int, int, int]:
        """Return how far the journal is, for `back_to`."""
        return len(self.created), len(self.updated), len(self._old)

    def back_to(self, mark: tuple[int, int, int]) -> None:
        """Forget what was noted after a mark, because it was undone."""
        del self.created[mark[0] :]
        del self.updated[mark[1] :]
        del self._old[mark[2] :]

    def write(self, env: Environment, import_id: int, model: str) -> None:
        """Keep everything as entries of an import.

        Args:
            env: An environment that may write them.
            import_id: Id of the import.
            model: Model of the records.
        """
        entries: list[dict[str, Any]] = []
        for ids in _chunks(self.created):
            entries.append(_entry(env, import_id, CREATED, model, ids))
        for ids, old in self._old:
            entries.append({**_entry(env, import_id, UPDATED, model, ids), "old": json.loads(old)})
        for other, numbers in self.related.items():
            entries += [_entry(env, import_id, RELATED, other, ids) for ids in _chunks(numbers)]
        if entries:
            env["base.import.entry"].create(entries)


def _entry(env: Environment, import_id: int, kind: str, model: str, ids: Sequence[int]) -> dict[str, Any]:
    versions = versions_of(env, model, ids)
    return {
        "import_run": import_id,
        "kind": kind,
        "model": model,
        "ids": list(ids),
        "versions": [versions.get(number, 0) for number in ids],
    }


def seal(env: Environment, import_ids: Sequence[int]) -> None:
    """Note the versions of now in the entries of imports of the same run, whose records a later step of the set has touched."""
    entries = env["base.import.entry"]
    for entry in entries.search([["import_run", "in", list(import_ids)]]) if import_ids else ():
        versions = versions_of(env, entry.model, entry.ids)
        now = [versions.get(number, 0) for number in entry.ids]
        if now != entry.versions:
            entry.versions = now
    env.flush()


def versions_of(env: Environment, model: str, ids: Sequence[int]) -> dict[int, int]:
    """Return the versions of those records that are there: one statement for 1,000."""
    found: dict[int, int] = {}
    for part in _chunks(ids):
        found.update((row["id"], row["version"]) for row in env[model].read([["id", "in", part]], ["id", "version"]))
    return found


def _chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])
