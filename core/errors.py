"""The whole error family of Tangram CRM; the lowest layer, imports nothing of ours.

Every expected failure is a `CoreError` with a stable ``code``, a translatable ``message``, a ``hint`` that says what to do and
a ``where`` that says which addon, file, line, model or field is at fault. `core.web.errors` turns them into HTTP answers and
`core.cli.errors` into exit codes; nobody else does.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Where:
    """The place of a fault. Every part may be None, meaning "not known" or "does not apply"."""

    addon: str | None = None
    file: str | None = None
    """Path of the file, as given by whoever read it."""
    line: int | None = None
    """Line in ``file``, counted from 1."""
    key: str | None = None
    """Dotted path of keys inside ``file``, such as ``views.0.inherit``."""
    model: str | None = None
    field: str | None = None
    record: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        model = f"{self.model}.{self.field}" if self.model and self.field else self.model or self.field
        if model and self.record is not None:
            model = f"{model} #{self.record}"
        parts = (place, self.key, model, f"addon {self.addon}" if self.addon else None)
        return ", ".join(part for part in parts if part)


class Message:
    """A translatable text with its values: the English ``msgid`` is formatted with ``params`` by ``%(name)s``.

    Made by ``_()`` of `core.i18n`, which also renders it in another language; ``str()`` gives English.
    """

    __slots__ = ("msgid", "params")

    def __init__(self, msgid: str, params: Mapping[str, Any] | None = None) -> None:
        self.msgid = msgid
        self.params = dict(params or {})

    def __str__(self) -> str:
        if not self.params:
            return self.msgid
        return self.msgid % {
            name: ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
            for name, value in self.params.items()
        }

    def __repr__(self) -> str:
        return f"_({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Message):
            return (self.msgid, self.params) == (other.msgid, other.params)
        return str(self) == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))


class CoreError(Exception):
    """An expected failure, told to a person in one line.

    Args:
        message: What is wrong; a plain string or a translatable `Message`.
        code: Stable identifier such as ``view.unknown_field``; None takes the class's own.
        hint: What to do about it, or None.
        where: The place of the fault, or None.
        field: Shorthand for ``where.field``.
        faults: The single faults, where several were gathered before raising.
    """

    code = "core.error"

    def __init__(
        self,
        message: Any,
        *,
        code: str | None = None,
        hint: Any = None,
        where: Where | None = None,
        field: str | None = None,
        faults: Sequence[CoreError] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.hint = hint
        self.where = where or Where()
        if field is not None:
            self.where = replace(self.where, field=field)
        self.faults = tuple(faults)

    @property
    def field(self) -> str | None:
        """Name of the field at fault, or None."""
        return self.where.field

    def located(self, **place: Any) -> CoreError:
        """Fill the parts of ``where`` that are still unknown and return self."""
        missing = {key: value for key, value in place.items() if getattr(self.where, key) is None}
        self.where = replace(self.where, **missing)
        return self

    def __str__(self) -> str:
        text = str(self.message)
        if place := str(self.where):
            text = f"{place}: {text}"
        if self.hint:
            text = f"{text} ({self.hint})"
        if len(self.faults) > 1:
            text = "\n".join([text, *(f"  - {fault}" for fault in self.faults)])
        return text


class ConfigError(CoreError):
    """A setting is unknown, of a wrong type or out of range."""

    code = "config"


class ManifestError(CoreError):
    """An addon's manifest can't be read or breaks its schema."""

    code = "manifest"


class DependencyError(CoreError):
    """Addons are missing, form a cycle, or are needed by others."""

    code = "dependency"


class HookError(CoreError):
    """A hook is unknown or its implementation does not fit the specification."""

    code = "hook"


class AddonError(CoreError):
    """An addon can't be loaded, enabled, upgraded or removed."""

    code = "addon"


class ViewError(CoreError):
    """A view, menu or panel file is wrong."""

    code = "view"


class DataError(CoreError):
    """A data, demo or security file is wrong."""

    code = "data"


class DefinitionError(CoreError):
    """A model or field is declared wrongly; raised while a registry is built."""

    code = "definition"


class UnknownNameError(CoreError):
    """A name (field, model, operator, hook, key …) is not known; the message proposes the nearest."""

    code = "unknown_name"


class UnknownModelError(UnknownNameError):
    """No enabled addon declares this model."""

    code = "unknown_model"


class UnknownFieldError(UnknownNameError):
    """The model has no such field, or its addon is not enabled."""

    code = "unknown_field"


class DomainError(CoreError):
    """A domain is malformed: unknown operator, wrong type of value, nested too deeply."""

    code = "domain"


class ValidationError(CoreError):
    """A value or record breaks a rule. ``field`` names the field at fault, None means the record as a whole."""

    code = "validation"


class AccessDenied(CoreError):
    """The user lacks a right. The message never reveals values of the record refused."""

    code = "access_denied"


class AuthenticationError(CoreError):
    """Wrong user, password, key or session; always the same neutral text (CORE-04)."""

    code = "authentication"


class MissingRecord(CoreError):
    """No such record, or none that this user may see: both answer alike."""

    code = "missing_record"


class ConflictError(CoreError):
    """Somebody else changed the same thing meanwhile, or the thing is still in use."""

    code = "conflict"


class RetryableError(ConflictError):
    """The database refused because of concurrency; the whole transaction may be run again."""

    code = "conflict.retry"


class JobError(CoreError):
    """A background job is unknown or was declared wrongly."""

    code = "job"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like ``name``, or None if none is close."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def unknown(
    kind: str,
    name: str,
    known: Iterable[str],
    error: type[CoreError] = UnknownNameError,
    *,
    where: Where | None = None,
    code: str | None = None,
) -> CoreError:
    """Build (not raise) the error for an unknown name, proposing the nearest known one.

    Args:
        kind: What the name should have been, such as ``"field"``; it stands in the message.
        name: The unknown name.
        known: All names that would have been right.
        error: Class of the error.
        where: Place of the fault.
        code: Stable code; None takes the class's own.
    """
    choices = sorted(known)
    close = nearest(str(name), choices)
    if close:
        hint: Message | None = Message('did you mean "%(name)s"?', {"name": close})
    elif choices and len(choices) <= 12:
        hint = Message("known: %(names)s", {"names": ", ".join(choices)})
    else:
        hint = None
    message = Message('Unknown %(kind)s "%(name)s".', {"kind": Message(kind), "name": name})
    return error(message, hint=hint, where=where, code=code)


def raise_faults(faults: Sequence[CoreError], error: type[CoreError], summary: str | Message) -> None:
    """Raise nothing if ``faults`` is empty, the fault itself if there is one, else one error that holds them all."""
    if not faults:
        return
    if len(faults) == 1:
        raise faults[0]
    raise error(Message("%(summary)s: %(count)s faults", {"summary": summary, "count": len(faults)}), faults=faults)
