"""What happens when a mapped attribute is assigned: conversion, and a note of the change. Layer: orm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from core.orm.model import Model


def assigned(record: Model, key: str, value: Any) -> Any:
    """Convert ``value`` for the field ``key``, note the change and return what SQLAlchemy shall keep.

    Raises:
        ValidationError: The value does not fit the field.
    """
    field = record._info.fields[key]
    env = record.env
    converted = field.convert(value, env)
    env.changes.note(record, field, converted)
    return converted


def key_assigned(record: Model, key: str, value: Any) -> Any:
    """Setting ``customer_id`` is setting ``customer``, except where SQLAlchemy fills in the key of a row just inserted."""
    if record.env.session.writing:
        return value
    name = key.removesuffix("_id")
    target = record._info.fields[name].convert(value, record.env)
    setattr(record, name, target)
    return None if target is None else target.id


def collection_changed(record: Model, key: str, value: Any, is_remove: bool) -> Any:
    """Note that a link of a Many2many was added or taken away."""
    field = record._info.fields[key]
    env = record.env
    noted = key in env.changes.old.get(record, {})
    env.changes.add(record, field, _linked(record, field) if field.track and not noted else True)
    return value if is_remove else field.target(env, value)  # type: ignore[attr-defined]  # only Many2many fields come here


def _linked(record: Model, field: Any) -> list[int]:
    """Return the ids a Many2many holds; without loading it, which SQLAlchemy forbids while it tells of a change."""
    data = record.__dict__
    if field.name in data:
        return [item.id for item in data[field.name] if item.id is not None]
    if data.get("id") is None:
        return []
    own, other = (field.relation_table.c[name] for name in field.relation_columns)
    return list(record.env.connection.scalars(sa.select(other).where(own == data["id"]).order_by(other)))
