"""Columns of a list or inline table, and rows read for them (layer web)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.render.table import Column, Row
from core.render.values import NUMBERS, TONES, Formatter, Shown
from core.web.api.models import may
from core.web.pages.addresses import record_url
from core.web.pages.conditionfields import holds_conditions, in_words, model_path
from core.web.pages.viewing import Path, follow, label_of, names_for, nested, record_paths, tint_of_row

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo
    from core.views import Node, View
    from core.web.call import Call

_CENTERED = frozenset({"boolean", "image"})
_UNSORTED = frozenset({"json", "html", "file", "image", "reference"})


@dataclass(frozen=True)
class Bound:
    """A column with the field it shows."""

    node: Node
    path: str
    field: Any
    """None for ``id`` and ``display_name``."""
    column: Column
    model_path: str | None = None
    """Of conditions: path to the name of the model they are about; None: they are none, or the field names the model."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Paths to read for it."""
        return named_paths(self.path, self.field)

    @property
    def total(self) -> str | None:
        """Kind of total shown, such as ``sum``; None for none."""
        wanted = self.node.attrs.get("sum")
        if not wanted or self.field is None or self.field.kind not in NUMBERS or not self.field.is_stored:
            return None
        return "sum" if wanted is True else str(wanted)


def is_named(field: Any) -> bool:
    """Whether people see a value as the name of another record; ``field`` is None for ``id`` and ``display_name``."""
    return field is not None and (field.is_relation or field.kind == "reference")


def named_paths(path: str, field: Any) -> tuple[str, ...]:
    """Return what to read of a column that people see: of other records their names too.

    Args:
        path: Where it leads.
        field: The last field; None for ``id`` and ``display_name``.
    """
    return (path, f"{path}.display_name") if is_named(field) else (path,)


def bind_columns(call: Call, model: str, nodes: Iterable[Node], name_path: str | None = None) -> list[Bound]:
    """Return the columns of nodes, in order.

    Args:
        call: The request.
        model: Model of the rows.
        nodes: Column nodes of a checked view.
        name_path: Column that names the record; None takes what names records of the model, else the first.
    """
    bound = [_bind(call, node, follow(call.env, model, str(node.attrs["field"]))) for node in nodes]
    wanted = name_path or call.env.registry[model].rec_name
    naming = next((each for each in bound if each.path in (wanted, "display_name")), bound[0] if bound else None)
    return [replace(each, column=replace(each.column, is_name=True)) if each is naming else each for each in bound]


def _bind(call: Call, node: Node, path: Path | None) -> Bound:
    kind = path.field.kind if path is not None else "char"
    align = node.attrs.get("align") or ("end" if kind in NUMBERS else "center" if kind in _CENTERED else "start")
    column = Column(
        str(node.attrs["field"]),
        call.text(label_of(node, path)),
        kind,
        str(node.attrs.get("widget") or usual_widget(None if path is None else path.field)),
        align,
        node.attrs.get("width"),
        call.text(node.attrs["help"]) if node.attrs.get("help") else None,
    )
    field = None if path is None else path.field
    return Bound(node, column.name, field, column, model_path(call.env, field))


def usual_widget(field: Any) -> str:
    """Return the widget of a field for which the view names none: persons have a circle of initials."""
    if field is None:
        return "char"
    if holds_conditions(field):
        return "conditions"
    return "person" if field.kind == "many2one" and field.comodel == "core.user" else str(field.kind)


def can_sort(bound: Bound) -> bool:
    """Tell whether rows can be sorted by a column: its value lies in the database."""
    if bound.node.attrs.get("sortable") is False:
        return False
    field = bound.field
    if field is None:
        return bound.path == "id"
    return field.kind not in _UNSORTED and not field.to_many and (field.is_stored or bool(field.related))


def paths_to_read(columns: Sequence[Bound], view: View | None = None) -> list[str]:
    """Return the paths that rows are read with: those shown, those decorations look at, where rows lead, and the name."""
    found: dict[str, None] = {"id": None, "display_name": None}
    for column in columns:
        found.update(dict.fromkeys(column.reads))
        found.update(dict.fromkeys(record_paths(column.node)))
        if column.model_path is not None:
            found[column.model_path] = None
    if view is not None:
        found.update(dict.fromkeys(record_paths(view.root)))
        if (leads_to := view.get("leads_to")) is not None:
            found[leads_to] = None
    return list(found)


def show_rows(
    call: Call,
    info: ModelInfo,
    columns: Sequence[Bound],
    rows: Sequence[Mapping[str, Any]],
    formatter: Formatter,
    *,
    decorations: Mapping[str, str] | None = None,
    opens: bool = True,
    query: Mapping[str, Any] | None = None,
    first: int | None = None,
    leads_to: str | None = None,
) -> tuple[Row, ...]:
    """Return rows ready to be drawn.

    Args:
        call: The request.
        info: Model of the rows.
        columns: Columns from `bind_columns`.
        rows: What `BoundModel.read` gave for `paths_to_read`.
        formatter: Shows the values.
        decorations: Tint of a row by condition.
        opens: Whether a row leads to its record.
        query: Parameters of the address of a record.
        first: Place of the first row in its list, from 1; the addresses then tell the place of each. None: they do not.
        leads_to: A many2one among the paths read, whose record a row leads to where the user may see its page; None: its own.
    """
    tinted = any(column.node.attrs.get("decorations") for column in columns) or bool(decorations)
    names = names_for(call.env) if tinted else {}
    url = linker(call.env)
    found = []
    for number, row in enumerate(rows):
        context = {**names, "record": nested(row)} if tinted else {}
        cells = tuple(_cell(call, column, row, formatter, context, url) for column in columns)
        tint = tint_of_row(decorations, context)
        place = {} if first is None else {"at": first + number}
        address = record_url(info.name, row["id"], **(query or {}), **place) if opens else None
        if leads_to is not None and row.get(leads_to) is not None:
            comodel = info.fields[leads_to].comodel  # type: ignore[attr-defined]  # the check of views knows it is a relation
            address = url(comodel, row[leads_to]) or address
        found.append(Row(row["id"], cells, address, TONES.get(tint or ""), str(row.get("display_name") or "")))
    return tuple(found)


def _cell(
    call: Call, column: Bound, row: Mapping[str, Any], formatter: Formatter, context: Mapping[str, Any], url: Any
) -> Shown:
    value = row[column.path]
    if column.field is None:
        return Shown("char", "" if value is None else str(value), value)
    name = row.get(f"{column.path}.display_name")
    colors = column.node.get("options", {}).get("colors")
    shown = formatter.show(column.field, value, name, url=url, colors=colors, in_table=True)
    if holds_conditions(column.field):
        model = row[column.model_path] if column.model_path else column.field.conditions_of
        shown = replace(shown, text=in_words(call, model, value) or shown.text)
    tint = tint_of_row(column.node.attrs.get("decorations"), context)
    return replace(shown, tone=TONES[tint]) if tint else shown


def linker(env: Environment) -> Any:
    """Return the function that gives the page of a related record, None where its model has none for the user."""
    from_models: dict[str, bool] = {}

    def address(model: str, number: int) -> str | None:
        if model not in from_models:
            info = env.registry.models.get(model)
            from_models[model] = info is not None and model not in _NO_PAGE and may(env, info, "read")
        return record_url(model, number) if from_models[model] else None

    return address


_NO_PAGE = frozenset({"core.dictionary.item", "core.attachment"})
"""Related records that are words or files rather than pages."""
