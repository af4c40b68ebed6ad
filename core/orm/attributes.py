"""Attributes of records that SQLAlchemy does not make: computed, translated, reference. Layer: orm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import ValidationError
from core.i18n import _
from core.i18n.languages import others_for
from core.orm.fields import Field
from core.orm.fields.special import Reference

if TYPE_CHECKING:
    pass


def stored_key(field: Field[Any]) -> str:
    """Return the name under which the column of ``field`` is mapped: its own, or a private one behind a descriptor."""
    if field.computed:
        return f"_computed_{field.name}"
    return f"_source_{field.name}" if field.translate else field.name


def follow(record: Any, path: str) -> Any:
    """Return the value at the end of a dotted path of to-one relations, or None where a link is missing."""
    value = record
    for name in path.split("."):
        if value is None:
            return None
        value = getattr(value, name)
    return value


class ComputedAttribute:
    """A computed field without a column: worked out at each reading."""

    def __init__(self, field: Field[Any]) -> None:
        self.field = field

    def __get__(self, record: Any, owner: type) -> Any:
        if record is None:
            return self.field
        if self.field.related:
            return follow(record, self.field.related)
        results = record.__dict__.setdefault("_results", {})
        if record.env.tracer is None:
            getattr(record, str(self.field.compute))()
        else:
            record.env.tracer.method("compute", record, str(self.field.compute))
        return results.pop(self.field.name, None)

    def __set__(self, record: Any, value: Any) -> None:
        results = record.__dict__.get("_results")
        if results is None:
            raise not_settable(self.field)
        results[self.field.name] = self.field.convert(value, record.env)


class StoredComputedAttribute:
    """A computed field with a column: worked out when something it depends on changed, else as stored."""

    def __init__(self, field: Field[Any]) -> None:
        self.field = field
        self.key = stored_key(field)

    def __get__(self, record: Any, owner: type) -> Any:
        if record is None:
            return getattr(owner, self.key)
        record.env.recompute.ensure(record, self.field)
        return getattr(record, self.key)

    def __set__(self, record: Any, value: Any) -> None:
        env = record.env
        if not env.recompute.depth:
            raise not_settable(self.field)
        converted = self.field.convert(value, env)
        old = getattr(record, self.key) if record.__dict__.get("id") is not None else record.__dict__.get(self.key)
        if old != converted or (old is None) != (converted is None):
            env.changes.add(record, self.field, getattr(old, "id", old))
            setattr(record, self.key, converted)


class TranslatedAttribute:
    """A text with one value per language: the column holds the database's language, a JSON column beside it the others."""

    def __init__(self, field: Field[Any]) -> None:
        self.field = field
        self.key = stored_key(field)
        self.others = f"{field.column}_i18n"

    def __get__(self, record: Any, owner: type) -> Any:
        if record is None:
            return getattr(owner, self.key)
        env = record.env
        forms = others_for(env.lang, env.default_lang)
        others = (getattr(record, self.others) or {}) if forms else {}
        return next((others[form] for form in forms if others.get(form) is not None), getattr(record, self.key))

    def __set__(self, record: Any, value: Any) -> None:
        env = record.env
        converted = self.field.convert(value, env)
        old = self.__get__(record, type(record))
        if old == converted:
            return
        env.changes.add(record, self.field, old)
        source = getattr(record, self.key)
        if env.lang == env.default_lang or source is None:
            setattr(record, self.key, converted)
        if env.lang != env.default_lang:
            setattr(record, self.others, {**(getattr(record, self.others) or {}), env.lang: converted})


class ReferenceAttribute:
    """A record of any model, kept as its model's name and its id."""

    def __init__(self, field: Reference) -> None:
        self.field = field
        self.model_key, self.id_key = f"{field.name}_model", f"{field.name}_id"

    def __get__(self, record: Any, owner: type) -> Any:
        if record is None:
            return self.field
        model, number = getattr(record, self.model_key), getattr(record, self.id_key)
        env = record.env
        return None if model is None or model not in env.registry.models else env.browse(model, number)

    def __set__(self, record: Any, value: Any) -> None:
        env = record.env
        target = self.field.convert(value, env)
        pair = (None, None) if target is None else (target._info.name, target.id)
        old = (getattr(record, self.model_key), getattr(record, self.id_key))
        if pair != old:
            env.changes.add(record, self.field, {"model": old[0], "id": old[1]} if old[0] else None)
            setattr(record, self.model_key, pair[0])
            setattr(record, self.id_key, pair[1])


def not_settable(field: Field[Any]) -> ValidationError:
    """Build the error for setting a computed field."""
    return field.invalid(_("%(label)s is computed and can't be set.", label=field.label), code="validation.computed")
