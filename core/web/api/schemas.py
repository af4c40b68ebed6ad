"""JSON Schemas of records, from the fields of a model (layer web)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from core.errors import Message
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.fields import Field
    from core.orm.modelinfo import ModelInfo

ID = {"type": "integer", "minimum": 1}
_DECIMAL = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
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
    "lookup": {"type": ["integer", "string"]},
    "one2many": {"type": "array", "items": {"type": ["integer", "object"]}},
}
"""Where what may be given differs from what is answered."""
_EXPLANATIONS: Mapping[tuple[str, bool], Message] = {
    ("decimal", False): _("A number as text: exact."),
    ("money", False): _("A number as text: exact."),
    ("lookup", True): _("Id or key of an entry of the dictionary."),
    ("one2many", True): _(
        "All lines: ids of those that stay, objects for new ones, objects with an id for those that change."
    ),
}
"""Kind of field and whether it is given → what a reader of the description has to know, where the field itself explains nothing."""
_EXAMPLES: Mapping[str, Any] = {
    "string": "Text",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "array": [],
    "object": {},
    "date": "2026-11-26",
    "date-time": "2026-11-26T09:30:00+08:00",
}
EXAMPLE_FIELDS = 5
"""Most fields of an example, besides those that must be given."""


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
    if write:
        schema |= _bounds(field, schema.get("type"))
    if schema and not field.to_many and field.kind != "boolean" and not (write and field.required):
        schema = _or_null(schema)
    schema["title"] = text(field.label)
    explanation = field.help or _EXPLANATIONS.get((field.kind, write))
    if explanation:
        schema["description"] = text(explanation)
    if field.is_relation:
        schema["x-model"] = field.comodel  # type: ignore[attr-defined]  # relations have it
    if not write and not field.writable:
        schema["readOnly"] = True
    return schema


def _bounds(field: Field[Any], kind: Any) -> dict[str, Any]:
    """Return the least and greatest value that may be given; what stands in the database may be older than these."""
    kinds = {kind} if isinstance(kind, str) else set(kind or ())
    found: dict[str, Any] = {}
    if not kinds & {"integer", "number"}:
        return found
    for option, keyword in (("min", "minimum"), ("max", "maximum")):
        bound = getattr(field, option, None)
        if bound is not None:
            found[keyword] = int(bound) if "integer" in kinds else float(bound)
    return found


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
        # Paths such as owner.name, where the request asks for them.
        "patternProperties": {"\\.": {}},
        "required": ["id"],
        "additionalProperties": False,
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
        properties["version"] = {
            "type": ["integer", "null"],
            "description": text(_("Refuse if somebody changed the record since.")),
        }
        return schema
    needed = [name for name in properties if info.fields[name].required and info.fields[name].default is None]
    needed = [name for name in needed if info.fields[name].kind not in ("sequence", "boolean")]
    if needed:
        schema["required"] = needed
    return schema


def example_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return an example of values that fit a schema of `values_schema`: what must be given, and a few more."""
    properties: Mapping[str, Any] = schema["properties"]
    needed = list(schema.get("required", ()))
    plain = [name for name, each in properties.items() if "x-model" not in each and name not in (*needed, "version")]
    return {name: _example(properties[name]) for name in (*needed, *plain[:EXAMPLE_FIELDS])}


def _example(schema: Mapping[str, Any]) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    found = _EXAMPLES[schema.get("format", kind)]
    if kind == "string":
        if "x-model" not in schema and schema.get("type") == ["string", "number"]:
            return "12.50"
        return found if "format" in schema else found[: schema.get("maxLength", len(found))]
    if kind in ("integer", "number"):
        return min(max(found, schema.get("minimum", found)), schema.get("maximum", found))
    return found
