"""JSON Schemas of the parameters that name fields of a model, such as ``domain`` and ``fields`` (layer web; design §2.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.orm.domain import OPERATORS

if TYPE_CHECKING:
    from core.orm.fields import Field
    from core.orm.modelinfo import ModelInfo

Text = Callable[[Any], str]

FILTERS = ("domain", "fields", "order", "measures", "by")
"""The parameters."""
_PATH = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$"
_PATH_ORDER = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+( (asc|desc))?$"
_PATH_KIND = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*(:[a-z_]+)?$"
_SUMMED = ("integer", "float", "decimal", "money")
_EQUAL = ("=", "!=")
_BETWEEN = (*_EQUAL, "<", "<=", ">", ">=")
_TEXTS = (*_EQUAL, "like", "ilike", "not_ilike")
_VALUES: Mapping[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "char": (_TEXTS, {"type": "string"}),
    "text": (_TEXTS, {"type": "string"}),
    "sequence": (_TEXTS, {"type": "string"}),
    "integer": (_BETWEEN, {"type": "integer"}),
    "float": (_BETWEEN, {"type": "number"}),
    "decimal": (_BETWEEN, {"type": "number"}),
    "money": (_BETWEEN, {"type": "number"}),
    "boolean": (_EQUAL, {"type": "boolean"}),
    "date": (_BETWEEN, {"type": "string", "format": "date"}),
    "datetime": (_BETWEEN, {"type": "string", "format": "date-time"}),
    "many2one": (_EQUAL, {"type": "integer", "minimum": 1}),
    "lookup": (_EQUAL, {"type": "integer", "minimum": 1}),
}
"""Kind of field → operators and the value they compare with."""
_NEVER_ORDERED = ("json", "reference", "file", "image", "html")


def filter_schemas(info: ModelInfo, hidden: frozenset[str], text: Text) -> dict[str, Any]:
    """Return the schemas of the parameters and their parts, by the name they have among the schemas of the description.

    Args:
        info: The model.
        hidden: Fields the user may not read.
        text: Renders descriptions in the reader's language.
    """
    shown = {name: field for name, field in info.fields.items() if name not in hidden}
    stored = {name: field for name, field in shown.items() if field.is_stored}
    ordered = [name for name, field in stored.items() if not field.to_many and field.kind not in _NEVER_ORDERED]
    terms = [term for name in ["id", *ordered] for term in (name, f"{name} desc")]
    sums = [f"{name}:sum" for name, field in stored.items() if field.kind in _SUMMED]
    months = [f"{name}:month" for name, field in stored.items() if field.kind in ("date", "datetime")]
    groups = [name for name in ordered if stored[name].kind not in ("date", "datetime")]
    return {
        f"{info.name}.fields": _listed(["id", "display_name", *shown], _PATH),
        f"{info.name}.order": _listed(terms, _PATH_ORDER),
        f"{info.name}.measures": _listed(["id:count", *sums], _PATH_KIND),
        f"{info.name}.by": _listed([*groups, *months], _PATH_KIND),
        f"{info.name}.condition": {"anyOf": list(_conditions(stored, text))},
        f"{info.name}.domain": _domain(info.name),
    }


def filter_parameters(model: str, described: Mapping[str, Mapping[str, Any]], names: Iterable[str]) -> list[Any]:
    """Return the parameters that name fields of a model.

    Args:
        model: Its name.
        described: Name → description and example, as for all models.
        names: Which of `FILTERS`.
    """
    found = []
    for name in names:
        schema = {"$ref": f"#/components/schemas/{model}.{name}"}
        parameter = {key: described[name][key] for key in ("name", "in", "description", "required")}
        if name == "domain":
            found.append({**parameter, "content": {"application/json": {"schema": schema}}})
        else:
            found.append({**parameter, "style": "form", "explode": False, "schema": schema})
    return found


def _listed(values: list[str], path: str) -> dict[str, Any]:
    items = {"anyOf": [{"type": "string", "enum": values}, {"type": "string", "pattern": path}]}
    return {"type": "array", "items": items, "minItems": 1, "maxItems": 200}


def _conditions(fields: Mapping[str, Field[Any]], text: Text) -> Iterable[dict[str, Any]]:
    """Yield the schema of a condition for each kind of value, then that of any other one."""
    groups: dict[str, tuple[list[str], tuple[str, ...], dict[str, Any]]] = {
        "id": (["id"], _BETWEEN, {"type": "integer"})
    }
    for name, field in fields.items():
        if field.kind in _VALUES:
            operators, value = _VALUES[field.kind]
            key = f"{value.get('format', value['type'])} {operators}"
            groups.setdefault(key, ([], operators, value))[0].append(name)
    for names, operators, value in groups.values():
        yield _tuple({"enum": names}, {"enum": list(operators)}, value)
    yield _tuple({"enum": ["id", *fields]}, {"enum": ["is_set", "is_not_set"]})
    other = _tuple({"type": "string", "pattern": r"^[a-z]"}, {"enum": list(OPERATORS)}, {})
    yield {**other, "description": text(_("Any other field or path, with the operators of its kind."))}


def _tuple(*items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "prefixItems": list(items), "minItems": len(items), "maxItems": len(items)}


def _domain(model: str) -> dict[str, Any]:
    condition, whole = ({"$ref": f"#/components/schemas/{model}.{name}"} for name in ("condition", "domain"))
    many = {"type": "array", "items": {"anyOf": [condition, whole]}, "maxItems": 500}
    words = {"type": "object", "properties": {"all": many, "any": many, "not": whole}, "additionalProperties": False}
    return {"anyOf": [many, {**words, "maxProperties": 1}]}
