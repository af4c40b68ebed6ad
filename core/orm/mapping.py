"""Maps composed classes on their tables with SQLAlchemy. Layer: orm.

Stored fields become mapped attributes; relations become relationships that keep both sides in step in memory. Every assignment
passes through one validator, which converts the value and tells the environment what changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import orm

from core.orm.actions import wrap
from core.orm.attributes import (
    ComputedAttribute,
    ReferenceAttribute,
    StoredComputedAttribute,
    TranslatedAttribute,
    stored_key,
)
from core.orm.changes import STAMPS
from core.orm.fields import Field, Many2many, Many2one, One2many
from core.orm.fields.special import Reference
from core.orm.modelinfo import ModelInfo
from core.orm.records import RelatedRecords
from core.orm.validation import assigned, collection_changed, key_assigned

if TYPE_CHECKING:
    from core.orm.model import Model


def build_classes(infos: Mapping[str, ModelInfo], mapper_registry: orm.registry) -> None:
    """Make ``info.cls`` of every concrete model and map it. Relationships are resolved before returning."""
    concrete = [info for info in infos.values() if not info.abstract]
    for info in concrete:
        info.cls = _compose_class(info)
    backs = _back_references(concrete)
    for info in concrete:
        mapper_registry.map_imperatively(
            info.cls, info.table, properties=_properties(info, infos, backs), version_id_col=info.table.c.version
        )
    mapper_registry.configure()
    for info in concrete:
        _attach_descriptors(info)


def _compose_class(info: ModelInfo) -> type[Model]:
    plain = [
        f.name
        for f in info.fields.values()
        if f.is_stored
        and not f.computed
        and not f.to_many
        and not f.translate
        and not isinstance(f, Reference)
        and f.name not in STAMPS
    ]
    keys = [
        f.column
        for f in info.fields.values()
        if isinstance(f, Many2one) and f.column and not f.computed and f.name not in STAMPS
    ]
    collections = [f.name for f in info.fields.values() if isinstance(f, Many2many) and f.is_stored]
    namespace: dict[str, Any] = {
        "__module__": info.layers[-1].__module__,
        "__doc__": info.doc,
        "_info": info,
        "_assigned": orm.validates(*plain)(_forward(assigned)),
    }
    if keys:
        namespace["_key_assigned"] = orm.validates(*keys)(_forward(key_assigned))
    if collections:
        namespace["_collection_changed"] = orm.validates(*collections, include_removes=True)(
            _forward(collection_changed)
        )
    bases = tuple(reversed(info.layers))
    return type(bases[0].__name__, bases, namespace)


def _forward(function: Any) -> Any:
    """Return a fresh function: `validates` marks the function itself, and marks must not be shared between classes."""

    def forward(self: Any, *args: Any) -> Any:
        return function(self, *args)

    return forward


def _back_references(concrete: list[ModelInfo]) -> dict[tuple[str, str], str]:
    """Return, for each Many2one shown from the other side, the One2many that is its counterpart (the first declared)."""
    backs: dict[tuple[str, str], str] = {}
    for info in concrete:
        for field in info.line_fields:
            backs.setdefault((field.comodel, field.inverse), field.name)
    return backs


def _properties(
    info: ModelInfo, infos: Mapping[str, ModelInfo], backs: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for field in info.fields.values():
        if not field.is_stored:
            continue
        if isinstance(field, Many2one):
            key = stored_key(field)
            properties[str(field.column)] = info.table.c[str(field.column)]
            properties[key] = _many2one(info, field, infos, backs)
        elif isinstance(field, One2many):
            properties[field.name] = _one2many(info, field, infos, backs)
        elif isinstance(field, Many2many):
            properties[field.name] = _many2many(info, field, infos)
        elif field.column and not isinstance(field, Reference):
            properties[stored_key(field)] = info.table.c[field.column]
            if field.translate:
                properties[f"{field.column}_i18n"] = info.table.c[f"{field.column}_i18n"]
    return properties


def _many2one(
    info: ModelInfo, field: Many2one, infos: Mapping[str, ModelInfo], backs: Mapping[tuple[str, str], str]
) -> Any:
    target = infos[field.comodel]
    key = info.table.c[str(field.column)]
    # Stamps and computed relations are written as plain columns, so they must not order or slow the unit of work.
    passive = field.readonly and field.name in {"created_by", "updated_by"}
    back = None if passive else backs.get((info.name, field.name))
    return orm.relationship(
        target.cls,
        primaryjoin=orm.foreign(key) == orm.remote(target.table.c.id),
        foreign_keys=[key],
        uselist=False,
        viewonly=passive,
        back_populates=back,
        # The record left behind is looked up, or its list would still hold this one when something is computed from it.
        active_history=back is not None,
        passive_deletes="all" if not passive else False,
        cascade="" if passive else "save-update",
    )


def _one2many(
    info: ModelInfo, field: One2many, infos: Mapping[str, ModelInfo], backs: Mapping[tuple[str, str], str]
) -> Any:
    target = infos[field.comodel]
    inverse = target.fields[field.inverse]
    key = target.table.c[str(inverse.column)]
    join = orm.foreign(orm.remote(key)) == info.table.c.id
    if target.recycle:
        join = sa.and_(join, orm.remote(target.table.c.deletion_id).is_(None))
    first = backs[(field.comodel, field.inverse)] == field.name and not (inverse.computed)
    return orm.relationship(
        target.cls,
        primaryjoin=join,
        foreign_keys=[key],
        uselist=True,
        collection_class=RelatedRecords,
        order_by=_order_columns(target),
        viewonly=not first,
        back_populates=field.inverse if first else None,
        passive_deletes="all" if first else False,
        cascade="save-update" if first else "",
    )


def _many2many(info: ModelInfo, field: Many2many, infos: Mapping[str, ModelInfo]) -> Any:
    target = infos[field.comodel]
    own, other = (field.relation_table.c[name] for name in field.relation_columns)
    join = other == target.table.c.id
    if target.recycle:
        join = sa.and_(join, target.table.c.deletion_id.is_(None))
    return orm.relationship(
        target.cls,
        secondary=field.relation_table,
        collection_class=RelatedRecords,
        primaryjoin=info.table.c.id == own,
        secondaryjoin=join,
        order_by=_order_columns(target),
        back_populates=field.inverse,
        passive_deletes=True,
        cascade="save-update",
    )


def _order_columns(target: ModelInfo) -> list[Any]:
    """Return the part of a model's default order that its own columns can say."""
    columns: list[Any] = []
    for path, descending in target.order:
        name = "id" if path == "id" else getattr(target.fields.get(path), "column", None)
        if name is None:
            break
        column = target.table.c[name]
        columns.append(column.desc() if descending else column.asc())
    return columns or [target.table.c.id]


def _attach_descriptors(info: ModelInfo) -> None:
    """Put the attributes that SQLAlchemy does not make itself on the class; after mapping, so that it does not mistake them."""
    for field in info.fields.values():
        descriptor = _descriptor(field)
        if descriptor is not None:
            setattr(info.cls, field.name, descriptor)
    for action in info.actions.values():
        setattr(info.cls, action.name, wrap(info, action, getattr(info.cls, action.name)))


def _descriptor(field: Field[Any]) -> Any:
    if field.computed:
        return StoredComputedAttribute(field) if field.is_stored else ComputedAttribute(field)
    if isinstance(field, Reference):
        return ReferenceAttribute(field)
    if field.translate:
        return TranslatedAttribute(field)
    return None
