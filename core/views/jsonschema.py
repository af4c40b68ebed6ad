"""JSON Schemas of view files, for editors (layer views; design 1.5)."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from core.views.nodes import NODE_MODELS
from core.views.schema import ViewsFile

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas by the name of the file they are written to, ``views.schema.json``."""
    return {"views.schema.json": views_schema()}


def views_schema() -> dict[str, Any]:
    """Return the JSON Schema of ``views/*.yaml``: views, patches, menus, panels.

    Node lists inside patches accept any kind of node here, because only the patched view decides what fits.
    """
    schema = ViewsFile.model_json_schema(mode="validation")
    definitions: dict[str, Any] = schema["$defs"]
    for model in NODE_MODELS.values():
        extra = TypeAdapter(model).json_schema(ref_template="#/$defs/{model}")
        definitions.update(extra.pop("$defs", {}))
        definitions.setdefault(model.__name__, extra)
    nodes = [{"type": "string"}, *({"$ref": f"#/$defs/{model.__name__}"} for model in NODE_MODELS.values())]
    definitions["AnyNode"] = {"anyOf": nodes}
    items = {"anyOf": [{"type": "array", "items": {"$ref": "#/$defs/AnyNode"}}, {"$ref": "#/$defs/AnyNode"}]}
    operation = definitions["Operation"]["properties"]
    for key in ("add", "with"):
        operation[key] = {**items, "title": operation[key].get("title", key)}
    for definition in definitions.values():
        _accept_column_key(definition)
    return {"$schema": _DIALECT, "title": "Views, menus and panels of a Tangram CRM addon", **_without(schema, "title")}


def _accept_column_key(definition: dict[str, Any]) -> None:
    """Let ``{column: amount}`` pass for ``{field: amount}`` in columns."""
    properties = definition.get("properties", {})
    if definition.get("title") == "ColumnNode" and "field" in properties:
        properties["column"] = properties["field"]
        definition["required"] = [key for key in definition.get("required", []) if key != "field"]
        definition["oneOf"] = [{"required": ["field"]}, {"required": ["column"]}]


def _without(schema: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != key}
