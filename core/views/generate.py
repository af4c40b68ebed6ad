"""Make usable views for a model that declares none (layer views).

The result is the same data an author would write in a view file, so it is checked, patched and rendered like any other; an addon
changes a generated view with ``inherit: <model>:<type>``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.i18n import _
from core.views.vocabulary import DATE_KINDS, NUMBER_KINDS

_TECHNICAL = frozenset({"id", "created_at", "created_by", "updated_at", "updated_by", "version", "display_name"})
_SECRET = ("password", "secret", "digest", "token", "hash")
_SMALL = frozenset(
    {
        "char",
        "integer",
        "float",
        "decimal",
        "money",
        "boolean",
        "date",
        "datetime",
        "selection",
        "lookup",
        "many2one",
        "sequence",
    }
)
_LONG = frozenset({"text", "html", "json"})
_STATES = ("state", "status", "stage")
_STARTS = ("start", "date_start", "start_at", "starts_at", "date")
_ENDS = ("end", "date_end", "end_at", "ends_at", "until")
_COLUMNS = 8
"""Most columns of a generated list."""
_OPTIONS = 8
"""A selection with more options gives no ready filters, only a grouping."""

_GENERAL = _("General").msgid
_FIGURES = _("Numbers and dates").msgid
_NOTES = _("Notes").msgid
_MINE = _("Mine").msgid


def generated_id(model: str, view_type: str) -> str:
    """Return the id of a model's generated view, such as ``crm.customer:list``."""
    return f"{model}:{view_type}"


def generate(models: Mapping[str, Any], model: str, view_type: str) -> dict[str, Any] | None:
    """Return a view as data, None if the model has nothing to make it of (no date for a calendar, say).

    Args:
        models: All models by name.
        model: The model.
        view_type: One of `core.views.vocabulary.VIEW_TYPES`.
    """
    maker = _MAKERS[view_type]
    made = maker(_Shape(models, models[model]))
    return None if made is None else {"id": generated_id(model, view_type), "type": view_type, "model": model, **made}


class _Shape:
    """A model sorted by what its fields are good for."""

    def __init__(self, models: Mapping[str, Any], info: Any) -> None:
        self.models = models
        self.info = info
        self.fields = [field for field in info.fields.values() if _shown(field)]
        self.stored = [field for field in self.fields if field.is_stored]
        self.title: str = info.rec_name if info.rec_name in info.fields else "display_name"

    def of(self, kinds: Iterable[str]) -> list[Any]:
        """Return the stored fields of some kinds."""
        wanted = frozenset(kinds)
        return [field for field in self.stored if field.kind in wanted]

    @property
    def state(self) -> str | None:
        """Selection (or relation to a stage) that says how far a record is."""
        for name in _STATES:
            field = self.info.fields.get(name)
            if field is not None and field.is_stored and field.kind in ("selection", "many2one", "lookup"):
                return name
        return None

    @property
    def measure(self) -> str:
        """The number most worth summing up."""
        numbers = self.of(["money"]) or self.of(["decimal"])
        return f"{numbers[0].name}:sum" if numbers else "id:count"

    @property
    def dimensions(self) -> list[str]:
        """What records can be grouped by, the most telling first."""
        names = [self.state] if self.state else []
        names += [field.name for field in self.of(["selection", "lookup", "many2one"]) if field.name != self.state]
        return names + [f"{field.name}:month" for field in self.of(DATE_KINDS)]

    def columns(self, leave_out: str | None = None, limit: int = _COLUMNS) -> list[Any]:
        """Return columns: what names the record first, then what matters most, in the order declared."""
        small = [field for field in self.of(_SMALL) if field.name not in (self.title, leave_out)]
        ranked = sorted(small, key=lambda field: -_weight(field))[: limit - 1]
        chosen = {field.name for field in ranked}
        first: list[Any] = [self.title] if self.title != leave_out else []
        return first + [_column(field) for field in small if field.name in chosen]


def _shown(field: Any) -> bool:
    name: str = field.name
    return name not in _TECHNICAL and not name.startswith("_") and not any(word in name for word in _SECRET)


def _weight(field: Any) -> int:
    telling = field.kind in ("selection", "money", "date")
    return 4 * bool(field.required) + 2 * bool(field.index) + 2 * (field.name in _STATES) + telling


def _column(field: Any) -> Any:
    return {"field": field.name, "sum": True} if field.kind in ("money", "decimal") else field.name


def _list(shape: _Shape) -> dict[str, Any]:
    return {"columns": shape.columns()}


def _form(shape: _Shape) -> dict[str, Any]:
    figures = NUMBER_KINDS | DATE_KINDS
    skipped = {"one2many", "json"} | _LONG
    general = [f.name for f in shape.fields if f.kind not in figures | skipped and f.name != shape.state]
    if shape.title in general:
        general.sort(key=lambda name: name != shape.title)
    numbers = [field.name for field in shape.fields if field.kind in figures]
    notes = [{"field": field.name, "span": 3} for field in shape.fields if field.kind in _LONG]
    sections = (("general", _GENERAL, general), ("figures", _FIGURES, numbers), ("notes", _NOTES, notes))
    body: list[Any] = [{"section": name, "label": label, "body": items} for name, label, items in sections if items]
    pages = [_lines_page(shape, field) for field in shape.fields if field.kind == "one2many"]
    body.append({"notebook": "main", "pages": pages})
    header: list[Any] = [{"button": name} for name in shape.info.actions]
    if shape.state:
        header.append({"status": shape.state})
    return {"header": header, "body": body}


def _lines_page(shape: _Shape, field: Any) -> dict[str, Any]:
    line: dict[str, Any] = {"field": field.name}
    other = shape.models.get(field.comodel)
    if other is not None:
        line["columns"] = _Shape(shape.models, other).columns(leave_out=getattr(field, "inverse", None))
    return {"page": field.name, "label": field.label, "body": [line]}


def _search(shape: _Shape) -> dict[str, Any]:
    texts = [field.name for field in shape.of(["char", "sequence"]) if field.name != shape.title]
    title = [shape.title] if shape.title in shape.info.fields else []
    filters: list[dict[str, Any]] = []
    owner = shape.info.fields.get("owner")
    if owner is not None and getattr(owner, "comodel", None) == "core.user":
        filters.append({"filter": "mine", "label": _MINE, "domain": [["owner", "=", "{{ user }}"]]})
    for field in shape.of(["selection"]):
        options = getattr(field, "options", None) or {}
        if 0 < len(options) <= _OPTIONS:
            filters += [
                {"filter": f"{field.name}.{key}", "label": str(label), "domain": [[field.name, "=", key]]}
                for key, label in options.items()
                if _plain(key)
            ]
    return {"fields": title + texts[:6], "filters": filters, "group_by": shape.dimensions}


def _plain(key: str) -> bool:
    """Tell whether an option's key can be part of a name."""
    return all(char.isascii() and (char.isalnum() or char in "_.-") for char in key)


def _kanban(shape: _Shape) -> dict[str, Any] | None:
    if not shape.state:
        return None
    card = [column["field"] if isinstance(column, dict) else column for column in shape.columns(shape.state, 5)]
    money = shape.of(["money"])
    made: dict[str, Any] = {"group_by": shape.state, "card": card}
    return {**made, "sum": money[0].name} if money else made


def _calendar(shape: _Shape) -> dict[str, Any] | None:
    dates = {field.name: field.kind for field in [*shape.of(["datetime"]), *shape.of(["date"])]}
    if not dates:
        return None
    start = next((name for name in _STARTS if name in dates), next(iter(dates)))
    made: dict[str, Any] = {"start": start}
    if end := next((name for name in _ENDS if name in dates and dates[name] == dates[start]), None):
        made["end"] = end
    if shape.title in shape.info.fields:
        made["event"] = shape.title
    return made


def _chart(shape: _Shape) -> dict[str, Any] | None:
    if not shape.dimensions:
        return None
    # Whoever may not read the number still has a chart.
    return {"chart": "bar", "measure": list(dict.fromkeys([shape.measure, "id:count"])), "by": shape.dimensions[:1]}


def _pivot(shape: _Shape) -> dict[str, Any] | None:
    if not shape.dimensions:
        return None
    months = [name for name in shape.dimensions[1:] if name.endswith(":month")]
    return {
        "rows": shape.dimensions[:1],
        "columns": months[:1] or shape.dimensions[1:2],
        "measures": list(dict.fromkeys([shape.measure, "id:count"])),
    }


_MAKERS: dict[str, Callable[[_Shape], dict[str, Any] | None]] = {
    "list": _list,
    "form": _form,
    "kanban": _kanban,
    "calendar": _calendar,
    "chart": _chart,
    "pivot": _pivot,
    "search": _search,
}
