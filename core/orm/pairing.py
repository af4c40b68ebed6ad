"""Finds which Many2many fields show the same links from both sides (decision 0025). Layer: orm.

Fields that name each other by ``inverse`` are one pair, also where only one of them does. Without ``inverse`` two fields are a pair if each
is the only one that leads from its model to the other's, and they know of each other: they are of one addon, or one of them came with its
model. Addons are taken in their order, so that what a later addon declares never changes a pair of earlier ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from core.errors import DefinitionError
from core.i18n import _
from core.orm.fields.relation import Many2many

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo


def pair_links(infos: Mapping[str, ModelInfo], addons: Sequence[str]) -> None:
    """Set ``inverse`` and ``mirrors`` of bound Many2many fields.

    Args:
        infos: Models by name; abstract ones are left alone.
        addons: Names of the addons in dependency order.

    Raises:
        DefinitionError: Two fields name the same other side.
    """
    found = [
        field
        for info in infos.values()
        if not info.abstract
        for field in info.fields.values()
        if isinstance(field, Many2many) and field.is_stored
    ]
    by_name = {(field.model_name, field.name): field for field in found}
    for field in found:
        back = by_name.get((field.comodel, field.inverse or ""))
        if back is not None and back.comodel == field.model_name:
            _take_named(field, back)
    _pair_unnamed(found, addons)
    place = {name: at for at, name in enumerate(addons)}
    for field in found:
        back = by_name.get((field.comodel, field.inverse or ""))
        if back is not None:
            # The links stay in the table of whose addon was first, whatever comes and goes after it.
            owner = min(field, back, key=lambda one: (place.get(one.addon, 0), one.model_name, one.name))
            field.mirrors = owner is not field
            field.table = back.table = owner.table or field.table or back.table


def _take_named(field: Many2many, back: Many2many) -> None:
    if back.inverse not in (None, field.name):
        raise DefinitionError(
            _(
                '"%(field)s" can\'t be the other side of "%(back)s": that is "%(other)s".',
                field=field.name,
                back=back.name,
                other=back.inverse,
            ),
            where=field.where,
        )
    back.inverse = field.name


def _pair_unnamed(found: Iterable[Many2many], addons: Sequence[str]) -> None:
    waiting = [field for field in found if field.inverse is None and field.comodel != field.model_name]
    free: list[Many2many] = []
    for addon in addons:
        free += [field for field in waiting if field.addon == addon]
        for field in free:
            backs = _counterparts(field, free)
            if len(backs) == 1 and _counterparts(backs[0], free) == [field]:
                field.inverse = backs[0].name
        free = [field for field in free if field.inverse is None]


def _counterparts(field: Many2many, free: Iterable[Many2many]) -> list[Many2many]:
    return [
        other
        for other in free
        if other.model_name == field.comodel
        and other.comodel == field.model_name
        and other.table == field.table
        and (other.addon == field.addon or not (other.from_extension and field.from_extension))
    ]
