"""Takes a whole import back: records it made are deleted, those it changed get their old values, as long as nobody changed them later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from addons.base_exchange.services.writing.journal import CREATED, RELATED, UPDATED, versions_of
from core.api import ConflictError, CoreError, Environment, _, purge_deletions

MOST_TOLD = 200
"""Records that are named."""


@dataclass
class Kept:
    """A record that stays as it is."""

    model: str
    record_id: int
    name: str
    reason: Any


@dataclass
class Undone:
    """What became of the records of an import."""

    deleted: int = 0
    restored: int = 0
    gone: int = 0
    """Records that somebody had deleted before."""
    kept: list[Kept] = field(default_factory=list)
    is_strict: bool = False
    """Whether one record that stays is reason enough to look no further."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be tried."""
        return self.is_strict and bool(self.kept)

    def keep(self, model: str, ids: Sequence[int], reason: Any) -> None:
        """Note records that stay."""
        self.kept.extend(Kept(model, number, "", reason) for number in ids)


class LaterChanges(ConflictError):
    """Records of the import were changed after it; nothing was undone."""

    code = "conflict.import_changed"

    def __init__(self, kept: Sequence[Kept]) -> None:
        super().__init__(_("%(count)s records were changed or used after the import.", count=len(kept)))
        self.kept = list(kept)


def undo(
    env: Environment,
    import_id: int,
    *,
    keep_changed: bool,
    is_checked: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Undone:
    """Undo an import in the transaction of ``env``, which holds every right.

    Args:
        env: An environment of the system; the caller has checked who asks.
        import_id: Id of the import.
        keep_changed: Leave records alone that were changed or used later, and undo the others.
        is_checked: The caller has made sure that nobody changed them; versions, which undoing later imports moves on, don't count, and the
            first record that is used refuses the whole.
        progress: Told how many records are done.

    Raises:
        LaterChanges: There are such records, and they are not to be left alone; nothing is undone.
    """
    entries = env["base.import.entry"]
    found = entries.read([["import_run", "=", import_id]], ["id", "kind"], order="id desc")
    # Records made on the way go last: until then those of the import refer to them.
    numbers = [row["id"] for row in sorted(found, key=lambda row: row["kind"] == RELATED)]
    result = Undone(is_strict=is_checked and not keep_changed)
    done = 0
    with env.savepoint():
        # The last batch first: what was made later may refer to what was made before. One entry at a time bounds the memory.
        for number in numbers:
            if result.is_over:
                break
            (entry,) = entries.read([["id", "=", number]], ["kind", "model", "ids", "versions", "old"])
            _undo_entry(env, entry, result, is_checked=is_checked)
            done += len(entry["ids"])
            if progress is not None:
                progress(done)
        if result.kept and not keep_changed:
            _name(env, result.kept[:MOST_TOLD])
            raise LaterChanges(result.kept)
    _name(env, result.kept[:MOST_TOLD])
    return result


def _undo_entry(env: Environment, entry: Mapping[str, Any], result: Undone, *, is_checked: bool) -> None:
    model = entry["model"]
    if model not in env.registry.models:
        result.keep(model, entry["ids"], _("The app it belongs to is not enabled."))
        return
    now = versions_of(env, model, entry["ids"])
    same, changed = [], []
    for place, (number, version) in enumerate(zip(entry["ids"], entry["versions"], strict=True)):
        if number not in now:
            result.gone += 1
        elif now[number] != version and not is_checked:
            changed.append(number)
        else:
            same.append((place, number))
    result.keep(model, changed, _("It was changed after the import."))
    if entry["kind"] == UPDATED:
        _restore(env, model, [(number, entry["old"][place]) for place, number in same], result)
    else:
        _delete(env, model, [number for _place, number in same], result, is_main=entry["kind"] == CREATED)


def _delete(env: Environment, model: str, ids: Sequence[int], result: Undone, *, is_main: bool) -> None:
    """Delete records; where that is refused each half by itself, down to those that something refers to."""
    if not ids or result.is_over:
        return
    made = _consequences(env, model, ids)
    try:
        with env.savepoint():
            for other, numbers in made:
                env[other].delete(numbers)
            env[model].delete(list(ids))
    except CoreError as error:
        if len(ids) > 1:
            middle = len(ids) // 2
            _delete(env, model, ids[:middle], result, is_main=is_main)
            _delete(env, model, ids[middle:], result, is_main=is_main)
        elif is_main:
            result.keep(model, ids, error.message)
        # A record made because it was missing may have found other uses, and then it stays without a word.
        return
    result.deleted += len(ids)
    for other, numbers in made:
        _purge(env, other, numbers)
    _purge(env, model, ids)


def _consequences(env: Environment, model: str, ids: Sequence[int]) -> list[tuple[str, list[int]]]:
    """Return what addons made by themselves out of records: pairs (model, ids)."""
    told = env.hook.declare_consequences(env=env, model=model, ids=ids)
    return [(other, list(numbers)) for found in told for other, numbers in found.items() if numbers]


def _purge(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Empty the recycle bin of records just deleted: they are in the file, and would hold what else the import made.

    What something in the bin still needs stays there.
    """
    domain = [["model", "=", model], ["record_id", "in", list(ids)], ["purged_at", "is_not_set", True]]
    found = env["core.deletion"].read(domain, ["id"], order="id desc", limit=1)
    if not env.registry[model].recycle or not found:
        return
    try:
        with env.savepoint():
            purge_deletions(env, [found[0]["id"]])
    except CoreError:
        return


def _restore(env: Environment, model: str, items: Sequence[tuple[int, Mapping[str, Any]]], result: Undone) -> None:
    if not items or result.is_over:
        return
    try:
        with env.savepoint():
            records = {record.id: record for record in env[model].get([number for number, _old in items])}
            for number, old in items:
                records[number].update(dict(old))
    except CoreError as error:
        if len(items) > 1:
            middle = len(items) // 2
            _restore(env, model, items[:middle], result)
            _restore(env, model, items[middle:], result)
        else:
            result.keep(model, [items[0][0]], error.message)
        return
    result.restored += len(items)


def _name(env: Environment, kept: Sequence[Kept]) -> None:
    """Fill in what the records are called, one statement for each model."""
    models: dict[str, list[int]] = {}
    for each in kept:
        if each.model in env.registry.models:
            models.setdefault(each.model, []).append(each.record_id)
    names = {
        (model, row["id"]): str(row["display_name"])
        for model, ids in models.items()
        for row in env[model].read([["id", "in", ids]], ["id", "display_name"])
    }
    for each in kept:
        each.name = names.get((each.model, each.record_id), "")
