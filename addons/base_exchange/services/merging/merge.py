"""Makes one record of several, and several of one again: whole or not at all (CORE-62)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.base_exchange.services.merging import references
from addons.base_exchange.services.merging.journal import Journal
from core.api import (
    SYSTEM_UID,
    AccessDenied,
    ConflictError,
    Environment,
    ValidationError,
    Where,
    _,
    restore_deletions,
    write_audit,
)

MOST = 10
"""Records merged at once: as many as can be compared on a page."""
_STAMPS = frozenset({"created_at", "created_by", "updated_at", "updated_by", "version"})


def may_merge(env: Environment, model: str) -> bool:
    """Whether the user may merge records of a model. No statement beyond those that rights cost once."""
    info = env.registry.models.get(model)
    if info is None or info.is_log or not info.recycle or info.addon == "base":
        return False
    if env.is_elevated:
        return True
    try:
        for operation in ("read", "update", "delete"):
            env.guard.check_model(env, info, operation)
    except AccessDenied:
        return False
    return True


def require_merge(env: Environment, model: str) -> None:
    """Refuse who may not merge, with the reason."""
    info = env.registry[model]
    for operation in ("read", "update", "delete"):
        env.guard.check_model(env, info, operation)
    if not may_merge(env, model):
        raise AccessDenied(_("%(model)s can't be merged.", model=_(info.label)))


def mergeable_fields(env: Environment, model: str) -> list[Any]:
    """Return the fields whose value can be chosen: what the user sees and may change of a record. To-many fields go along whole."""
    info = env.registry[model]
    hidden = env.hidden_fields(info, "read") | env.hidden_fields(info, "update")
    return [
        field
        for field in info.fields.values()
        if field.is_stored
        and not field.to_many
        and not field.computed
        and not field.readonly
        and field.name not in _STAMPS
        and field.name not in hidden
    ]


def merge(
    env: Environment, model: str, winner_id: int, loser_ids: Sequence[int], choices: Mapping[str, int] | None = None
) -> int:
    """Merge records into one, and return the id of the entry by which that can be undone.

    What refers to the losers, in any model, refers to the winner afterwards; files, favourites, shares and history go along; the losers lie
    in the recycle bin.

    Args:
        env: Who merges, with the right to change the winner and to delete the losers.
        model: Name of the model.
        winner_id: Id of the record that stays.
        loser_ids: Ids of the others.
        choices: Field → id of the record whose value the winner gets; the others keep the winner's.

    Raises:
        AccessDenied: A right is missing.
        MissingRecord: There is no such record, or the user may not see it.
        ValidationError: Nothing to merge, a choice is wrong, an addon refuses, or a rule of the winner does.
        ConflictError: A reference can't be moved.
    """
    require_merge(env, model)
    info = env.registry[model]
    ids = [number for number in dict.fromkeys(loser_ids) if number != winner_id]
    if not 0 < len(ids) < MOST:
        raise ValidationError(_("Choose two to %(count)s records.", count=MOST), code="merge.count")
    with env.savepoint():
        winner = env[model].get(winner_id)
        losers = list(env[model].get(ids))
        env.check_rows(info, "update", [winner])
        env.check_rows(info, "delete", losers)
        values = _chosen(env, model, winner, losers, choices or {})
        env.hook.before_merge(env=env, winner=winner, losers=losers)
        names = [{"id": record.id, "name": record.display_name} for record in losers]
        journal = Journal()
        with env.elevated(reason=f"merge {model} {ids} into {winner_id}"):
            references.move_fields(env, model, ids, winner, journal)
            references.move_links(env, model, losers, winner, journal)
            references.move_notes(env, model, ids, winner.id, journal)
        env.check_rows(info, "delete", losers)
        env[model].delete(losers)
        bin_entries = env.as_user(SYSTEM_UID)["core.deletion"]
        (entry,) = bin_entries.read([["model", "=", model], ["user", "=", env.uid]], ["id"], "id desc", 1)
        journal.deletion = entry["id"]
        _set_values(env, winner, values, journal)
        return _keep(env, winner, names, journal)


def _chosen(
    env: Environment, model: str, winner: Any, losers: Sequence[Any], choices: Mapping[str, int]
) -> dict[str, Any]:
    """Return the values that the winner gets from losers."""
    fields = {field.name: field for field in mergeable_fields(env, model)}
    records = {record.id: record for record in [winner, *losers]}
    values = {}
    for name, number in choices.items():
        if name not in fields or number not in records:
            raise ValidationError(_("This value can't be chosen."), field=name, code="merge.choice")
        if number == winner.id:
            continue
        value = getattr(records[number], name)
        if getattr(value, "_info", None) is not None and value._info.name == model and value.id in records:
            value = None
        values[name] = value
    return values


def _set_values(env: Environment, winner: Any, values: Mapping[str, Any], journal: Journal) -> None:
    info = winner._info
    for name, value in values.items():
        field = info.fields[name]
        old = field.to_json(getattr(winner, name))
        if field.kind in ("file", "image") and value is not None:
            references.move_file(env, value.id, winner.id, journal)
        journal.values.append({"field": name, "old": _plain(old), "new": _plain(field.to_json(value))})
    if values:
        env[info.name].write(winner, values)
        env.flush()


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it exactly."""
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


def _keep(env: Environment, winner: Any, losers: Sequence[Mapping[str, Any]], journal: Journal) -> int:
    model = winner._info.name
    detail = {"winner": winner.id, "losers": [each["id"] for each in losers]}
    with env.elevated(reason=f"merge {model}: log"):
        values = {"model": model, "record_id": winner.id, "operation": "merged", "user": env.uid, "at": env.now()}
        env[references.HISTORY].create(values)
        record = env["base.merge"].create(
            {
                "name": winner.display_name,
                "model": model,
                "winner": winner.id,
                "losers": list(losers),
                "user": env.uid,
                "count": len(losers),
                "moved": moved_counts(journal),
                "journal": journal.to_json(),
            }
        )
    write_audit(env, "merge", winner.display_name, model=model, record=winner.id, detail={"merge": record.id, **detail})
    return int(record.id)


def moved_counts(journal: Journal) -> dict[str, int]:
    """Return how many rows moved, by model."""
    counts: dict[str, int] = {}
    for step in journal.fields:
        counts[step["model"]] = counts.get(step["model"], 0) + len(step["rows"])
    for step in journal.notes:
        counts[step["model"]] = counts.get(step["model"], 0) + len(step["rows"])
    for step in journal.links:
        counts[step["model"]] = counts.get(step["model"], 0) + len(step["others"])
    return {model: count for model, count in counts.items() if count}


def open_merge(env: Environment, number: int) -> Any:
    """Return a merge that the user may see.

    Raises:
        MissingRecord: There is none, or it is somebody else's.
    """
    return env["base.merge"].get(number)


def undo(env: Environment, number: int) -> None:
    """Take a merge back: the losers live again, with what referred to them, and the winner has its old values.

    What was changed meanwhile stays: a reference that leads elsewhere by now, a value of the winner that is no longer the one chosen.

    Raises:
        MissingRecord: There is no such merge that the user may see, or the winner is gone.
        AccessDenied: The user may not change the winner, or the losers.
        ConflictError: It was undone already, or the recycle bin was emptied.
    """
    entry = open_merge(env, number)
    model = entry.model
    require_merge(env, model)
    if entry.state != "done":
        raise ConflictError(_("This merge was undone already."), code="conflict.merge_state")
    info = env.registry[model]
    winner = env[model].get(entry.winner)
    env.check_rows(info, "update", [winner])
    journal = Journal.from_json(entry.journal)
    with env.savepoint(), env.elevated(reason=f"undo the merge {number}"):
        deletion = env["core.deletion"].read([["id", "=", journal.deletion]], ["restored_at", "purged_at"])
        if not deletion or deletion[0]["restored_at"] or deletion[0]["purged_at"]:
            raise ConflictError(
                _("The merged records are no longer in the recycle bin."),
                code="conflict.merge_bin",
                where=Where(model=model, record=winner.id),
            )
        _set_back(env, winner, journal)
        restore_deletions(env, [journal.deletion])
        references.return_links(env, journal)
        references.return_fields(env, model, winner, journal)
        references.return_notes(env, winner.id, journal)
        entry = env["base.merge"].get(number)
        entry.update(state="undone", undone_at=env.now(), undone_by=env.uid)
    write_audit(env, "undo_merge", entry.name, model=model, record=winner.id, detail={"merge": number})


def _set_back(env: Environment, winner: Any, journal: Journal) -> None:
    values = {}
    for step in journal.values:
        field = winner._info.fields.get(step["field"])
        if field is not None and _plain(field.to_json(getattr(winner, step["field"]))) == step["new"]:
            values[step["field"]] = step["old"]
    if values:
        env[winner._info.name].write(winner, values)
        env.flush()
