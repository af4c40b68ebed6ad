"""Turns what stands in a data file into values for the ORM: references, expressions, texts of CSV, translations. Layer: data.

A relation is given as the external id of a record (``crm_base.level_a``; without a dot one of this addon) or ``{ref: …}``, a to-many as
a list of them (in CSV separated by commas), a lookup also by its key. A text with ``{{ … }}`` is an expression over ``today``,
``company``, ``user`` and ``ref("…")``; ``{raw: …}`` takes a text as it is. Texts of translated fields are English and translated by the
addon's ``.po`` files; ``{translated: …}`` gives a field that holds one language only its text in that of the database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.access.expressions import ExpressionFunction, compile_value, has_expression
from core.data.schema import RecordSpec, Text
from core.errors import CoreError, DataError, ValidationError, unknown
from core.i18n import Translator, _
from core.i18n.languages import SOURCE_LANGUAGE
from core.orm.fields import Field, Lookup, Many2many, Many2one, One2many
from core.orm.fields.special import Reference

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

_REF = re.compile(r"""\bref\(\s*["']([\w.\-]+)["']\s*\)""")
_NAMES = frozenset({"today", "company", "user", "ref"})
RAW, TRANSLATED = "raw", "translated"
_TRUE, _FALSE = frozenset({"true", "1", "yes", "是"}), frozenset({"false", "0", "no", "否"})


@dataclass(frozen=True)
class Link:
    """A value of one record that names another by its external id."""

    field: Field[Any]
    xid: str
    is_nullable: bool
    """Whether the record can do without at first, to break a circle."""


@dataclass
class Resolved:
    """Values as the ORM takes them, and the texts of translated fields."""

    values: dict[str, Any] = field(default_factory=dict)
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    """Field → language other than the database's → text."""


class Resolver:
    """Resolves the values of one addon's records.

    Args:
        env: An environment of the system in the database's language.
        addon: Name of the addon.
        texts: Translations of the enabled addons.
        known: External id with addon → (model, id); filled further as records are made.
    """

    def __init__(self, env: Environment, addon: str, texts: Translator, known: dict[str, tuple[str, int]]) -> None:
        self.env = env
        self.addon = addon
        self.texts = texts
        self.known = known
        self.languages = [language for language in texts.languages if language != env.default_lang]
        self._context: dict[str, Any] | None = None

    def full(self, xid: str) -> str:
        """Return an external id with its addon."""
        return xid if "." in xid else f"{self.addon}.{xid}"

    def links(self, spec: RecordSpec) -> Iterator[Link]:
        """Yield the external ids that a record's values name."""
        yield from self._links(self.env.registry[spec.model], spec.values, nested=False)

    def _links(self, info: ModelInfo, values: Mapping[str, Any], *, nested: bool) -> Iterator[Link]:
        for name, value in values.items():
            item = info.fields[name]
            optional = not nested and not item.required
            if isinstance(item, One2many):
                target = self.env.registry[item.comodel]
                for line in value:
                    yield from self._links(target, line, nested=True)
            elif isinstance(value, str) and has_expression(value) and item.kind != "json":
                for xid in _REF.findall(value):
                    yield Link(item, self.full(xid), optional and item.is_relation)
            elif isinstance(item, (Many2one, Many2many, Reference)):
                for xid in _well_formed(item, value):
                    if not (isinstance(item, Lookup) and self.full(xid) not in self.known and "." not in xid):
                        yield Link(item, self.full(xid), optional)

    def faults(self, spec: RecordSpec, models: Mapping[str, str]) -> list[CoreError]:
        """Return what is wrong with a record's values as far as it shows before anything is written.

        Args:
            spec: The record.
            models: External id with addon → model, of everything known or about to be loaded.
        """
        found: list[CoreError] = []
        info = self.env.registry[spec.model]
        for link in self.links(spec):
            model = models.get(link.xid)
            where = spec.where(link.field.name)
            if model is None:
                addon = link.xid.partition(".")[0]
                near = [xid for xid in models if xid.startswith(f"{addon}.")] or list(models)
                found.append(unknown("id", link.xid, near, DataError, where=where, code="data.unknown_id"))
                continue
            wanted = getattr(link.field, "comodel", "") or model
            own = link.field.model_name == spec.model and not _has_expression(spec.values.get(link.field.name))
            if own and wanted != model:
                message = _(
                    '"%(xid)s" is a record of "%(found)s", not of "%(wanted)s".',
                    xid=link.xid,
                    found=model,
                    wanted=wanted,
                )
                found.append(DataError(message, code="data.wrong_model", where=where))
        found.extend(self._value_faults(spec, info, spec.values))
        return found

    def _value_faults(self, spec: RecordSpec, info: ModelInfo, values: Mapping[str, Any]) -> Iterator[CoreError]:
        for name, value in values.items():
            item = info.fields[name]
            if isinstance(item, One2many):
                for line in value:
                    yield from self._value_faults(spec, self.env.registry[item.comodel], line)
                continue
            try:
                if _has_expression(value) and item.kind != "json":
                    compile_value(value, spec.where(name), names=_NAMES)
                elif item.is_relation or isinstance(item, Reference):
                    list(_references(item, value))
                else:
                    item.convert(_plain(item, value), None)
            except (ValidationError, DataError) as error:
                yield as_fault(error, spec, name)

    def resolve(self, spec: RecordSpec, *, without: frozenset[str] = frozenset()) -> Resolved:
        """Return the values of a record; everything it refers to must be loaded.

        Args:
            spec: The record.
            without: Fields to leave out.

        Raises:
            DataError: A value can't be resolved.
        """
        info = self.env.registry[spec.model]
        resolved = Resolved()
        for name, value in spec.values.items():
            if name not in without:
                resolved.values[name] = self._resolve(spec, info.fields[name], value, resolved)
        return resolved

    def _resolve(self, spec: RecordSpec, item: Field[Any], value: Any, into: Resolved | None) -> Any:
        if isinstance(item, One2many):
            target = self.env.registry[item.comodel]
            return [
                {name: self._resolve(spec, target.fields[name], part, None) for name, part in line.items()}
                for line in value
            ]
        if _has_expression(value) and item.kind != "json":
            return compile_value(value, spec.where(item.name), names=_NAMES)(self.context)
        if isinstance(item, Many2many):
            return [self._record(item, xid) for xid in _references(item, value)]
        if isinstance(item, (Many2one, Reference)):
            return next((self._record(item, xid) for xid in _references(item, value)), None)
        plain = _plain(item, value)
        if _is_mark(value, TRANSLATED) and not item.translate:
            return self.texts.text(plain, self.env.default_lang)
        if not item.translate or not isinstance(plain, str):
            return plain
        if into is not None:
            others = {language: self.texts.text(plain, language) for language in self.languages}
            into.translations[item.name] = {
                language: text for language, text in others.items() if text != plain or language == SOURCE_LANGUAGE
            }
        return self.texts.text(plain, self.env.default_lang)

    def _record(self, item: Field[Any], xid: str) -> Any:
        full = self.full(xid)
        if full not in self.known:
            return xid  # a lookup's key
        model, number = self.known[full]
        if isinstance(item, Reference):
            return {"model": model, "id": number}
        return number

    @property
    def context(self) -> dict[str, Any]:
        """The names that expressions may use."""
        if self._context is None:
            env = self.env
            self._context = {
                "today": env.today(),
                "company": env.company,
                "user": env.user,
                "ref": ExpressionFunction(lambda xid: env.ref(self.full(str(xid)))),
            }
        return self._context

    def translations_of(self, spec: RecordSpec) -> dict[str, dict[str, str]]:
        """Return the texts of a record's translated fields in all languages; they count as part of what is shipped."""
        info = self.env.registry[spec.model]
        found: dict[str, dict[str, str]] = {}
        for name, value in spec.values.items():
            item = info.fields[name]
            if item.translate and not isinstance(item, One2many):
                plain = _plain(item, value)
                if isinstance(plain, str):
                    found[name] = {
                        language: self.texts.text(plain, language)
                        for language in (self.env.default_lang, *self.languages)
                    }
        return found


def as_fault(error: CoreError, spec: RecordSpec, name: str | None = None) -> DataError:
    """Say an error of the ORM at the place of the record that caused it."""
    if isinstance(error, DataError) and error.where.file:
        return error
    at = name or error.where.field
    info_field = at if at in spec.values else None
    where = spec.where(info_field)
    if info_field is None and at is not None:
        where = type(where)(**{**vars(where), "field": at})
    return DataError(error.message, code=error.code, hint=error.hint, where=where)


def _has_expression(value: Any) -> bool:
    return isinstance(value, str) and has_expression(value)


def _references(item: Field[Any], value: Any) -> Iterator[str]:
    """Yield the external ids (or lookup keys) in the value of a relation.

    Raises:
        ValidationError: The value is nothing of that kind.
    """
    if value is None:
        return
    if isinstance(value, Text):
        parts = value.text.split(",") if item.to_many else [value.text]
        yield from (part.strip() for part in parts if part.strip())
        return
    if item.to_many:
        if not isinstance(value, (list, tuple)):
            raise item.wrong_type(value, _("a list of ids of records"))
        for each in value:
            yield _reference(item, each)
        return
    yield _reference(item, value)


def _well_formed(item: Field[Any], value: Any) -> list[str]:
    """Return the references in a value, none where it is malformed: that is told elsewhere."""
    try:
        return list(_references(item, value))
    except ValidationError:
        return []


def _reference(item: Field[Any], value: Any) -> str:
    found = value.get("ref") if isinstance(value, Mapping) and set(value) == {"ref"} else value
    if not isinstance(found, str) or not found:
        raise item.wrong_type(value, _("the id of a record such as crm_base.level_vip"))
    return found


def _plain(item: Field[Any], value: Any) -> Any:
    """Return the value of a field that is no relation; a text of CSV is read as the field's kind demands."""
    if isinstance(value, Text):
        return _from_text(item, value.text)
    for mark in (RAW, TRANSLATED) if item.kind != "json" else ():
        if _is_mark(value, mark):
            return value[mark]
    return value


def _is_mark(value: Any, mark: str) -> bool:
    return isinstance(value, Mapping) and set(value) == {mark} and isinstance(value[mark], str)


def plain_text(item: Field[Any], text: Text) -> Any:
    """Return a text of CSV read as the kind of its field demands; the field itself converts the rest.

    Raises:
        ValidationError: It can't be read so.
    """
    return _from_text(item, text.text)


def _from_text(item: Field[Any], text: str) -> Any:
    try:
        if item.kind == "integer":
            return int(text)
        if item.kind == "float":
            return float(text)
        if item.kind == "json":
            return json.loads(text)
    except ValueError:
        raise item.wrong_type(text, _("a number") if item.kind != "json" else _("a JSON value")) from None
    if item.kind == "boolean":
        word = text.strip().lower()
        if word not in _TRUE | _FALSE:
            raise item.wrong_type(text, _("true or false"))
        return word in _TRUE
    return text
