"""JSON Schemas of records, from the fields of a model (layer web)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.orm.fields import Field
    from core.orm.modelinfo import ModelInfo

ID = {"type": "integer", "minimum": 1}
_DECIMAL = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "description": "A number as text: exact."}
_REFERENCE = {
    "type": "object",
    "properties": {"model": {"type": "string"}, "id": {"type": "integer"}},
    "required": ["model", "id"],
    "additionalProperties": False,
}
_READ: Mapping[str, Mapping[str, Any]] = {
    "char": {"type": "string"},
    "text": {"type": "string"},
    "html": {"type": "string", "contentMediaType": "text/html"},
    "sequence": {"type": "string"},
    "integer": {"type": "integer"},
    "float": {"type": "number"},
    "decimal": _DECIMAL,
    "money": _DECIMAL,
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "selection": {"type": "string"},
    "many2one": {"type": "integer"},
    "lookup": {"type": "integer"},
    "file": {"type": "integer"},
    "image": {"type": "integer"},
    "one2many": {"type": "array", "items": {"type": "integer"}},
    "many2many": {"type": "array", "items": {"type": "integer"}},
    "reference": _REFERENCE,
}
"""Kind of field → what is answered; a kind that is missing here, such as json, is any JSON value."""
_WRITE: Mapping[str, Mapping[str, Any]] = {
    "decimal": {"type": ["string", "number"]},
    "money": {"type": ["string", "number"]},
    "lookup": {"type": ["integer", "string"], "description": "Id or key of the dictionary's item."},
    "one2many": {
        "type": "array",
        "items": {"type": ["integer", "object"]},
        "description": "All lines: ids of those that stay, objects of new ones, objects with id of those that change.",
    },
}
"""Where what may be given differs from what is answered."""


def field_schema(field: Field[Any], text: Callable[[Any], str], *, write: bool) -> dict[str, Any]:
    """Return the schema of one field.

    Args:
        field: The field.
        text: Translates labels.
        write: What may be given, not what is answered.
    """
    schema: dict[str, Any] = dict(
        _WRITE.get(field.kind, _READ.get(field.kind, {})) if write else _READ.get(field.kind, {})
    )
    if field.kind == "selection":
        schema["enum"] = list(getattr(field, "options", {}))
    size = getattr(field, "size", None)
    if size is not None and schema.get("type") == "string":
        schema["maxLength"] = size
    for option, keyword in (("min", "minimum"), ("max", "maximum")):
        bound = getattr(field, option, None)
        if bound is not None and schema.get("type") in ("integer", "number"):
            schema[keyword] = float(bound) if schema["type"] == "number" else int(bound)
    if schema and not field.to_many and field.kind != "boolean" and not (write and field.required):
        schema = _or_null(schema)
    schema["title"] = text(field.label)
    if field.help:
        schema["description"] = text(field.help)
    if field.is_relation:
        schema["x-model"] = field.comodel  # type: ignore[attr-defined]  # relations have it
    if not write and not field.writable:
        schema["readOnly"] = True
    return schema


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    found = {**schema, "type": [*kinds, "null"]}
    if "enum" in found:
        found["enum"] = [*found["enum"], None]
    return found


def record_schema(info: ModelInfo, hidden: frozenset[str], text: Callable[[Any], str]) -> dict[str, Any]:
    """Return the schema of what is answered for a record of a model; paths asked for by ``fields`` come on top."""
    properties: dict[str, Any] = {
        "id": {**ID, "readOnly": True},
        "display_name": {"type": "string", "readOnly": True},
    }
    for name, field in info.fields.items():
        if name not in hidden:
            properties[name] = field_schema(field, text, write=False)
    return {
        "type": "object",
        "title": text(info.label),
        "description": text(info.doc) if info.doc else text(info.label),
        "properties": properties,
        "required": ["id"],
    }


def values_schema(
    info: ModelInfo, hidden: frozenset[str], text: Callable[[Any], str], *, changing: bool
) -> dict[str, Any]:
    """Return the schema of what may be given for a record.

    Args:
        info: The model.
        hidden: Fields the user may not write.
        text: Translates labels.
        changing: For PATCH, where everything is optional and ``version`` may be told.
    """
    properties = {
        name: field_schema(field, text, write=True)
        for name, field in info.fields.items()
        if name not in hidden and (field.writable or (field.kind == "sequence" and not changing and not field.computed))
    }
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if changing:
        properties["version"] = {"type": "integer", "description": "Refuse if somebody changed the record since."}
        return schema
    needed = [name for name in properties if info.fields[name].required and info.fields[name].default is None]
    needed = [name for name in needed if info.fields[name].kind not in ("sequence", "boolean")]
    if needed:
        schema["required"] = needed
    return schema
