"""Walks dotted paths, as domains and orders have them, along the fields of a registry. Layer: orm; knows no database and no record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import DomainError, UnknownFieldError, Where, unknown
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.fields import Field
    from core.orm.modelinfo import ModelInfo

MAX_EXPANDED = 40
"""Most steps a path may have once its related fields are written out."""

OnField = Callable[["ModelInfo", "Field[Any]"], None]
"""Told every field a path goes through; raises to refuse it."""


class Models(Protocol):
    """What is needed of a registry."""

    def __getitem__(self, name: str, /) -> ModelInfo:
        """Return a model, or raise UnknownModelError."""


@dataclass(frozen=True)
class Walked:
    """Where a path leads.

    Attributes:
        hops: Relations followed, in order.
        info: Model at the end of the hops.
        field: Field of that model to look at; None means its id.
    """

    hops: tuple[Field[Any], ...]
    info: ModelInfo
    field: Field[Any] | None

    @property
    def kind(self) -> str:
        """Kind of the field, ``id`` for the id."""
        return "id" if self.field is None else self.field.kind

    @property
    def related_model(self) -> str | None:
        """Name of the model whose ids are compared here, or None if no ids are."""
        if self.field is None:
            return self.info.name
        return self.field.comodel if self.field.is_relation else None  # type: ignore[attr-defined]  # relations have it

    @property
    def crosses_many(self) -> bool:
        """Whether one record may have several values here."""
        return any(hop.to_many for hop in self.hops)


def walk(models: Models, info: ModelInfo, path: Sequence[str], where: Where, on_field: OnField | None = None) -> Walked:
    """Follow a path.

    ``display_name`` stands for the field that names a record, ``owner_id`` for ``owner``, a related field for its path. A list at the
    end (``tags``) means the ids of its rows.

    Args:
        models: The registry.
        info: Model at which the path starts.
        path: Names of fields.
        where: Place for errors.
        on_field: Told every field on the way, if given.

    Raises:
        UnknownFieldError: A step names no field; the nearest is proposed.
        DomainError: A step can't be followed or is not stored.
    """
    hops: list[Field[Any]] = []
    waiting = list(reversed(path))
    budget = MAX_EXPANDED
    while waiting:
        name = waiting.pop()
        budget -= 1
        if budget < 0:
            raise DomainError(_("The path is too long once its related fields are written out."), where=where)
        if name == "id" and not waiting:
            return _at_id(models, info, hops)
        if name == "display_name" and name not in info.fields:
            waiting.append(_naming_field(info, where))
            continue
        field = _field(info, name, where)
        if on_field is not None:
            on_field(info, field)
        if not field.is_stored:
            waiting.extend(reversed(_written_out(info, field, where)))
        elif not waiting and not field.to_many:
            return Walked(tuple(hops), info, field)
        elif not field.is_relation:
            raise _dead_end(info, field, waiting[-1], where)
        else:
            hops.append(field)
            info = models[field.comodel]  # type: ignore[attr-defined]  # relations have it
    return Walked(tuple(hops), info, None)


def _at_id(models: Models, info: ModelInfo, hops: list[Field[Any]]) -> Walked:
    """End at an id: ``customer.id`` is what the column of ``customer`` holds, so its table need not be joined."""
    if hops and not hops[-1].to_many:
        *before, last = hops
        return Walked(tuple(before), models[last.model_name], last)
    return Walked(tuple(hops), info, None)


def _naming_field(info: ModelInfo, where: Where) -> str:
    if info.rec_name is None:
        raise DomainError(
            _('Records of "%(model)s" have no name to search by.', model=info.name),
            where=_at(where, info, "display_name"),
        )
    return info.rec_name


def _field(info: ModelInfo, name: str, where: Where) -> Field[Any]:
    try:
        return info.field(name)
    except UnknownFieldError:
        known = {*info.fields, "id", "display_name"}
        raise unknown("field", name, known, UnknownFieldError, where=_at(where, info, name)) from None


def _written_out(info: ModelInfo, field: Field[Any], where: Where) -> list[str]:
    if not field.related:
        raise DomainError(
            _('"%(name)s" is computed and not stored, so it can\'t be searched by.', name=field.name),
            code="domain.not_stored",
            hint=_("declare it with store=True"),
            where=_at(where, info, field.name),
        )
    return field.related.split(".")


def _dead_end(info: ModelInfo, field: Field[Any], step: str, where: Where) -> DomainError:
    return DomainError(
        _('"%(name)s" is no relation, so "%(step)s" can\'t follow it.', name=field.name, step=step),
        where=_at(where, info, field.name),
    )


def _at(where: Where, info: ModelInfo, name: str) -> Where:
    return Where(where.addon, where.file, where.line, where.key, info.name, name)
