"""Deleting: into the recycle bin and back, or for good (CORE-67, D16). Layer: orm.

A deletion takes a record with all that depends on it (``ondelete="cascade"`` and One2many lines), clears references declared
``set null`` and remembers them, and is refused where a living record refers with ``restrict``. The rows stay in their tables, marked
with the id of the deletion; no query sees them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AccessDenied, ConflictError, MissingRecord, Where
from core.i18n import _
from core.orm import saving
from core.orm.dberrors import translate
from core.orm.fields import Many2one
from core.orm.foreign import referring_rows

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

CHUNK = 500
_NAMED = 5
"""Records whose names make the title of a deletion."""


class Collected:
    """What one deletion takes along: ids by model in the order found, and the references it clears."""

    def __init__(self) -> None:
        self.ids: dict[str, dict[int, None]] = {}
        self.cleared: list[dict[str, Any]] = []
        """Items ``{"model", "field", "id", "target"}``: record ``id`` loses its reference to ``target``."""


def delete(env: Environment, info: ModelInfo, records: Sequence[Any], *, settle: bool = True) -> None:
    """Delete records with what depends on them. One deletion, whole or not at all; flushes.

    Args:
        env: Who deletes.
        info: Their model.
        records: The records.
        settle: Whether what is computed from them is saved at once; False leaves it to the next flush, with what is to come in their place.

    Raises:
        AccessDenied: The user may not delete one of them.
        ConflictError: A living record refers to one of them and must be kept.
    """
    env.before_query()
    _check_right(env, info, records)
    collected = _collect(env, info, [record.id for record in records if record.__dict__.get("id") is not None])
    for record in records:
        if record.__dict__.get("id") is None and record in env.session:
            env.session.expunge(record)
    if collected.ids:
        _delete(
            env, info, records[0].id, ", ".join(record.display_name for record in records[:_NAMED]), collected, settle
        )


def delete_ids(env: Environment, info: ModelInfo, ids: Sequence[int]) -> None:
    """Delete many records by their ids, which are there; as the system. Where nothing depends on them they are not even loaded.

    Raises:
        ConflictError: A living record refers to one of them and must be kept.
    """
    env.before_query()
    title = ", ".join(record.display_name for record in env.load(info.name, ids[:_NAMED]))
    _delete(env, info, ids[0], title, _collect(env, info, ids))


def _delete(
    env: Environment, info: ModelInfo, first: int, title: str, collected: Collected, settle: bool = True
) -> None:
    hooks = env.registry.hooks
    for model, ids in collected.ids.items():
        env.services.before_delete(env, env.registry[model], list(ids))
        if ids and hooks is not None and hooks.listens("before_delete"):
            hooks.before_delete(env, model, list(ids))
    try:
        with env.session.begin_nested(), env.session.no_autoflush:
            # The relations that lead here are followed while the rows are still there; what depends on them is computed at the end.
            for model, ids in collected.ids.items():
                if not env.registry.is_plain(env.registry[model]):
                    for record in env.load(model, list(ids)):
                        env.recompute.mark_gone(record)
            env.recompute.follow()
            _clear_references(env, collected)
            deletion = _write_deletion(env, info, first, collected, title[:255])
            for model, ids in collected.ids.items():
                target = env.registry[model]
                _mark(env, target, ids, deletion if target.recycle else None)
                _history(env, target, ids, "deleted")
                if not target.recycle:
                    _tell_addons(env, target, ids)
            _drop_from_memory(env, collected)
            if settle:
                env.flush()
    except sa.exc.IntegrityError as error:
        # Rows in the bin may still refer to what is deleted for good.
        raise translate(error, env.registry) from error
    env.family_changed()


def _check_right(env: Environment, info: ModelInfo, records: Sequence[Any]) -> None:
    if env.is_elevated:
        return
    env.guard.check_model(env, info, "delete")
    env.check_rows(info, "delete", [record for record in records if record.__dict__.get("id") is not None])


def _collect(env: Environment, info: ModelInfo, ids: Iterable[int]) -> Collected:
    collected = Collected()
    pending: list[tuple[ModelInfo, list[int]]] = [(info, list(ids))]
    refusals: list[tuple[Many2one, int, int]] = []
    while pending:
        model, batch = pending.pop()
        known = collected.ids.setdefault(model.name, {})
        batch = [number for number in batch if number not in known]
        known.update(dict.fromkeys(batch))
        for field in env.registry.referrers[model.name] if batch else ():
            source = env.registry[field.model_name]
            rows = _referring(env, source, field, batch)
            if not rows:
                continue
            if field.ondelete == "cascade" or _is_line(env, source, field):
                pending.append((source, [number for number, _target in rows]))
            elif field.ondelete == "set null":
                for number, target in rows:
                    collected.cleared.append(
                        {"model": source.name, "field": field.name, "id": number, "target": target}
                    )
            else:
                refusals.extend((field, number, target) for number, target in rows)
    collected.cleared = [item for item in collected.cleared if item["id"] not in collected.ids.get(item["model"], {})]
    still = [item for item in refusals if item[1] not in collected.ids.get(item[0].model_name, {})]
    if still:
        raise _in_use(env, info, still)
    return collected


def _is_line(env: Environment, source: ModelInfo, field: Many2one) -> bool:
    """Whether the reference belongs to a dependent line: required, and shown as One2many by the record it points to."""
    return field.required and (source.name, field.name) in env.registry.backs and field.ondelete != "restrict"


def _referring(env: Environment, source: ModelInfo, field: Many2one, ids: list[int]) -> list[tuple[int, int]]:
    column = source.table.c[str(field.column)]
    found: list[tuple[int, int]] = []
    for start in range(0, len(ids), CHUNK):
        statement = sa.select(source.table.c.id, column).where(column.in_(ids[start : start + CHUNK]))
        if source.recycle:
            statement = statement.where(source.table.c.deletion_id.is_(None))
        found.extend((number, target) for number, target in env.session.connection().execute(statement))
    return found


def _in_use(env: Environment, info: ModelInfo, refusals: list[tuple[Many2one, int, int]]) -> ConflictError:
    counts: dict[str, int] = {}
    for field, _number, _target in refusals:
        label = env.registry[field.model_name].label
        counts[label] = counts.get(label, 0) + 1
    return ConflictError(
        _(
            "%(label)s can't be deleted: %(count)s records refer to it (%(names)s).",
            label=info.label,
            count=len(refusals),
            names=", ".join(f"{label}: {count}" for label, count in counts.items()),
        ),
        code="conflict.in_use",
        where=Where(model=info.name, record=refusals[0][2]),
    )


def _clear_references(env: Environment, collected: Collected) -> None:
    """Set the references declared ``set null`` to nothing, through the records, so that all that depends on them follows."""
    groups: dict[tuple[str, str], list[int]] = {}
    for item in collected.cleared:
        groups.setdefault((item["model"], item["field"]), []).append(item["id"])
    with env.system_changes():
        for (model, name), ids in groups.items():
            for record in env.load(model, ids):
                if not record._info.fields[name].computed:
                    setattr(record, name, None)


def _write_deletion(env: Environment, info: ModelInfo, first: int, collected: Collected, title: str) -> int:
    table = env.registry["core.deletion"].table
    now = env.now()
    values = {
        "model": info.name,
        "record_id": first,
        "title": title,
        "user_id": env.uid,
        "at": now,
        "count": sum(len(ids) for ids in collected.ids.values()),
        "links": {
            "cleared": collected.cleared,
            "ids": {model: list(ids) for model, ids in collected.ids.items() if env.registry[model].recycle},
        },
        **saving.stamps(env, now),
    }
    result = env.session.connection().execute(sa.insert(table).returning(table.c.id), [values])
    return int(result.scalar_one())


def _mark(env: Environment, info: ModelInfo, ids: Iterable[int], deletion: int | None) -> None:
    ordered = list(ids)
    connection = env.session.connection()
    for start in range(0, len(ordered), CHUNK):
        chosen = info.table.c.id.in_(ordered[start : start + CHUNK])
        if info.recycle:
            connection.execute(
                sa.update(info.table).where(chosen).values(deletion_id=deletion, version=info.table.c.version + 1)
            )
        else:
            connection.execute(sa.delete(info.table).where(chosen))


def _history(env: Environment, info: ModelInfo, ids: Iterable[int], operation: str) -> None:
    if info.recycle:
        saving.note_stored(env, info, list(ids), operation)


def _drop_from_memory(env: Environment, collected: Collected) -> None:
    """Take deleted records out of the session, and let collections that held them be read anew."""
    for model, ids in collected.ids.items():
        info = env.registry[model]
        for number in ids:
            record: Any = env.session.identity_map.get((info.cls, (number,), None))
            if record is not None:
                env.changes.forget(record)
                env.session.expunge(record)
    backs = {
        (field.comodel, name): back
        for (model, name), back in env.registry.backs.items()
        for field in [env.registry[model].fields[name]]
        if isinstance(field, Many2one) and model in collected.ids
    }
    for record in list(env.session.identity_map.values()):
        info = record._info
        names = {back for (comodel, _name), back in backs.items() if comodel == info.name}
        names |= {f.name for f in info.fields.values() if f.to_many and getattr(f, "comodel", None) in collected.ids}
        loaded = [name for name in names if name in record.__dict__]
        if loaded:
            env.session.expire(record, loaded)


def restore(env: Environment, deletion_id: int) -> None:
    """Bring back everything one deletion took, with the references it cleared (where they are still empty).

    Raises:
        AccessDenied: Only administrators open the bin.
        MissingRecord: There is no such deletion, or it was restored or purged.
        ConflictError: A living record has meanwhile taken a value that must be unique, or a record needed is gone.
    """
    entry = _open_bin(env, deletion_id)
    env.before_query()
    now = env.now()
    try:
        with env.session.begin_nested():
            # Asked for inside, since a session takes up a savepoint with the first use of its connection.
            connection = env.session.connection()
            for model, ids in entry.links["ids"].items():
                info = env.registry.models.get(model)
                if info is None:
                    raise ConflictError(
                        _('The addon that declares "%(model)s" is not enabled.', model=model),
                        code="conflict.addon_disabled",
                    )
                _restore_rows(connection, info, ids, deletion_id)
                _history(env, info, ids, "restored")
            table = env.registry["core.deletion"].table
            connection.execute(
                sa.update(table).where(table.c.id == deletion_id).values(restored_at=now, restored_by_id=env.uid)
            )
    except sa.exc.IntegrityError as error:
        found = translate(error, env.registry)
        raise ConflictError(found.message, code="conflict.restore", where=found.where, hint=found.hint) from error
    env.session.expire_all()
    with env.elevated(reason=f"restore deletion {deletion_id}"):
        for item in entry.links["cleared"]:
            record = env.browse(item["model"], item["id"]) if item["model"] in env.registry.models else None
            target = record is not None and env.browse(record._info.fields[item["field"]].comodel, item["target"])
            if record is not None and target and getattr(record, item["field"]) is None:
                setattr(record, item["field"], target)
        for model, ids in entry.links["ids"].items():
            for record in env.load(model, ids):
                env.recompute.mark_gone(record)
        env.flush()
    env.family_changed()


def _restore_rows(connection: sa.Connection, info: ModelInfo, ids: Sequence[int], deletion_id: int) -> None:
    for start in range(0, len(ids), CHUNK):
        chosen = info.table.c.id.in_(ids[start : start + CHUNK])
        connection.execute(
            sa.update(info.table)
            .where(chosen, info.table.c.deletion_id == deletion_id)
            .values(deletion_id=None, version=info.table.c.version + 1)
        )


def purge(env: Environment, deletion_id: int) -> None:
    """Delete for good what one deletion took.

    Rows of disabled addons that refer to it follow their ``ondelete`` in the database.

    Raises:
        AccessDenied: Only administrators open the bin.
        MissingRecord: There is no such deletion, or it was restored or purged.
        ConflictError: Rows of a disabled addon refer to it with ``restrict``; the message names addon, table and count.
    """
    entry = _open_bin(env, deletion_id)
    env.before_query()
    ids = entry.links["ids"]
    for model, numbers in ids.items():
        if model in env.registry.models:
            _refuse_if_kept(env, env.registry[model], numbers)
    try:
        with env.session.begin_nested():
            connection = env.session.connection()
            for model in reversed(list(ids)):
                info = env.registry.models.get(model)
                if info is not None:
                    _purge_rows(connection, info, ids[model], deletion_id)
                    _tell_addons(env, info, ids[model])
            table = env.registry["core.deletion"].table
            values = {"purged_at": env.now(), "purged_by_id": env.uid, "links": {"ids": {}, "cleared": []}}
            connection.execute(sa.update(table).where(table.c.id == deletion_id).values(values))
    except sa.exc.IntegrityError as error:
        raise translate(error, env.registry) from error
    env.session.expire_all()


def _purge_rows(connection: sa.Connection, info: ModelInfo, ids: Sequence[int], deletion_id: int) -> None:
    for start in range(0, len(ids), CHUNK):
        chosen = info.table.c.id.in_(ids[start : start + CHUNK])
        connection.execute(sa.delete(info.table).where(chosen, info.table.c.deletion_id == deletion_id))


def _tell_addons(env: Environment, info: ModelInfo, ids: Iterable[int]) -> None:
    hooks = env.registry.hooks
    if hooks is not None and hooks.listens("records_purged"):
        hooks.records_purged(env, info.name, list(ids))


def _refuse_if_kept(env: Environment, info: ModelInfo, ids: Sequence[int]) -> None:
    kept = [row for row in referring_rows(env, info, ids) if row.ondelete == "restrict"]
    if kept:
        names = ", ".join(f"{row.addon}: {row.table}.{row.column} ({row.count})" for row in kept)
        raise ConflictError(
            _(
                "%(label)s can't be purged: rows of disabled addons refer to it (%(names)s).",
                label=info.label,
                names=names,
            ),
            code="conflict.disabled_addon",
            hint=_("enable or remove the addon first"),
            where=Where(model=info.name),
        )


def _open_bin(env: Environment, deletion_id: int) -> Any:
    if not env.is_elevated and not env.guard.has_group(env, "base.administrator"):
        raise AccessDenied(_("Only administrators open the recycle bin."), code="access_denied.recycle_bin")
    table = env.registry["core.deletion"].table
    statement = sa.select(table).where(
        table.c.id == deletion_id, table.c.restored_at.is_(None), table.c.purged_at.is_(None)
    )
    entry = env.session.connection().execute(statement).one_or_none()
    if entry is None:
        raise MissingRecord(
            _("There is no such deletion in the bin."), where=Where(model="core.deletion", record=deletion_id)
        )
    return entry
