"""`create([...])` for models without logic on their records: one INSERT instead of one object for each row. Layer: orm.

Conversion, defaults, required fields, references, rights and history are the same as for single records; only the objects are left out.
Where a model computes, checks or numbers its records, or other fields depend on it, single records are made instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from core.errors import CoreError, ValidationError, raise_faults
from core.i18n import _
from core.orm import saving
from core.orm.changes import STAMPS
from core.orm.dberrors import translate
from core.orm.fields import Field, Lookup, Many2one
from core.orm.fields.special import Reference
from core.orm.fields.special import Sequence as NumberField
from core.orm.fuzzy import normalise
from core.orm.inserting import insert_rows
from core.orm.query import Query

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

SMALLEST = 10
"""Fewer rows than this are not worth the way around."""
CHUNK = 1000


def possible(env: Environment, info: ModelInfo, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the rows can be created without records."""
    return (
        len(rows) >= SMALLEST
        and env.registry.is_plain(info)
        and not env.services.has_rules(env, info.name)
        and not any(info.field(name).to_many or info.field(name).translate for row in rows[:1] for name in row)
    )


def is_plain(info: ModelInfo, triggers: Any) -> bool:
    """Return whether a model has no logic on its records that the way around would miss."""
    return not (
        info.stored_computed
        or info.constraints
        or info.checks
        or any(isinstance(field, (NumberField, Reference)) for field in info.fields.values())
        or any((info.name, name) in triggers for name in info.fields)
    )


def create(env: Environment, info: ModelInfo, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert the rows and return their ids in the same order; whole or not at all.

    Raises:
        UnknownFieldError: A name is no field.
        ValidationError: A value is wrong or missing; the message says in which row (counted from 0).
        AccessDenied: The user may not create one of the records, or write one of the fields.
    """
    fields = _fields(env, info, rows)
    columns = {field: _convert(env, info, field, rows) for field in fields}
    by_name = {field.name: values for field, values in columns.items()}
    found = env.services.before_insert(env, info.name, by_name, len(rows))
    now = env.now()
    values = {str(field.column): converted for field, converted in columns.items()}
    for field, converted in columns.items():
        if field.index == "fuzzy":
            values[f"{field.column}_fuzzy"] = [None if text is None else normalise(text) for text in converted]
    connection = env.session.connection()
    try:
        with connection.begin_nested():
            ids = insert_rows(connection, info.table, values, saving.stamps(env, now), len(rows))
            if not env.is_elevated:
                env.guard.check_rows(env, info, "create", ids)
            if any(field.track for field in info.fields.values()):
                saving.note_stored(env, info, ids, "created")
            env.services.after_insert(env, info.name, ids, found)
            hooks = env.registry.hooks
            if hooks is not None and hooks.listens("records_saved"):
                hooks.records_saved(env, info.name, ids, {})
    except SQLAlchemyError as error:
        raise translate(error, env.registry) from error
    env.family_changed()
    return ids


def _fields(env: Environment, info: ModelInfo, rows: Sequence[Mapping[str, Any]]) -> list[Field[Any]]:
    given = {name for row in rows for name in row}
    chosen: dict[str, Field[Any]] = {}
    for name in sorted(given):
        field = info.field(name)
        if field.name in STAMPS or field.computed:
            raise field.invalid(_("%(label)s is set by the system.", label=field.label), code="validation.readonly")
        if field.to_many or field.translate:
            raise field.invalid(_("%(label)s can't be given for some rows only.", label=field.label))
        chosen[field.name] = field
    denied = env.hidden_fields(info, "create") & set(chosen)
    if denied:
        raise saving.denied_field(info, min(denied))
    for field in info.fields.values():
        has_default = field.default is not None or field.kind == "boolean"
        if field.column and field.name not in STAMPS and not field.computed and (has_default or field.required):
            chosen[field.name] = field
    return list(chosen.values())


def _convert(env: Environment, info: ModelInfo, field: Field[Any], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the column's values, row by row."""
    keys = [field.name] if not isinstance(field, Many2one) else [field.name, str(field.column)]
    raw = [_raw(env, field, row, keys) for row in rows]
    if isinstance(field, Many2one):
        converted = _ids(env, field, raw)
    else:
        converted = []
        for position, value in enumerate(raw):
            try:
                converted.append(field.convert(value, env))
            except ValidationError as error:
                raise error.located(model=info.name, field=field.name, key=f"row {position}") from None
    if field.required:
        faults: list[CoreError] = [
            field.invalid(_("%(label)s is required.", label=field.label), code="validation.required").located(
                key=f"row {position}"
            )
            for position, value in enumerate(converted)
            if field.is_empty(value)
        ]
        raise_faults(faults, ValidationError, info.label)
    return converted


def _raw(env: Environment, field: Field[Any], row: Mapping[str, Any], keys: Sequence[str]) -> Any:
    for key in keys:
        if key in row:
            return row[key]
    return field.default_value(env)


def _ids(env: Environment, field: Many2one, raw: Sequence[Any]) -> list[int | None]:
    """Return the ids meant; all ids are looked up together, with the user's rights."""
    found: dict[Any, int | None] = {None: None}
    wanted: set[int] = set()
    for value in raw:
        if type(value) is int:
            wanted.add(value)
        elif value is not None and id(value) not in found:
            found[id(value)] = field.convert(value, env).id
    if wanted:
        seen = set(_visible(env, field, sorted(wanted)))
        for number in sorted(wanted):
            if number not in seen or isinstance(field, Lookup):
                field.convert(number, env)
    return [value if type(value) is int else found[None if value is None else id(value)] for value in raw]


def _visible(env: Environment, field: Many2one, ids: Sequence[int]) -> list[int]:
    target = env.registry[field.comodel]
    found: list[int] = []
    for start in range(0, len(ids), CHUNK):
        query = Query(env, target, "read").where([["id", "in", list(ids[start : start + CHUNK])]])
        found.extend(env.session.connection().execute(query.select([target.table.c.id])).scalars().all())
    return found
