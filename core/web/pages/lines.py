"""Inline tables of a form: the lines of a One2many, and records of other models that point to this one (layer web)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.render.form import FieldPart, LineRow, Lines, Option
from core.render.table import Table
from core.render.values import Formatter, Shown
from core.web.api.models import may
from core.web.pages.addresses import choices_url
from core.web.pages.columns import Bound, bind_columns, paths_to_read, show_rows
from core.web.pages.formvalues import line_keys
from core.web.pages.inputs import text_of
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

    def columns_of(self, node: Node, model: str, leave_out: str | None) -> list[Bound]:
        """Return the columns of an inline table: its own, else those of the model's list."""
        nodes = [child for child in node.children if child.kind == "column"] or list(
            view_for(self.env, model, "list").slot("columns")
        )
        return bind_columns(self.call, model, [each for each in nodes if each.attrs.get("field") != leave_out])

    def build(self, node: Node, field: Any, record: Any, *, is_new: bool, editable: bool) -> Lines:
        """Return the lines of a One2many of ``record``, for reading or editing."""
        info = self.env.registry[field.comodel]
        columns = self.columns_of(node, info.name, field.inverse)
        rows: list[dict[str, Any]] = []
        if not is_new:
            domain = [[field.inverse, "=", record.id]]
            limit = node.attrs.get("limit") or (EDITED if editable else SHOWN)
            rows = self.env[info.name].read(domain, paths_to_read(columns), node.attrs.get("order"), limit)
        opens = not editable and node.attrs.get("editable") is not True
        shown = show_rows(self.call, info, columns, rows, self.formatter, opens=opens)
        table = Table(tuple(column.column for column in columns), shown)
        if not editable:
            return Lines(table)
        may_create = node.attrs.get("create") is not False and may(self.env, info, "create")
        may_delete = node.attrs.get("delete") is not False and may(self.env, info, "delete")
        locked = {name: self.env.hidden_fields(info, name) for name in ("create", "update")}
        edited = self._edited(info, field.name, columns, rows, shown, locked)
        blank = self._row(info, f"{field.name}.{{n}}", None, columns, None, locked["create"])
        ids = ",".join(str(row["id"]) for row in rows) if may_delete else ""
        if self.typed is not None and may_delete:
            ids = self.typed.get(f"{field.name}.shown", ids)
        return Lines(table, tuple(edited), blank if may_create else None, may_delete, ids)

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
                number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
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
        return LineRow(prefix, number, tuple(cells), self.errors.get(prefix))

    def _cell(
        self, info: ModelInfo, prefix: str, at: int, column: Bound, held: Any, locked: frozenset[str]
    ) -> FieldPart:
        field, node = column.field, column.node
        if held is not None:
            shown = held[1].cells[at]
            value = held[0][column.path]
        else:
            value = None if field is None or field.computed or "." in column.path else field.default_value(self.env)
            shown = Shown(column.column.kind)
        label = column.column.label
        kind, widget, align = column.column.kind, column.column.widget, column.column.align
        can_write = (
            field is not None and "." not in column.path and field.writable and field.name not in locked
            and not holds(node.attrs.get("readonly"), {})
        )  # fmt: skip
        if not can_write or field is None:
            return FieldPart(column.path, label, kind, widget, shown, is_readonly=True, align=align)
        name = f"{prefix}.{column.path}"
        text = text_of(field, field.convert(value, None) if held is None else value, self.formatter.zone)
        if self.typed is not None and name in self.typed:
            text = str(self.typed.get(name))
        return FieldPart(
            column.path, label, kind, widget, shown, text, name, field.required and kind != "boolean",
            is_relation=field.is_relation, error=self.errors.get(name), options=self._options(field, text, shown),
            choices_url=choices_url(info.name, field.name) if field.is_relation else None,
            align=align, size=getattr(field, "size", None),
        )  # fmt: skip

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
        """Return the first records of ``model`` whose field ``by`` holds ``record``, and how many there are."""
        info = self.env.registry[model]
        columns = self.columns_of(node, model, by)
        domain: Any = [[by, "=", record.id]]
        narrowing = node.get("domain")
        if narrowing:
            domain = {"all": [domain, narrowing]}
        limit = node.attrs.get("limit") or RELATED
        rows = self.env[model].read(domain, paths_to_read(columns), node.attrs.get("order"), limit)
        count = self.env[model].count(domain) if len(rows) == limit else len(rows)
        return Table(
            tuple(each.column for each in columns), show_rows(self.call, info, columns, rows, self.formatter)
        ), count
