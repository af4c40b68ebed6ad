"""Builds and changes single records from mappings of values. Layer: orm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy.orm.attributes import set_committed_value

from core.errors import AccessDenied, CoreError, ValidationError, raise_faults
from core.i18n import _
from core.orm import recycle, saving
from core.orm.changes import STAMPS
from core.orm.fields import Field, Many2one, One2many, Reference

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo


def build(env: Environment, info: ModelInfo, values: Mapping[str, Any], *, save: bool, later: bool = False) -> Any:
    """Return a new record with defaults and ``values``; with ``save`` it is pending in the session.

    With ``later`` it is a line of a new record, which takes it into the session.

    All values are converted before the first is set, so that a wrong one leaves no trace; all wrong ones are told at once.

    Raises:
        UnknownFieldError: A name is no field.
        ValidationError: A value is wrong.
        AccessDenied: The user may not write a field.
    """
    given = _named(info, values)
    lasting = save or later
    if lasting:
        _check_fields(env, info, given, "create")
    full = dict(given)
    for field in info.fields.values():
        if field.name not in full and field.is_stored and not field.computed and field.name not in STAMPS:
            default = field.default_value(env)
            if default is not None:
                full[field.name] = default
    converted = convert_all(env, info, full)
    record: Any = info.cls._sa_class_manager.new_instance()  # type: ignore[attr-defined]  # set by mapping; skips __init__
    record.__dict__["_env"] = env
    by_user = save and not env.is_elevated and not env.recompute.depth
    if by_user:
        record.__dict__["_by_user"] = True
    # Setting a value may look something up; what is pending must not be saved then, while others hold a record that is not yet whole.
    with env.session.no_autoflush:
        for name, value in converted.items():
            field = info.fields[name]
            if field.to_many:
                _fill(env, record, field, value, save=lasting)
            elif value is not None or isinstance(field, Reference):
                _set(env, record, field, value, save=lasting)
        env.recompute.mark_new(record)
        if save:
            env.session.add(record)
    return record


def write(env: Environment, info: ModelInfo, record: Any, values: Mapping[str, Any]) -> None:
    """Change fields of one record, saved or not.

    The row is written with the next query or the end of the transaction; at once where a rule may refuse, so that the error comes
    from here.
    """
    values = dict(values)
    version = values.pop("version", None)
    if version is not None:
        env[info.name].expect_version(record, version)
    given = _named(info, values)
    saved = record.__dict__.get("id") is not None
    # The record is asked about first: its peers are answered along with it, so the right on the model need not be asked for each.
    if saved and not env.is_elevated and not env.recompute.depth and not env.may(record, "update"):
        env.guard.check_model(env, info, "update")
        env.check_rows(info, "update", [record])
    _check_fields(env, info, given, "update" if saved else "create")
    converted = convert_all(env, info, given)
    faults = [
        saving.required_fault(info.fields[name])
        for name, value in converted.items()
        if saved and info.fields[name].required and info.fields[name].is_empty(value)
    ]
    raise_faults(faults, ValidationError, info.label)
    for name, value in converted.items():
        field = info.fields[name]
        if field.to_many:
            _fill(env, record, field, value, save=saved)
        else:
            _set(env, record, field, value, save=saved or record in env.session)
    if saved and not env.recompute.depth and not env.eager_fields(info).isdisjoint(given):
        env.flush()


def _set(env: Environment, record: Any, field: Field[Any], value: Any, *, save: bool) -> None:
    """Set one converted value.

    A record that is not going to be saved refers to saved ones without their knowing, so that a preview never shows up in their
    collections.
    """
    if save or not isinstance(field, Many2one):
        setattr(record, field.name, value)
        return
    set_committed_value(record, field.name, value)
    env.changes.add(record, field, None)


def _named(info: ModelInfo, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values by field name (``customer_id`` becomes ``customer``), refusing what can't be given."""
    found: dict[str, Any] = {}
    faults: list[CoreError] = []
    for name, value in values.items():
        try:
            field = info.field(name)
        except CoreError as error:
            faults.append(error)
            continue
        if field.computed:
            faults.append(
                field.invalid(
                    _("%(label)s is computed and can't be set.", label=field.label), code="validation.computed"
                )
            )
        elif field.name in STAMPS:
            faults.append(
                field.invalid(_("%(label)s is set by the system.", label=field.label), code="validation.readonly")
            )
        else:
            found[field.name] = value
    raise_faults(faults, type(faults[0]) if faults else ValidationError, info.label)
    return found


def _check_fields(
    env: Environment, info: ModelInfo, given: Mapping[str, Any], operation: Literal["create", "update"]
) -> None:
    denied = env.hidden_fields(info, operation) & set(given)
    if denied and not env.recompute.depth:
        raise saving.denied_field(info, min(denied))


def convert_all(env: Environment, info: ModelInfo, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the converted values; all wrong ones are told at once."""
    converted: dict[str, Any] = {}
    faults: list[CoreError] = []
    for name, value in values.items():
        field = info.fields[name]
        try:
            converted[name] = field.convert(value, env)
        except (ValidationError, AccessDenied) as error:
            faults.append(error.located(model=info.name, field=name))
    raise_faults(faults, ValidationError, info.label)
    return converted


def _fill(env: Environment, record: Any, field: Field[Any], items: list[Any], *, save: bool) -> None:
    """Make a to-many field hold exactly ``items``."""
    if isinstance(field, One2many):
        _fill_lines(env, record, field, items, save=save)
        return
    wanted = [_linked(env, record, field, item, save=save) for item in items]
    current = getattr(record, field.name)
    for item in [item for item in current if item not in wanted]:
        current.remove(item)
    for item in wanted:
        if item not in current:
            current.append(item)


def _linked(env: Environment, record: Any, field: Any, item: Any, *, save: bool) -> Any:
    """Return the record a Many2many is to link: the one meant, or a new one made of a mapping."""
    if not isinstance(item, Mapping):
        return field.target(env, item)
    target = env.registry[field.comodel]
    if save and not env.is_elevated:
        env.guard.check_model(env, target, "create")
    return build(env, target, item, save=save)


def _fill_lines(env: Environment, record: Any, field: One2many, items: list[Any], *, save: bool) -> None:
    """Make lines of a record hold exactly ``items``.

    Those that are gone are deleted before the others are saved, and all is checked and summed once: no check sees a payment plan of 200 %.
    """
    target = env.registry[field.comodel]
    items = [item if isinstance(item, Mapping) else field.target(env, item) for item in items]
    if save:
        _take_away(env, record, field, target, items)
    current = list(getattr(record, field.name))
    by_id = {line.id: line for line in current if line.__dict__.get("id") is not None}
    kept: list[Any] = []
    for position, item in enumerate(items):
        try:
            kept.append(_line(env, record, field, target, item, by_id, save=save))
        except ValidationError as error:
            raise error.located(key=f"{field.name}.{position}") from None
    collection = getattr(record, field.name)
    for line in kept:
        if line not in collection:
            collection.append(line)
    for line in current:
        if line not in kept:
            collection.remove(line)


def _take_away(env: Environment, record: Any, field: One2many, target: ModelInfo, items: list[Any]) -> None:
    """Delete the saved lines that ``items`` do not name."""
    kept = {item.get("id") if isinstance(item, Mapping) else item.__dict__.get("id") for item in items} | {None}
    gone = [line for line in getattr(record, field.name) if line.__dict__.get("id") not in kept]
    if gone:
        recycle.delete(env, target, gone, settle=False)


def _line(
    env: Environment,
    record: Any,
    field: One2many,
    target: ModelInfo,
    item: Any,
    by_id: Mapping[int, Any],
    *,
    save: bool,
) -> Any:
    if not isinstance(item, Mapping):
        return item
    values = {name: value for name, value in item.items() if name not in {"id", field.inverse}}
    number = item.get("id")
    if number is None:
        if save and not env.is_elevated:
            env.guard.check_model(env, target, "create")
        known = record in env.session
        return build(env, target, values, save=save and known, later=save and not known)
    if number not in by_id:
        raise field.invalid(
            _("%(label)s: there is no line %(id)s.", label=field.label, id=number), code="validation.line"
        )
    # A line only named is kept as it is, for which no right on it is needed.
    if values:
        write(env, target, by_id[number], values)
    return by_id[number]


def copied_values(record: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values a copy of ``record`` begins with."""
    found: dict[str, Any] = {}
    for field in record._info.fields.values():
        if not field.copied or not field.is_stored or field.computed or field.name in STAMPS:
            continue
        value = getattr(record, field.name)
        if isinstance(field, One2many):
            value = [
                {name: part for name, part in copied_values(line, {}).items() if name != field.inverse}
                for line in value
            ]
        elif field.to_many:
            value = list(value)
        found[field.name] = value
    return {**found, **values}
