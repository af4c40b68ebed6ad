"""Pages of the files an addon is made of: manifest, views, security, data."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from core.access import operations
from core.access import schema as security
from core.data import schema as data
from core.plugins.manifest import Manifest
from core.views import nodes, vocabulary
from core.views import schema as views
from core.views.nodes import NODE_MODELS, NodeModel, ValueNode
from core.views.schema import VIEW_MODELS, MenuModel, Operation, PanelModel, PatchModel, ViewModel
from tools.reference.markdown import code, codes, docstring, inline, page, table
from tools.reference.source import attribute_docs, class_node_doc

Schema = dict[str, Any]


def keys_of(model: type[BaseModel], without: Iterable[str] = ()) -> list[str]:
    """Return the keys a model takes, as written in a file, without those named."""
    known = set(without)
    return [str(info.alias or name) for name, info in model.model_fields.items() if (info.alias or name) not in known]


def key_table(model: type[BaseModel], without: Iterable[str] = ()) -> str:
    """Return a table of the keys of a model: type from its JSON Schema, meaning from its source."""
    properties = _properties(model)
    texts = attribute_docs(model)
    aliases = {str(info.alias): name for name, info in model.model_fields.items() if info.alias}
    needed = {str(info.alias or name) for name, info in model.model_fields.items() if info.is_required()}
    rows = []
    for key in keys_of(model, without):
        shape = properties[key]
        text = shape.get("description") or texts.get(aliases.get(key, key), "")
        default = "required" if key in needed else _default(shape.get("default"))
        rows.append((code(key), shape_text(shape), default, inline(text)))
    return table(("key", "type", "default", "meaning"), rows) if rows else "No keys of its own."


def _properties(model: type[BaseModel]) -> Schema:
    schema = model.model_json_schema(mode="validation")
    # A model that contains itself is a reference to its own definition.
    found: Schema = schema["properties"] if "properties" in schema else schema["$defs"][model.__name__]["properties"]
    return found


def _default(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    return code({True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value)


def shape_text(shape: Schema) -> str:
    """Return the type of a key in words, from its JSON Schema; null is left out, since it means that the key is absent."""
    if "enum" in shape:
        return codes(shape["enum"])
    if "const" in shape:
        return code(str(shape["const"]).lower() if isinstance(shape["const"], bool) else shape["const"])
    if "$ref" in shape:
        return _named(shape["$ref"])
    for key in ("anyOf", "oneOf"):
        if key in shape:
            parts = [shape_text(one) for one in shape[key] if one.get("type") != "null"]
            known = [part for part in dict.fromkeys(parts) if part != "any"]
            return " or ".join(known) or "any"
    if shape.get("type") == "array":
        return f"list of {shape_text(shape.get('items', {}))}"
    if shape.get("type") == "object":
        inner: Any = shape.get("additionalProperties") or next(iter(shape.get("patternProperties", {}).values()), {})
        return f"mapping to {shape_text(inner)}" if isinstance(inner, dict) and inner else "mapping"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(shape.get("type", ""), "any")


def _named(reference: str) -> str:
    name = reference.rsplit("/", 1)[-1]
    for ending in ("Node", "View", "Entry", "Model"):
        name = name.removesuffix(ending)
    return name.lower()


def manifest_page() -> str:
    """Return the keys of a manifest."""
    return page("manifest.yaml", docstring(class_node_doc(Manifest)), docstring(_rest(Manifest)), key_table(Manifest))


def _rest(model: type[BaseModel]) -> str:
    module = inspect.getmodule(model)
    return (inspect.getdoc(module) or "").split("\n\n", 1)[-1]


# Views ----------------------------------------------------------------------------------------------------------------


def views_page() -> str:
    """Return the keys of view files: views, patches, nodes, menus, panels."""
    common = keys_of(ViewModel)
    parts = ["## Keys of every view", key_table(ViewModel)]
    for name, model in VIEW_MODELS.items():
        parts += [
            f"## View {name}",
            docstring(class_node_doc(model)),
            _needs(model),
            key_table(model, [*common, "type"]),
        ]
    parts += ["## Nodes", docstring(_body(nodes)), "### Keys of every node", key_table(NodeModel)]
    parts += ["### Keys of nodes that show a value", key_table(ValueNode, keys_of(NodeModel))]
    for name, node in NODE_MODELS.items():
        known = keys_of(ValueNode) if issubclass(node, ValueNode) else keys_of(NodeModel)
        also = "Takes also the keys of nodes that show a value." if issubclass(node, ValueNode) else ""
        parts += [f"### Node {name}", docstring(class_node_doc(node)), also, key_table(node, known)]
    parts += ["## Patches", docstring(class_node_doc(PatchModel)), key_table(PatchModel)]
    parts += ["### One change", docstring(class_node_doc(Operation)), key_table(Operation)]
    parts += ["## Menus", docstring(class_node_doc(MenuModel)), key_table(MenuModel)]
    parts += ["## Panels", docstring(class_node_doc(PanelModel)), key_table(PanelModel)]
    words = [
        ("chart", codes(vocabulary.CHART_KINDS)),
        ("decorations", codes(vocabulary.TINTS)),
        ("measure, as in `points:sum`", codes(vocabulary.MEASURES)),
        ("by, as in `date:month`", codes(vocabulary.PERIODS)),
    ]
    intro = docstring(_body(views)) + "\n\n`tangram schemas` writes the JSON Schema of these files, for editors."
    return page("View files", intro, *parts, "## Words", table(("key", "words"), words))


def _needs(model: type[ViewModel]) -> str:
    slots = f"Nodes stand under {codes(model.SLOTS)}." if model.SLOTS else ""
    return f"{slots} Can't be shown without {codes(model.NEEDED)}." if model.NEEDED else slots


def _body(module: Any) -> str:
    return (inspect.getdoc(module) or "").split("\n\n", 1)[-1]


# Security and data ----------------------------------------------------------------------------------------------------


def security_page() -> str:
    """Return the keys of files in ``security/``."""
    letters = ((code(word), code(letter)) for letter, word in operations.LETTERS.items())
    return page(
        "Security files",
        "A file of `security/` has the keys below; every one may be absent, and the folder may hold any number of files. How they "
        "act together is told in [who may do what, and why](../explanation/access.md).",
        key_table(security.SecurityFile),
        "## Rights\n\nWritten as letters (`cru`), as one word (`read`, `all`), as words with commas, or as a list of words.",
        table(("right", "letter"), letters),
        *(
            f"## {title}\n\n{docstring(class_node_doc(model))}\n\n{key_table(model)}"
            for title, model in (
                ("groups", security.GroupEntry),
                ("rules", security.RuleEntry),
                ("fields", security.FieldEntry),
                ("special", security.SpecialEntry),
            )
        ),
    )


def data_page() -> str:
    """Return the shape of files in ``data/`` and ``demo/``."""
    body = _body(data).split("\n\nOnly the shape")[0]
    return page(
        "Data files",
        "The folders `data/` (records every deployment gets) and `demo/` (only where demo records were asked for) hold files of "
        "the same shape.",
        docstring(body),
    )
