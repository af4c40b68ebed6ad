"""Reads the records an addon ships: the files of ``data/`` and ``demo/``, and what ``declare_data`` returns. Layer: data.

A file of YAML holds a list ``records`` of mappings with ``id``, ``model`` and the values, or the same grouped by model:

    records:
      - {id: level_vip, model: crm.level, values: {name: VIP, parent: crm_base.level_a}}
      - {id: level_b, model: crm.level, name: B, noupdate: true}
    crm.level:
      - {id: level_c, name: C}

An ``id`` without a dot belongs to the addon. Values stand below ``values`` or beside ``id``. Lines of a One2many are nested mappings, with
an ``id`` of their own or without. ``noupdate: true`` on a record, or for the whole file at its top, leaves records alone once they exist.
A file of CSV is named after its model (``crm.level.csv``); its first line names the column ``id`` and fields.

Files in ``data/for/<addon>/`` and ``demo/for/<addon>/`` count only in databases where that addon is enabled, whether before or after this
one: measures for ``base_report``, kinds of reminders for ``base_mail``. The manifest need not name it.

Only the shape and the names of models and fields are checked here; what values mean is `core.data.values`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import CoreError, DataError, UnknownFieldError, UnknownModelError, Where, raise_faults, unknown
from core.i18n import _
from core.orm.fields import One2many
from core.plugins.yamlfile import KeyPath, YamlFile, load_yaml

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.plugins.addon import Addon

XID_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,198}\Z")
FOR = "for"
"""Folder of ``data`` and ``demo`` whose folders hold records for other addons, each named like its addon."""
_FILE_KEYS = ("records", "noupdate")
_STAMPS = frozenset({"created_at", "created_by", "updated_at", "updated_by", "version"})


@dataclass(frozen=True)
class Text:
    """A value of a CSV file, still to be read as what its field holds."""

    text: str


@dataclass
class RecordSpec:
    """One record as an addon ships it."""

    addon: str
    name: str
    """External id without the addon."""
    model: str
    values: dict[str, Any]
    """Field → value as written; names are those of fields of the model."""
    place: YamlFile | Path
    key: KeyPath = ()
    """Where the record stands in its file; of a CSV file the line."""
    line: int | None = None
    values_key: KeyPath = ()
    noupdate: bool = False

    @property
    def xid(self) -> str:
        """External id with the addon."""
        return f"{self.addon}.{self.name}"

    def where(self, name: str | None = None) -> Where:
        """Return the place of the record, or of one of its values."""
        if isinstance(self.place, YamlFile):
            key = (*self.values_key, name) if name is not None else self.key
            found = self.place.where(key, model=self.model, field=name)
            return found if found.addon else Where(**{**vars(found), "addon": self.addon})
        return Where(addon=self.addon, file=str(self.place), line=self.line, model=self.model, field=name)


@dataclass
class Reading:
    """What was read so far, and all that is wrong with it."""

    addon: str
    models: Mapping[str, ModelInfo]
    specs: list[RecordSpec] = field(default_factory=list)
    faults: list[CoreError] = field(default_factory=list)


def read_folder(
    addon: Addon, folder: str, models: Mapping[str, ModelInfo], documents: Iterable[Any] = ()
) -> list[RecordSpec]:
    """Return the records in one folder of an addon, in the order of files and lines.

    Args:
        addon: The addon.
        folder: ``data`` or ``demo``, or a folder below it.
        models: Models of the registry, by name. Files below ``for/<addon>/`` count only where that addon has some among them.
        documents: What the hook ``declare_data`` returned: plain data of the shape of a file.

    Raises:
        DataError: Holds all faults of all files, each with file and line.
    """
    reading = Reading(addon.name, models)
    enabled = {info.addon for info in models.values()}
    for path in addon.files(folder, ".yaml", ".yml", ".csv"):
        if not enabled.issuperset(_meant_for(addon, folder, path)):
            continue
        try:
            if path.suffix == ".csv":
                _read_csv(reading, path)
            else:
                _read_document(reading, load_yaml(path, DataError, addon=addon.name))
        except DataError as error:
            reading.faults.extend(error.faults or [error])
    for document in documents:
        _read_document(reading, YamlFile(addon.path / "hooks.py", document, addon.name))
    _refuse_doubles(reading)
    raise_faults(reading.faults, DataError, f"{folder} of {addon.name}")
    return reading.specs


def _meant_for(addon: Addon, folder: str, path: Path) -> tuple[str, ...]:
    """Return the other addon that a file is meant for, ``data/for/<addon>/…``; empty if it is for every database."""
    inside = path.relative_to(addon.path / folder).parts
    return inside[1:2] if inside[0] == FOR and len(inside) > 2 else ()


def _read_document(reading: Reading, file: YamlFile) -> None:
    document = {} if file.data is None else file.data
    if not isinstance(document, Mapping):
        reading.faults.append(DataError(_("Expected a mapping."), code="data.value", where=file.where()))
        return
    noupdate = document.get("noupdate", False)
    if not isinstance(noupdate, bool):
        reading.faults.append(_expected(_("true or false"), file.where(("noupdate",))))
        noupdate = False
    for key, entries in document.items():
        if key == "noupdate":
            continue
        if key != "records" and _known_model(reading, key, file.where((key,)), also=_FILE_KEYS) is None:
            continue
        if not isinstance(entries, (list, tuple)):
            reading.faults.append(_expected(_("a list"), file.where((key,))))
            continue
        for at, entry in enumerate(entries):
            _read_entry(reading, file, (key, at), entry, None if key == "records" else str(key), noupdate)


def _expected(what: Any, where: Where) -> DataError:
    return DataError(_("Expected %(expected)s.", expected=what), code="data.value", where=where)


def _known_model(reading: Reading, name: Any, where: Where, also: Sequence[str] = ()) -> ModelInfo | None:
    found = reading.models.get(name) if isinstance(name, str) else None
    if found is None:
        choices = [*reading.models, *also]
        reading.faults.append(unknown("model", str(name), choices, DataError, where=where, code=UnknownModelError.code))
    return found


def _read_entry(reading: Reading, file: YamlFile, key: KeyPath, entry: Any, model: str | None, noupdate: bool) -> None:
    if not isinstance(entry, Mapping):
        reading.faults.append(_expected(_("a mapping"), file.where(key)))
        return
    if model is None:
        if "model" not in entry:
            message = _('The key "%(key)s" is missing.', key="model")
            reading.faults.append(DataError(message, code="data.missing_key", where=file.where(key)))
            return
        found = _known_model(reading, entry["model"], file.where((*key, "model")))
    else:
        found = reading.models[model]
    if found is None:
        return
    # A field may be called like one of our keys; the list by model then means the field.
    reserved = {
        "id",
        "noupdate",
        *(("model", "values") if model is None else ("values",) * ("values" not in found.fields)),
    }
    flat = {name: value for name, value in entry.items() if name not in reserved}
    nested = entry.get("values", {}) if "values" in reserved else {}
    if not isinstance(nested, Mapping):
        reading.faults.append(_expected(_("a mapping"), file.where((*key, "values"))))
        return
    values_key = (*key, "values") if nested else key
    spec = _spec(reading, entry.get("id"), found, {**flat, **nested}, file, key, values_key)
    if spec is not None:
        marked = entry.get("noupdate", noupdate)
        if not isinstance(marked, bool):
            reading.faults.append(_expected(_("true or false"), file.where((*key, "noupdate"))))
        spec.noupdate = marked is True
        reading.specs.append(spec)
        _hoist_lines(reading, spec, found, spec.noupdate)


def _spec(
    reading: Reading, xid: Any, info: ModelInfo, values: Mapping[str, Any], file: YamlFile, key: KeyPath, at: KeyPath
) -> RecordSpec | None:
    """Return the checked record, None where it has no id that could be used; adds the faults."""
    name = _own_name(reading, xid, file.where((*key, "id")))
    if name is None:
        return None
    spec = RecordSpec(reading.addon, name, info.name, {}, file, key, None, at)
    spec.values = _checked_values(reading, spec, info, values)
    return spec


def _own_name(reading: Reading, xid: Any, where: Where) -> str | None:
    """Return the name of an external id of this addon, written with or without the addon in front."""
    if xid is None:
        message = _('The key "%(key)s" is missing.', key="id")
        reading.faults.append(DataError(message, code="data.missing_key", where=where))
        return None
    text = str(xid)
    addon, dot, name = text.partition(".")
    if not dot:
        addon, name = reading.addon, text
    if addon != reading.addon:
        message = _('The id "%(xid)s" belongs to another addon.', xid=text)
        hint = _('ids of this addon begin with "%(addon)s." or have no dot', addon=reading.addon)
        reading.faults.append(DataError(message, code="data.foreign_id", hint=hint, where=where))
        return None
    if not XID_NAME.match(name):
        reading.faults.append(DataError(_('"%(xid)s" is no id.', xid=text), code="data.id", where=where))
        return None
    return name


def _checked_values(reading: Reading, spec: RecordSpec, info: ModelInfo, values: Mapping[str, Any]) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for name, value in values.items():
        where = spec.where(str(name))
        try:
            found = info.field(str(name))
        except UnknownFieldError:
            choices = [key for key in info.fields if key not in _STAMPS]
            reading.faults.append(
                unknown("field", str(name), choices, DataError, where=where, code=UnknownFieldError.code)
            )
            continue
        if found.computed or found.name in _STAMPS:
            message = _('"%(field)s" is set by the system and can\'t be shipped.', field=found.name)
            reading.faults.append(DataError(message, code="data.computed", where=where))
            continue
        checked[found.name] = value
    return checked


def _hoist_lines(reading: Reading, spec: RecordSpec, info: ModelInfo, noupdate: bool) -> None:
    """Make records of their own of nested lines that have an id; lines without stay with their record."""
    for name, value in list(spec.values.items()):
        found = info.fields[name]
        if not isinstance(found, One2many):
            continue
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, Mapping) for item in value):
            reading.faults.append(_expected(_("a list of mappings"), spec.where(name)))
            continue
        if not any("id" in item for item in value):
            target = reading.models[found.comodel]
            spec.values[name] = [
                _checked_values(reading, replace(spec, values_key=(*spec.values_key, name, at)), target, item)
                for at, item in enumerate(value)
            ]
            continue
        del spec.values[name]
        for at, item in enumerate(value):
            if not isinstance(spec.place, YamlFile):
                continue
            key = (*spec.values_key, name, at)
            line = {field: part for field, part in item.items() if field not in ("id", "noupdate")}
            target = reading.models[found.comodel]
            made = _spec(reading, item.get("id"), target, line, spec.place, key, key)
            if made is not None:
                made.values[found.inverse] = spec.xid
                made.noupdate = bool(item.get("noupdate", noupdate))
                reading.specs.append(made)
                _hoist_lines(reading, made, target, made.noupdate)


def _read_csv(reading: Reading, path: Path) -> None:
    model = path.name.removesuffix(".csv")
    here = Where(addon=reading.addon, file=str(path))
    info = _known_model(reading, model, here)
    if info is None:
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(_("The file is not UTF-8."), where=here) from error
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(rows, [])
        if "id" not in header:
            message = _('The column "%(name)s" is missing.', name="id")
            raise DataError(message, code="data.missing_key", where=Where(**{**vars(here), "line": 1}))
        for row in rows:
            if row:
                _read_row(reading, path, info, header, row, rows.line_num)
    except csv.Error as error:
        where = Where(**{**vars(here), "line": rows.line_num})
        raise DataError(_("This is not CSV: %(problem)s.", problem=str(error)), where=where) from error


def _read_row(
    reading: Reading, path: Path, info: ModelInfo, header: Sequence[str], row: Sequence[str], line: int
) -> None:
    where = Where(addon=reading.addon, file=str(path), line=line)
    if len(row) != len(header):
        message = _("The line has %(found)s columns instead of %(wanted)s.", found=len(row), wanted=len(header))
        reading.faults.append(DataError(message, code="data.columns", where=where))
        return
    given = dict(zip(header, row, strict=True))
    name = _own_name(reading, given.pop("id") or None, where)
    if name is None:
        return
    spec = RecordSpec(reading.addon, name, info.name, {}, path, line=line)
    # A column that is unknown is told once, for the first line.
    before = len(reading.faults)
    values = _checked_values(reading, spec, info, {key: Text(value) for key, value in given.items() if value != ""})
    if any(other.place == path for other in reading.specs):
        del reading.faults[before:]
    for field_name in [key for key in values if isinstance(info.fields[key], One2many)]:
        message = _('Lines ("%(field)s") are given in a file of their own, or in YAML.', field=field_name)
        reading.faults.append(DataError(message, code="data.lines", where=spec.where(field_name)))
        del values[field_name]
    spec.values = values
    reading.specs.append(spec)


def _refuse_doubles(reading: Reading) -> None:
    first: dict[str, RecordSpec] = {}
    for spec in reading.specs:
        if spec.name in first:
            message = _('The id "%(xid)s" is given twice.', xid=spec.xid)
            hint = _("first in %(place)s", place=str(first[spec.name].where()))
            reading.faults.append(DataError(message, code="data.duplicate", hint=hint, where=spec.where()))
        first.setdefault(spec.name, spec)
