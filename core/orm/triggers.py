"""Turns ``@depends`` paths into triggers. Layer: orm; knows neither records nor the database.

A trigger says: when field F of model N changes, these fields of the records of M are due from which the changed record is reached by
these relations. `core.orm.compute` acts on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from core.errors import DefinitionError, UnknownFieldError, Where
from core.i18n import _
from core.orm.fields import Field, One2many
from core.orm.modelinfo import ModelInfo


@dataclass(frozen=True)
class Unit:
    """One computation: a method with all stored fields it sets, or one stored related field."""

    model: str
    name: str
    """Name of the method, or ``related:<field>``."""
    fields: tuple[str, ...]
    rank: int = 0
    """Units of a lower rank are worked off first."""


@dataclass(frozen=True)
class Trigger:
    """What a change of one field makes due."""

    unit: Unit
    path: tuple[Field[Any], ...]
    """Relations from the unit's model to the changed record; empty if it is the record itself."""
    link: bool = False
    """The changed field is the Many2one behind the last One2many of the path: both its old and new value count."""


Triggers = Mapping[tuple[str, str], tuple[Trigger, ...]]


def build_triggers(infos: Mapping[str, ModelInfo]) -> tuple[Triggers, dict[tuple[str, str], Unit]]:
    """Return the triggers by (model, field), and the unit that computes each stored computed field.

    Raises:
        UnknownFieldError: A path names a field that does not exist.
        DefinitionError: Computed fields depend on one another in a circle; the message names it.
    """
    collected: dict[tuple[str, str], list[tuple[Unit, tuple[Field[Any], ...], bool]]] = {}
    units: dict[tuple[str, str], Unit] = {}
    edges: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for info in infos.values():
        for field in info.fields.values() if not info.abstract else ():
            if field.computed:
                edges[(info.name, field.name)] = _direct_needs(infos, info, field)
    ranks = _ranks(infos, edges)
    for info in infos.values():
        if info.abstract:
            continue
        for unit in _units(info, ranks):
            for name in unit.fields:
                units[(info.name, name)] = unit
            for path in _paths(info, info.fields[unit.fields[0]]):
                _expand(infos, info, unit, path.split("."), collected)
    triggers = {key: tuple(Trigger(*item) for item in dict.fromkeys(items)) for key, items in collected.items()}
    return triggers, units


def _units(info: ModelInfo, ranks: Mapping[tuple[str, str], int]) -> Iterable[Unit]:
    groups: dict[str, list[str]] = {}
    for field in info.stored_computed:
        groups.setdefault(field.compute or f"related:{field.name}", []).append(field.name)
    for name, fields in groups.items():
        yield Unit(info.name, name, tuple(fields), max(ranks.get((info.name, item), 0) for item in fields))


def _paths(info: ModelInfo, field: Field[Any]) -> tuple[str, ...]:
    return (field.related,) if field.related else info.depends.get(str(field.compute), ())


def _step(infos: Mapping[str, ModelInfo], info: ModelInfo, name: str, field: Field[Any]) -> Field[Any]:
    try:
        return info.field(name)
    except UnknownFieldError as error:
        raise error.located(key=f"@depends of {field.name}") from None


def _direct_needs(infos: Mapping[str, ModelInfo], info: ModelInfo, field: Field[Any]) -> set[tuple[str, str]]:
    """Return the computed fields that ``field`` reads, each as (model, field)."""
    needs: set[tuple[str, str]] = set()
    for path in _paths(info, field):
        at = info
        for name in path.split("."):
            if name in {"id", "display_name"}:
                break
            item = _step(infos, at, name, field)
            if item.computed and not (field.recursive and (at.name, item.name) == (info.name, field.name)):
                needs.add((at.name, item.name))
            if item.is_relation:
                at = infos[item.comodel]  # type: ignore[attr-defined]  # relations have a comodel
    return needs


def _ranks(
    infos: Mapping[str, ModelInfo], edges: Mapping[tuple[str, str], set[tuple[str, str]]]
) -> dict[tuple[str, str], int]:
    try:
        order = list(TopologicalSorter(edges).static_order())
    except CycleError as error:
        names = [f"{model}.{name}" for model, name in reversed(error.args[1])]
        raise DefinitionError(
            _("Computed fields depend on one another: %(cycle)s.", cycle=" → ".join(names)),
            code="definition.compute_cycle",
            hint=_("a field that depends on itself along a tree is declared with recursive=True"),
            where=Where(model=error.args[1][0][0], field=error.args[1][0][1]),
        ) from None
    return {key: rank for rank, key in enumerate(order)}


def _expand(
    infos: Mapping[str, ModelInfo],
    start: ModelInfo,
    unit: Unit,
    names: list[str],
    collected: dict[tuple[str, str], list[tuple[Unit, tuple[Field[Any], ...], bool]]],
    walked: tuple[Field[Any], ...] = (),
) -> None:
    """Collect the triggers along one path, going on through computed fields without a column."""
    at = infos[walked[-1].comodel] if walked else start  # type: ignore[attr-defined]  # only relations are walked
    for position, name in enumerate(names):
        if name == "id":
            return
        if name == "display_name":
            name = at.rec_name or "id"
            if name == "id":
                return
        field = at.field(name)
        if field.computed and not field.is_stored:
            rest = names[position + 1 :]
            for path in _paths(at, field):
                _expand(infos, start, unit, [*path.split("."), *(rest if field.related else [])], collected, walked)
            return
        if isinstance(field, One2many):
            walked = (*walked, field)
            collected.setdefault((field.comodel, field.inverse), []).append((unit, walked, True))
        else:
            collected.setdefault((at.name, field.name), []).append((unit, walked, False))
            walked = (*walked, field)
        if not field.is_relation:
            return
        at = infos[field.comodel]  # type: ignore[attr-defined]  # relations have a comodel
