"""Takes back what a set of files brought in: its imports, the last first, all of them or none (CORE-63)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.base_exchange.services.imports import execute_undo, open_import
from addons.base_exchange.services.system import as_system
from addons.base_exchange.services.writing.journal import versions_of
from core.api import ConflictError, Environment, ImportsUndone, ValidationError, _

MOST_NAMED = 5


def undo_set(env: Environment, batch: str) -> ImportsUndone:
    """Undo all imports of a set that are not undone yet, in the transaction of ``env``.

    Runs of the plan that changed nothing count as undone with the others.

    Args:
        env: Who asks; the rights of a single undo hold.
        batch: Name of the set, as `FileBatch` gave it.

    Raises:
        ConflictError: Records were changed or used later; they are named, and the caller's transaction must not be kept.
        ValidationError: There is nothing to undo, or the journal of an import is gone.
    """
    system = as_system(env)
    kept = system["base.import"].read([["batch", "=", batch], ["state", "=", "done"]], ["id"], order="id desc")
    if not kept:
        raise ValidationError(_('No import of "%(name)s" is left to be undone.', name=batch), code="import.set")
    _refuse_changed(system, [row["id"] for row in kept], batch)
    deleted = restored = 0
    for row in kept:
        record = open_import(env, row["id"], states=("done",))
        if _did_nothing(system, record):
            record.update(state="undone", undone_at=env.now(), undone_by=env.uid)
            continue
        execute_undo(env, record.id, keep_changed=False, is_checked=True)
        told = record.report["undo"]
        if record.state != "undone":
            names = [f"{each['name'] or each['record_id']} ({each['reason']})" for each in told["kept"][:MOST_NAMED]]
            raise _refused(env, batch, record.model, names)
        deleted, restored = deleted + told["deleted"], restored + told["restored"]
    system.flush()
    return ImportsUndone(len(kept), deleted, restored)


def _refuse_changed(system: Environment, import_ids: Sequence[int], batch: str) -> None:
    """Raise ConflictError if a record has another version than the newest that the imports noted of it."""
    entries = system["base.import.entry"].read(
        [["import_run", "in", list(import_ids)]], ["model", "ids", "versions"], order="id"
    )
    noted: dict[str, dict[int, int]] = {}
    for entry in entries:
        if entry["model"] in system.registry.models:
            noted.setdefault(entry["model"], {}).update(zip(entry["ids"], entry["versions"], strict=True))
    for model, versions in noted.items():
        now = versions_of(system, model, list(versions))
        changed = [number for number, version in now.items() if version != versions[number]]
        if changed:
            records = system.load(model, changed[:MOST_NAMED])
            raise _refused(system, batch, model, [record.display_name for record in records])


def _did_nothing(system: Environment, record: Any) -> bool:
    has_journal = system["base.import.entry"].exists([["import_run", "=", record.id]])
    return not has_journal and not record.created_count and not record.updated_count


def _refused(env: Environment, batch: str, model: str, names: Sequence[Any]) -> ConflictError:
    return ConflictError(
        _(
            "%(model)s: records were changed or used after %(name)s came in: %(records)s",
            model=_(str(env.registry[model].label)),
            name=batch,
            records=", ".join(str(name) for name in names),
        ),
        code="conflict.import_changed",
        hint=_("undo the imports one by one on their pages to keep these records"),
    )
