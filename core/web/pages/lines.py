"""Inline tables of a form: the lines of a One2many, and records of other models that point to this one (layer web)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.render.form import COUNTED, Conditions, FieldPart, LineRow, Lines, Option
from core.render.table import Table
from core.render.values import Formatter, Shown
from core.web.api.models import may
from core.web.ids import id_of
from core.web.pages.addresses import choices_url
from core.web.pages.columns import Bound, bind_columns, paths_to_read, show_rows
from core.web.pages.conditionfields import conditions_part, holds_conditions
from core.web.pages.formvalues import ORDER, line_keys
from core.web.pages.inputs import text_of, text_of_new
from core.web.pages.viewing import holds, view_for

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.views import Node
    from core.web.call import Call

SHOWN = 40
"""Lines of an inline table that is only read."""
EDITED = 500
"""Lines of an inline table that is edited."""
RELATED = 10
"""Related records shown in a form; the rest is one click away."""


class LineBuilder:
    """Makes the inline tables of one form.

    Args:
        call: The request.
        formatter: Shows values.
        typed: The form that was refused, or None.
        errors: Name of an input → what is wrong with it.
        context: Names that conditions may use.
    """

    def __init__(
        self, call: Call, formatter: Formatter, typed: Any, errors: Mapping[str, str], context: Mapping[str, Any]
    ) -> None:
        self.call = call
        self.env = call.env
        self.formatter = formatter
        self.typed = typed
        self.errors = errors
        self.context = context
        self.inputs: dict[str, list[str]] = {}
        """One2many field → fields of its lines that have inputs."""
        self._models: dict[str | None, tuple[Any, str]] = {}
        """Path to the name of the model of conditions, from a line → that name above the lines, and the input in which it stands."""

    def columns_of(self, node: Node, model: str, leave_out: str | None) -> list[Bound]:
        """Return the columns of an inline table: its own, else those of the model's list; none that are hidden at first."""
        nodes = [child for child in node.children if child.kind == "column"] or list(
            view_for(self.env, model, "list").slot("columns")
        )
        return bind_columns(
            self.call,
            model,
            [each for each in nodes if each.attrs.get("field") != leave_out and each.attrs.get("optional") != "hide"],
        )

    def build(self, node: Node, field: Any, record: Any, *, is_new: bool, editable: bool) -> Lines:
        """Return the lines of a One2many of ``record``, for reading or editing."""
        info = self.env.registry[field.comodel]
        columns = self.columns_of(node, info.name, field.inverse)
        locked = {name: self.env.hidden_fields(info, name) for name in ("create", "update")}
        order_by = self._order_by(node, info, locked) if editable else ""
        rows: list[dict[str, Any]] = []
        if not is_new:
            domain = [[field.inverse, "=", record.id]]
            limit = node.attrs.get("limit") or (EDITED if editable else SHOWN)
            paths = [*paths_to_read(columns), *([order_by] if order_by else ())]
            rows = self.env[info.name].read(domain, paths, node.attrs.get("order"), limit)
        opens = not editable and node.attrs.get("editable") is not True
        shown = show_rows(self.call, info, columns, rows, self.formatter, opens=opens)
        table = Table(tuple(column.column for column in columns), shown)
        if not editable:
            return Lines(table)
        may_create = node.attrs.get("create") is not False and may(self.env, info, "create")
        may_delete = node.attrs.get("delete") is not False and may(self.env, info, "delete")
        both = locked["create"] & locked["update"]
        inputs = [column.path for column in columns if _can_write(column, both)]
        self._models = {each.model_path: self._model_above(each.model_path, field, record) for each in columns}
        self.inputs[field.name] = list(dict.fromkeys([*inputs, *([order_by] if order_by else ())]))
        edited = self._edited(info, field.name, columns, rows, shown, locked)
        blank = self._row(info, f"{field.name}.{{n}}", None, columns, None, locked["create"])
        if order_by:
            blank = replace(blank, place=text_of_new(info.fields[order_by], self.env, self.formatter.zone))
        ids = ",".join(str(row["id"]) for row in rows) if may_delete else ""
        if self.typed is not None and may_delete:
            ids = self.typed.get(f"{field.name}.shown", ids)
        return Lines(table, tuple(edited), blank if may_create else None, may_delete, order_by, ids)

    def _order_by(self, node: Node, info: ModelInfo, locked: Mapping[str, frozenset[str]]) -> str:
        """Return the field by which lines are put in order by hand; empty where they come in another order or it may not be changed."""
        field = info.fields.get(ORDER)
        wanted = str(node.attrs["order"]).split(",")[0].split() if node.attrs.get("order") else [info.order[0][0]]
        is_first = wanted == [ORDER] and (bool(node.attrs.get("order")) or not info.order[0][1])
        fits = field is not None and field.kind == "integer" and field.writable and field.is_stored
        hidden = locked["create"] | locked["update"] | self.env.hidden_fields(info, "read")
        return ORDER if is_first and fits and ORDER not in hidden else ""

    def _edited(
        self,
        info: ModelInfo,
        name: str,
        columns: Sequence[Bound],
        rows: Sequence[Mapping[str, Any]],
        shown: Sequence[Any],
        locked: Mapping[str, frozenset[str]],
    ) -> Iterable[LineRow]:
        """Yield the lines as rows of inputs: those typed, after a refusal, else those there are."""
        if self.typed is not None and f"{name}.sent" in self.typed:
            by_id = {row["id"]: (row, cells) for row, cells in zip(rows, shown, strict=True)}
            for key in line_keys(self.typed, name):
                text = self.typed.get(f"{name}.{key}.id", "")
                number = id_of(text)
                if self.typed.get(f"{name}.{key}.delete") != "1":
                    held = by_id.get(number) if number is not None else None
                    which = locked["create" if number is None else "update"]
                    yield self._row(info, f"{name}.{key}", number, columns, held, which)
            return
        for position, (row, cells) in enumerate(zip(rows, shown, strict=True)):
            yield self._row(info, f"{name}.{position}", row["id"], columns, (row, cells), locked["update"])

    def _row(
        self,
        info: ModelInfo,
        prefix: str,
        number: int | None,
        columns: Sequence[Bound],
        held: Any,
        locked: frozenset[str],
    ) -> LineRow:
        cells = [self._cell(info, prefix, at, column, held, locked) for at, column in enumerate(columns)]
        place = "" if held is None or held[0].get(ORDER) is None else str(held[0][ORDER])
        if self.typed is not None:
            place = self.typed.get(f"{prefix}.{ORDER}", place)
        return LineRow(prefix, number, tuple(cells), self.errors.get(prefix), place)

    def _cell(
        self, info: ModelInfo, prefix: str, at: int, column: Bound, held: Any, locked: frozenset[str]
    ) -> FieldPart:
        field = column.field
        if held is not None:
            shown = held[1].cells[at]
            value = held[0][column.path]
        else:
            value = None if field is None or field.computed or "." in column.path else field.default_value(self.env)
            shown = Shown(column.column.kind)
        label = column.column.label
        kind, widget, align = column.column.kind, column.column.widget, column.column.align
        if field is None or not _can_write(column, locked):
            return FieldPart(column.path, label, kind, widget, shown, is_readonly=True, align=align)
        name = f"{prefix}.{column.path}"
        text = text_of(field, field.convert(value, None) if held is None else value, self.formatter.zone)
        if self.typed is not None and name in self.typed:
            text = str(self.typed.get(name))
        return FieldPart(
            column.path, label, kind, widget, shown, text, name, field.required and kind != "boolean",
            is_relation=field.is_relation, error=self.errors.get(name), options=self._options(field, text, shown),
            choices_url=choices_url(info.name, field.name) if field.is_relation else None,
            align=align, size=getattr(field, "size", None), settings=column.node.get("options", {}),
            conditions=self._conditions(column, text),
        )  # fmt: skip

    def _model_above(self, path: str | None, field: Any, record: Any) -> tuple[Any, str]:
        inverse, _dot, name = (path or "").partition(".")
        if inverse != field.inverse or name not in record._info.fields:
            return None, ""
        now = getattr(record, name)
        return (now if self.typed is None else self.typed.get(name, now)), name

    def _conditions(self, column: Bound, text: str) -> Conditions | None:
        if not holds_conditions(column.field):
            return None
        model, name = self._models[column.model_path] if column.model_path else (column.field.conditions_of, "")
        return conditions_part(self.call, model, name, text)

    def _options(self, field: Any, text: str, shown: Shown) -> tuple[Option, ...]:
        if field.kind == "selection":
            return tuple(Option(key, self.call.text(label), key == text) for key, label in field.options.items())
        if not field.is_relation or not text:
            return ()
        if str(shown.value) == text:
            return (Option(text, shown.text, True),)
        found = self.env[field.comodel].find(int(text)) if text.isascii() and text.isdigit() else None
        return () if found is None else (Option(text, str(found.display_name), True),)

    def related(self, node: Node, model: str, by: str, record: Any) -> tuple[Table, int]:
        """Return the first records of ``model`` whose field ``by`` holds ``record``, and how many there are, `COUNTED` + 1 at most."""
        info = self.env.registry[model]
        columns = self.columns_of(node, model, by)
        domain: Any = [[by, "=", record.id]]
        narrowing = node.get("domain")
        if narrowing:
            domain = {"all": [domain, narrowing]}
        limit = node.attrs.get("limit") or RELATED
        rows = self.env[model].read(domain, paths_to_read(columns), node.attrs.get("order"), limit)
        count = len(rows)
        if count == limit:
            count = self.env[model].aggregate(domain, {"id": "count"}, at_most=COUNTED + 1)[0]["id"]
        return Table(
            tuple(each.column for each in columns), show_rows(self.call, info, columns, rows, self.formatter)
        ), count


def _can_write(column: Bound, locked: frozenset[str]) -> bool:
    """Tell whether a column of lines has inputs, with these fields locked."""
    field = column.field
    is_own = field is not None and "." not in column.path and field.writable and field.name not in locked
    return is_own and not holds(column.node.attrs.get("readonly"), {})
