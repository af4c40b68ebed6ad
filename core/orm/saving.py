"""What happens when records are saved: computed fields, stamps, required fields, checks, rights, history. Layer: orm.

`prepare` runs before the rows are written and raises without touching the database; `finish` runs after, inside the same savepoint.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AccessDenied, CoreError, ValidationError, raise_faults
from core.i18n import _
from core.orm.changes import STAMPS
from core.orm.domain import evaluate
from core.orm.fields import Field, Many2one, One2many
from core.orm.fields.special import Reference
from core.orm.fields.special import Sequence as NumberField
from core.orm.fuzzy import normalise

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.model import Model
    from core.orm.modelinfo import ModelInfo

_MOST_IDS = 10_000
"""In one statement; SQLite takes no more than 32,766 parameters."""


@dataclass
class Batch:
    """What one flush saves."""

    created: list[Model] = dataclass_field(default_factory=list)
    updated: dict[Model, dict[str, Any]] = dataclass_field(default_factory=dict)
    """Record → field → value before."""
    check_created: list[Model] = dataclass_field(default_factory=list)
    """New records made by the user, to be checked against the rules once they have a row."""


def prepare(env: Environment) -> Batch:
    """Bring everything pending into the state in which it may be written.

    Raises:
        ValidationError: A required field is empty or a check fails; all faults of one record at once.
        AccessDenied: The user may not change one of the records, or one of the fields.
    """
    _refuse_loops(env)
    env.recompute.run()
    batch = Batch(created=list(env.session.new))
    _draw_numbers(env, batch.created)
    if env.recompute.queue:
        env.recompute.run()
    batch.updated = {record: old for record, old in env.changes.old.items() if record in env.session}
    if env.tracer is None:
        env.services.before_save(env, batch.created, batch.updated)
    else:
        env.tracer.call("rule", "before_save", "base", "", env.services.before_save, env, batch.created, batch.updated)
    _require(batch)
    for record in (*batch.created, *batch.updated):
        check(record)
    _stamp(env, batch)
    _guard_updates(env, batch)
    batch.check_created = [] if env.is_elevated else [r for r in batch.created if r.__dict__.get("_by_user")]
    return batch


def finish(env: Environment, batch: Batch) -> None:
    """Check what needs the rows to exist, write the history, and let the next flush begin with an empty log.

    Raises:
        ValidationError: A constraint method refuses.
        AccessDenied: A new record lies outside what the user may create.
    """
    env.changes.clear()
    env.touched.clear()
    env.forget_checked(batch.updated)
    _constrain(batch)
    if env.tracer is None:
        env.services.after_save(env, batch.created, batch.updated)
    else:
        env.tracer.call("rule", "after_save", "base", "", env.services.after_save, env, batch.created, batch.updated)
    for info, records in _by_model(batch.check_created):
        ids = [record.id for record in records]
        if env.tracer is None:
            env.guard.check_rows(env, info, "create", ids)
        else:
            env.tracer.access(env, info, "create", env.guard.check_rows, ids)
    for record in batch.created:
        record.__dict__.pop("_by_user", None)
    write_history(env, batch)
    _tell_addons(env, batch)


def _tell_addons(env: Environment, batch: Batch) -> None:
    hooks = env.registry.hooks
    if hooks is None or not hooks.listens("records_saved"):
        return
    found: dict[str, tuple[list[int], dict[int, dict[str, Any]]]] = {}
    for record in batch.created:
        found.setdefault(record._info.name, ([], {}))[0].append(record.id)
    for record, old in batch.updated.items():
        found.setdefault(record._info.name, ([], {}))[1][record.id] = old
    for model, (created, changed) in found.items():
        hooks.records_saved(env, model, created, changed)


def _by_model(records: Iterable[Model]) -> Iterable[tuple[ModelInfo, list[Model]]]:
    groups: dict[ModelInfo, list[Model]] = {}
    for record in records:
        groups.setdefault(record._info, []).append(record)
    return groups.items()


def _draw_numbers(env: Environment, created: list[Model]) -> None:
    for info, records in _by_model(created):
        for field in info.fields.values():
            if isinstance(field, NumberField) and not field.computed:
                waiting = [record for record in records if not record.__dict__.get(field.name)]
                if waiting:
                    for record, number in zip(waiting, env.services.numbers(env, field, waiting), strict=True):
                        setattr(record, field.name, number)


def _refuse_loops(env: Environment) -> None:
    """Refuse a record that would become its own ancestor in the tree of its model, before anything walks in circles."""
    moved = (record for record, old in env.changes.old.items() if record._info.parent_field in old)
    for record in (*env.session.new, *moved):
        name = record._info.parent_field
        seen = {record}
        above = getattr(record, name) if name else None
        while above is not None and name:
            if above in seen:
                field = record._info.fields[name]
                raise field.invalid(
                    _("%(label)s: a record can't stand below itself.", label=field.label), code="validation.loop"
                )
            seen.add(above)
            above = getattr(above, name)


def value_for_check(record: Model, field: Field[Any]) -> Any:
    """Return the value of a field without loading a relation: for a Many2one the id or the record, whichever is there."""
    if isinstance(field, Many2one) and not field.computed:
        data = record.__dict__
        return data[field.name] if field.name in data else data.get(str(field.column))
    return getattr(record, field.name)


def _require(batch: Batch) -> None:
    for record in batch.created:
        require(record, (field for field in record._info.fields.values() if field.required and field.is_stored))
    for record, old in batch.updated.items():
        fields = record._info.fields
        require(record, (fields[name] for name in old if fields[name].required))


def require(record: Model, fields: Iterable[Field[Any]]) -> None:
    """Raise ValidationError if one of the required ``fields`` has no value; all of them are told at once."""
    faults = [required_fault(field) for field in fields if field.is_empty(value_for_check(record, field))]
    if faults and (place := _place_among_lines(record)) is not None:
        faults = [fault.located(key=place) for fault in faults]
    raise_faults(faults, ValidationError, record._info.label)


def _place_among_lines(record: Model) -> str | None:
    """Return where a line stands in what was sent with its document, such as ``lines.2``; None for what is no such line."""
    registry = record.env.registry
    for name, field in record._info.fields.items():
        parent = record.__dict__.get(name) if isinstance(field, Many2one) else None
        if parent is None or not hasattr(parent, "_info"):
            continue
        for line_name, lines in registry[parent._info.name].fields.items():
            if isinstance(lines, One2many) and lines.comodel == record._info.name and lines.inverse == name:
                held = list(parent.__dict__.get(line_name) or ())
                if record in held:
                    return f"{line_name}.{held.index(record)}"
    return None


def required_fault(field: Field[Any]) -> CoreError:
    """Build (not raise) the error for a required field without a value."""
    return field.invalid(_("%(label)s is required.", label=field.label), code="validation.required")


def _stamp(env: Environment, batch: Batch) -> None:
    now, uid = env.now(), env.uid
    for record in batch.created:
        target: Any = record
        target.created_at = target.updated_at = now
        target.created_by_id = target.updated_by_id = uid
        _fuzzy(record, record._info.fields)
    for record in {*batch.updated, *env.touched}:
        if record in env.session:
            target = record
            # The instant always moves, so that the row is written and its version grows even if a computed value came out equal.
            target.updated_at = (
                now if target.updated_at != now else now.replace(microsecond=(now.microsecond + 1) % 1_000_000)
            )
            if target.updated_by_id != uid:
                target.updated_by_id = uid
            _fuzzy(record, batch.updated.get(record, ()))


def _fuzzy(record: Model, names: Iterable[str]) -> None:
    fields = record._info.fields
    for name in names:
        field = fields[name]
        if field.index == "fuzzy" and field.column:
            text = record.__dict__.get(
                f"_source_{name}" if field.translate else f"_computed_{name}" if field.computed else name
            )
            setattr(record, f"{field.column}_fuzzy", None if text is None else normalise(text))


def _guard_updates(env: Environment, batch: Batch) -> None:
    if env.is_elevated:
        return
    for info, records in _by_model(record for record in batch.updated if record in env.changes.guarded):
        env.guard.check_model(env, info, "update")
        hidden = env.guard.hidden_fields(env, info, "update")
        for record in records:
            denied = hidden & env.changes.guarded[record]
            if denied:
                raise denied_field(info, min(denied))
        env.check_rows(info, "update", records)


def denied_field(info: ModelInfo, name: str) -> AccessDenied:
    """Build the refusal to write a field."""
    field = info.fields[name]
    return AccessDenied(
        _("You may not change %(label)s.", label=field.label), code="access_denied.field", where=field.where
    )


def _constrain(batch: Batch) -> None:
    for record in batch.created:
        constrain(record, set(record._info.fields))
    for record, old in batch.updated.items():
        constrain(record, set(old))


def constrain(record: Model, changed: set[str]) -> None:
    """Run the constraint methods that the changed fields touch.

    Raises:
        ValidationError: One of them refuses.
    """
    info = record._info
    for method, names in info.constraints.items():
        if names & changed:
            try:
                if record.env.tracer is None:
                    getattr(record, method)()
                else:
                    record.env.tracer.method("constraint", record, method)
            except ValidationError as error:
                raise error.located(model=info.name, record=record.__dict__.get("id")) from None


def check(record: Model) -> None:
    """Make sure that the named checks hold for a record, saved or not.

    Raises:
        ValidationError: One does not.
    """
    info = record._info
    for name, domain in info.checks.items():
        if not evaluate(domain, record, record.env):
            raise ValidationError(
                _('%(label)s breaks the rule "%(name)s".', label=info.label, name=name.replace("_", " ")),
                code=f"validation.check.{name}",
            ).located(model=info.name, record=record.__dict__.get("id"))


def write_history(env: Environment, batch: Batch) -> None:
    """Write who created what, and old and new value of the tracked fields that changed (CORE-69). At most one INSERT."""
    history = env.registry.models.get("core.history")
    if history is None:
        return
    rows: list[dict[str, Any]] = []
    for record in batch.created:
        if any(field.track for field in record._info.fields.values()):
            rows.append(history_row(env, record, "created", None, None, None))
    for record, old in batch.updated.items():
        for name, before in old.items():
            field = record._info.fields[name]
            if field.track and name not in STAMPS:
                after = value_for_check(record, field)
                rows.append(history_row(env, record, "updated", field, before, after))
    if rows:
        env.session.connection().execute(sa.insert(history.table), rows)


def history_row(
    env: Environment, record: Model, operation: str, field: Field[Any] | None, old: Any, new: Any
) -> dict[str, Any]:
    """Return one row of the history about a field (or, without one, about the record), as values by column."""
    row = history_values(env, record._info.name, record.id, operation, env.now())
    row.update(field=field.name if field else None, old=as_text(field, old), new=as_text(field, new))
    return row


def history_values(env: Environment, model: str, record_id: int, operation: str, now: Any) -> dict[str, Any]:
    """Return one row of the history about a whole record, as values by column.

    ``user`` says who; the stamps of every record would say it twice more, and each foreign key is checked for each row.
    """
    return {
        "model": model,
        "record_id": record_id,
        "operation": operation,
        "field": None,
        "old": None,
        "new": None,
        "user_id": env.uid,
        "at": now,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }


def note_stored(env: Environment, info: ModelInfo, ids: Sequence[int], operation: str) -> None:
    """Write into the operation log what happened to rows that are there (CORE-69); the database makes the entries, since there may be many."""
    history = env.registry.models.get("core.history")
    if history is None:
        return
    columns, source = history.table.c, info.table.c.id
    values = history_values(env, info.name, 0, operation, env.now())
    picked = [
        source if name == "record_id" else sa.literal(value, columns[name].type) for name, value in values.items()
    ]
    for start in range(0, len(ids), _MOST_IDS):
        rows = sa.select(*picked).where(source.in_(ids[start : start + _MOST_IDS])).order_by(source)
        env.session.connection().execute(sa.insert(history.table).from_select(list(values), rows))


def stamps(env: Environment, now: Any) -> dict[str, Any]:
    """Return the columns every new row has, for inserts that pass the session by."""
    return {"created_at": now, "updated_at": now, "created_by_id": env.uid, "updated_by_id": env.uid, "version": 1}


def as_text(field: Field[Any] | None, value: Any) -> str | None:
    """Return a value as the history keeps it: JSON text, relations by id; None stays None."""
    if value is None or field is None:
        return None
    plain = value if isinstance(field, Reference) and isinstance(value, dict) else field.to_json(value)
    return json.dumps(plain, ensure_ascii=False, default=str)
