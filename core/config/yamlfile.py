"""Read YAML files so that every fault can name its file, line and key (layer config).

All YAML of the project (manifests, views, rights, data, settings) is read by `load_yaml` and checked by `check` against
a pydantic model. This module knows no models of the ORM and no addons.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from core.config.problems import translated
from core.config.yamlparse import Builder, KeyPath, Mark
from core.errors import CoreError, DataError, Message, Where, raise_faults

__all__ = ["FileModel", "KeyPath", "YamlFile", "check", "check_data", "load_yaml", "parse_yaml"]

MAX_BYTES = 32 * 1024 * 1024
"""Largest file accepted, in bytes."""

M = TypeVar("M", bound=BaseModel)


class FileModel(BaseModel):
    """Base of the pydantic models that describe files: unknown keys are errors, instances are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class YamlFile:
    """A YAML document in memory that remembers where each value stands.

    Treat ``data`` as read-only: aliases share values.
    """

    path: Path
    data: Any
    """The document as plain dicts, lists, texts, numbers, booleans, dates and None; None for an empty file."""
    addon: str | None = None
    """Name of the addon the file belongs to, or None."""
    _root: Mark = field(default_factory=lambda: Mark(1), repr=False)

    def line(self, key: KeyPath = ()) -> int:
        """Return the line (from 1) of the value at ``key``; of the nearest parent where the key does not exist."""
        mark = self._root
        for part in key:
            if part not in mark.children:
                break
            mark = mark.children[part]
        return mark.line

    def where(self, key: KeyPath = (), **more: Any) -> Where:
        """Return the place of the value at ``key``, for an error; ``more`` fills further parts such as ``model``."""
        dotted = ".".join(str(part) for part in key) or None
        place: dict[str, Any] = {"addon": self.addon, "file": str(self.path), "line": self.line(key), "key": dotted}
        return Where(**{**place, **more})


def load_yaml(path: Path | str, error: type[CoreError] = DataError, *, addon: str | None = None) -> YamlFile:
    """Read one YAML file.

    Args:
        path: The file; UTF-8, with or without byte order mark.
        error: Class of the errors raised.
        addon: Name of the addon the file belongs to, for messages.

    Raises:
        CoreError: Of class ``error``: the file can't be read, is not UTF-8, is not YAML, is too large or too deep,
            repeats a key or uses aliases to blow itself up. Repeated keys are reported all at once.
    """
    path = Path(path)
    here = Where(addon=addon, file=str(path))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise error(Message("The file is larger than %(limit)s bytes.", {"limit": MAX_BYTES}), where=here)
        raw = path.read_bytes()
    except OSError as err:
        reason = err.strerror or str(err)
        raise error(Message("The file can't be read: %(reason)s.", {"reason": reason}), where=here) from err
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = raw[: err.start].count(b"\n") + 1
        where = Where(addon=addon, file=str(path), line=line)
        raise error(
            Message("The file is not UTF-8: byte %(byte)s.", {"byte": f"0x{raw[err.start]:02x}"}),
            hint=Message("save the file with the encoding UTF-8"),
            where=where,
        ) from err
    return parse_yaml(text, path, error, addon=addon)


def parse_yaml(text: str, path: Path, error: type[CoreError] = DataError, *, addon: str | None = None) -> YamlFile:
    """Read one YAML document from ``text``; ``path`` is only named in errors. Raises as `load_yaml` does."""
    builder = Builder(path, error, addon)
    try:
        data, root = builder.document(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        problem = ", ".join(part for part in (err.problem, err.context) if part)
        raise builder.fault(
            Message("This is not YAML: %(problem)s.", {"problem": problem}), mark.line + 1 if mark else None
        ) from err
    except yaml.reader.ReaderError as err:
        line = text[: err.position].count("\n") + 1 if isinstance(err.position, int) else None
        raise builder.fault(Message("This is not YAML: %(problem)s.", {"problem": err.reason}), line) from err
    raise_faults(builder.faults, error, str(path))
    return YamlFile(path, data, addon, root)


def check(file: YamlFile, model: type[M], error: type[CoreError] = DataError, *, addon: str | None = None) -> M:
    """Return ``file`` as an instance of ``model``.

    Args:
        file: The file read; an empty one counts as an empty mapping.
        model: The pydantic model of the whole document.
        error: Class of the faults and of the error that holds them.
        addon: Name of the addon, for messages; None takes the file's.

    Raises:
        CoreError: Of class ``error``; its ``faults`` are all there are, in the order of the lines.
    """
    owner = addon or file.addon

    def place(key: KeyPath) -> Where:
        return replace(file.where(key), addon=owner)

    data = {} if file.data is None else file.data
    try:
        return model.model_validate(data)
    except ValidationError as err:
        faults = translated(err, data, model, error, place)
        faults.sort(key=lambda fault: fault.where.line or 0)
        try:
            raise_faults(faults, error, str(file.path))
        except CoreError as whole:
            raise whole.located(addon=owner) from err
        raise


def check_data(
    data: Any, model: type[M], error: type[CoreError] = DataError, *, where: Where | None = None, prefix: KeyPath = ()
) -> M:
    """Return ``data`` (plain dicts and lists that come from no file) as an instance of ``model``.

    Args:
        data: The data; pydantic decides what fits.
        model: The pydantic model.
        error: Class of the faults and of the error that holds them.
        where: What is known of the place, such as the addon or model; None: nothing.
        prefix: Keys that lead to ``data``, put before the keys in messages.

    Raises:
        CoreError: Of class ``error``, holding all faults.
    """
    base = where or Where()

    def place(key: KeyPath) -> Where:
        return replace(base, key=".".join(str(part) for part in (*prefix, *key)) or base.key)

    try:
        return model.model_validate(data)
    except ValidationError as err:
        faults = translated(err, data, model, error, place)
        raise_faults(faults, error, model.__name__)
        raise
