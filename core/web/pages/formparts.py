"""The parts of a form for one record: view tree and values become plain data (layer web).

`FormBuilder` walks the view as the user sees it. Values come from the record, saved or not, so that a new record, a preview and a refused
save are shown by the same code; what was typed and refused lies on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import nh3

from core.errors import DataError
from core.render.form import Conditions, FieldPart, Option, Part
from core.render.values import NUMBERS, Shown
from core.web.api.models import may
from core.web.ids import id_of
from core.web.pages.addresses import choices_url, record_url, records_url
from core.web.pages.columns import linker, usual_widget
from core.web.pages.conditionfields import conditions_part, holds_conditions, in_words, model_path
from core.web.pages.formbuttons import button_of, steps_of
from core.web.pages.frame import formatter_of
from core.web.pages.inputs import text_of
from core.web.pages.lines import LineBuilder
from core.web.pages.viewing import filled, follow, holds, label_of, names_for

if TYPE_CHECKING:
    from core.views import Node, View
    from core.web.call import Call

_WIDE = frozenset({"text", "html", "one2many", "json"})


class FormBuilder:
    """Makes the parts of one form.

    Args:
        call: The request.
        view: The form view as the user sees it.
        record: The record, saved or not.
        is_editing: Whether fields become inputs.
        typed: What stands in the inputs of a form that was refused; None: the values of the record.
        errors: Name of an input → what is wrong with it.
        offers_editing: Whether a form that is only read leads to one for changing.
    """

    def __init__(
        self,
        call: Call,
        view: View,
        record: Any,
        *,
        is_editing: bool,
        typed: Any = None,
        errors: Mapping[str, str] | None = None,
        offers_editing: bool = False,
    ) -> None:
        self.call = call
        self.env = call.env
        self.view = view
        self.info = call.env.registry[view.model]
        self.record = record
        self.is_new = record.__dict__.get("id") is None
        self.is_editing = is_editing
        self.typed = typed
        self.errors = errors or {}
        self.offers_editing = offers_editing
        self.formatter = formatter_of(call)
        self.context = {**names_for(call.env), "record": record}
        self.locked = call.env.hidden_fields(self.info, "create" if self.is_new else "update")
        self.url = linker(call.env)
        self.inputs: list[str] = []
        """Names of the fields that have an input."""
        self._lines = LineBuilder(call, self.formatter, typed, self.errors, self.context)

    @property
    def line_inputs(self) -> dict[str, list[str]]:
        """Names of the One2many fields that have inputs → fields of their lines that have."""
        return self._lines.inputs

    def parts(self, nodes: Iterable[Node]) -> tuple[Part, ...]:
        """Return the parts of nodes; what has nothing to show is left out."""
        return tuple(part for node in nodes if (part := self.part(node)) is not None)

    def part(self, node: Node) -> Part | None:
        """Return the part of one node, or None."""
        maker = getattr(self, f"_make_{node.kind}", None)
        made: Part | None = maker(node) if maker is not None else None
        return made

    def fields(self, nodes: Iterable[Node]) -> tuple[FieldPart, ...]:
        """Return the fields of nodes that stand on a line for reading only."""
        return tuple(
            self.field(node, editable=False) for node in nodes if holds(node.attrs.get("visible"), self.context, True)
        )

    def field(self, node: Node, *, editable: bool = True) -> FieldPart:
        """Return a field with its value; for editing it becomes an input where it can be changed."""
        name = str(node.field)
        path = follow(self.env, self.info.name, name)
        field = path.field if path is not None else None
        kind = "char" if field is None else field.kind
        value = self._value(name)
        shown = self._shown(field, value, node)
        part = {
            "name": name,
            "label": self.call.text(label_of(node, path)),
            "kind": kind,
            "widget": str(node.attrs.get("widget") or usual_widget(field)),
            "shown": shown,
            "help": self.text_of_node(node, "help")
            or (self.call.text(field.help) if field is not None and field.help else None),
            "span": int(node.attrs.get("span") or (3 if kind in _WIDE else 1)),
            "align": "end" if kind in NUMBERS else "start",
            "settings": node.get("options", {}),
            "is_relation": bool(field is not None and field.is_relation),
        }
        if field is None or "." in name:
            return FieldPart(**part, is_readonly=True)
        can_write = self._can_write(field) and not holds(node.attrs.get("readonly"), self.context)
        if not (self.is_editing and editable):
            return FieldPart(**part, is_readonly=True, has_input=can_write and editable and self.offers_editing)
        required = field.required or holds(node.attrs.get("required"), self.context)
        if can_write:
            self.inputs.append(name)
        text = self._typed(name, text_of(field, value, self.formatter.zone))
        return FieldPart(
            **part,
            input=name if self._can_write(field) else "",
            is_readonly=not can_write,
            is_required=required and can_write and kind != "boolean",
            value=text,
            placeholder=self.text_of_node(node, "placeholder"),
            error=self.errors.get(name),
            options=self.options(field, value, shown),
            choices_url=self._choices(field, node),
            size=getattr(field, "size", None),
            conditions=self._conditions(field, text),
        )

    def _model_of(self, field: Any) -> Any:
        """Return the name of the model that conditions are about, as the record says it; None: it says none yet."""
        path = model_path(self.env, field)
        return field.conditions_of if path is None else self._value(path)

    def _conditions(self, field: Any, text: str) -> Conditions | None:
        if not holds_conditions(field):
            return None
        path, model = model_path(self.env, field) or "", self._model_of(field)
        if path:
            model = self._typed(path, model or "")
        return conditions_part(self.call, model, "" if "." in path else path, text)

    def options(self, field: Any, value: Any, shown: Shown) -> tuple[Option, ...]:
        """Return the choices that an input lists: all of a selection, the chosen ones of a relation."""
        if field.kind == "selection":
            chosen = self._typed(field.name, value or "")
            return tuple(Option(key, self.call.text(label), key == chosen) for key, label in field.options.items())
        if field.kind == "boolean" or not field.is_relation:
            return ()
        if self.typed is not None and field.name in self.typed:
            return self._typed_options(field)
        if field.to_many:
            return tuple(Option(str(item.value), item.text, True) for item in shown.items)
        return (Option(str(shown.value), shown.text, True),) if shown.value is not None else ()

    def _typed_options(self, field: Any) -> tuple[Option, ...]:
        """Return the choices that were made in a form that was refused, as far as the user may see them."""
        ids = [number for part in self.typed.getlist(field.name) if (number := id_of(part)) is not None]
        found = (self.env[field.comodel].find(number) for number in ids)
        return tuple(Option(str(one.id), str(one.display_name), True) for one in found if one is not None)

    def _can_write(self, field: Any) -> bool:
        if field.kind == "sequence":
            return self.is_new and not field.computed and field.name not in self.locked
        return bool(field.writable) and field.name not in self.locked

    def _typed(self, name: str, value: str) -> str:
        if self.typed is None or name not in self.typed:
            return value
        return str(self.typed.getlist(name)[-1])

    def text_of_node(self, node: Node, key: str) -> str | None:
        """Return a text that a node says, in the language of the reader; None where it says none."""
        return self.call.text(node.attrs[key]) if node.attrs.get(key) else None

    def _value(self, path: str) -> Any:
        """Return the value at a path of the record; None behind a related record that the user may not see."""
        value: Any = self.record
        for name in path.split("."):
            if value is None or (value is not self.record and not self.env.may(value, "read")):
                return None
            value = getattr(value, name)
        return value

    def _shown(self, field: Any, value: Any, node: Node) -> Shown:
        if field is None:
            return Shown("char", "" if value is None else str(value), value)
        if field.kind == "one2many":
            return Shown(field.kind)
        colors = node.get("options", {}).get("colors") or node.get("colors")
        if field.kind == "reference":
            if value is None or not self.env.may(value, "read"):
                return Shown(field.kind)
            return Shown(field.kind, str(value.display_name), value.id, url=record_url(value._info.name, value.id))
        if not field.is_relation:
            shown = self.formatter.show(field, value, colors=colors)
            words = in_words(self.call, self._model_of(field), value) if holds_conditions(field) else None
            return replace(shown, text=words) if words else shown
        if field.to_many:
            seen = [item for item in value or () if self.env.may(item, "read")]
            return self.formatter.show(
                field, [item.id for item in seen], [item.display_name for item in seen], url=self.url
            )
        if value is None:
            return Shown(field.kind)
        name = value.display_name if self.env.may(value, "read") else None
        return self.formatter.show(field, value.id, name, url=self.url)

    def _choices(self, field: Any, node: Node) -> str | None:
        """Return where the selection box of a relation searches, with the condition that narrows it.

        A condition that asks for what ``record`` does not have yet narrows nothing.
        """
        if not field.is_relation or field.kind == "one2many":
            return None
        try:
            narrowing = node.get("domain") or getattr(field, "domain", None)
            domain = filled(narrowing, self.env, record=self.record)
        except DataError:
            domain = None
        return choices_url(self.info.name, field.name, domain)

    # One maker for each kind of node.

    def _base(self, node: Node, **more: Any) -> Part:
        return Part(
            node.kind,
            node.name,
            self.text_of_node(node, "label") or "",
            self.text_of_node(node, "help"),
            is_visible=holds(node.attrs.get("visible"), self.context, True),
            icon=node.attrs.get("icon"),
            settings=node.get("options", {}),
            **more,
        )

    def _make_field(self, node: Node) -> Part | None:
        path = follow(self.env, self.info.name, str(node.field))
        if path is not None and path.field.kind == "one2many" and "." not in path.name:
            return self._make_lines(node, path.field)
        return self._base(node, field=self.field(node))

    def _make_lines(self, node: Node, field: Any) -> Part | None:
        info = self.env.registry[field.comodel]
        if not may(self.env, info, "read"):
            return None
        editable = self.is_editing and self._can_write(field) and not holds(node.attrs.get("readonly"), self.context)
        lines = self._lines.build(node, field, self.record, is_new=self.is_new, editable=editable)
        if editable:
            self.inputs.append(field.name)
        path = follow(self.env, self.info.name, field.name)
        label = self.call.text(label_of(node, path))
        part = FieldPart(
            field.name, label, field.kind, "one2many", Shown(field.kind), input=field.name if editable else "",
            is_readonly=not editable, error=self.errors.get(field.name), span=3, lines=lines,
        )  # fmt: skip
        return self._base(node, field=part, count=len(lines.table.rows))

    def _make_section(self, node: Node) -> Part | None:
        children = self.parts(node.children)
        if not children:
            return None
        return self._base(
            node, children=children, columns=node.attrs.get("columns"), is_folded=bool(node.attrs.get("folded"))
        )

    _make_group = _make_section

    def _make_page(self, node: Node) -> Part | None:
        children = self.parts(node.children)
        if not children:
            return None
        count = None
        if node.attrs.get("count"):
            value = self._value(str(node.attrs["count"]))
            count = len(value) if isinstance(value, list) else value
        elif len(children) == 1 and (children[0].count is not None):
            count = children[0].count
        return self._base(node, children=children, count=count)

    def _make_notebook(self, node: Node) -> Part | None:
        children = self.parts(node.children)
        return self._base(node, children=children) if children else None

    def _make_button(self, node: Node) -> Part | None:
        button = button_of(self, node)
        return None if button is None else self._base(node, button=button)

    def _make_status(self, node: Node) -> Part | None:
        name = str(node.field)
        path = follow(self.env, self.info.name, name)
        if path is None or path.field.kind != "selection":
            return self._base(node, field=self.field(node, editable=False))
        steps = steps_of(self, node, path.field, self._value(name))
        return self._base(node, steps=steps, field=self.field(node, editable=False))

    def _make_related(self, node: Node) -> Part | None:
        model, by = str(node.attrs["model"]), str(node.attrs["by"])
        if self.is_new or not may(self.env, self.env.registry[model], "read"):
            return None
        table, count = self._lines.related(node, model, by, self.record)
        domain = [[by, "=", self.record.id]]
        may_create = may(self.env, self.env.registry[model], "create") and node.attrs.get("create") is not False
        taken = {name: value.id for name in node.attrs.get("take") or () if (value := self._value(name)) is not None}
        defaults = {**taken, by: self.record.id}
        new_url = record_url(model, "new", defaults=defaults, back=record_url(self.info.name, self.record.id))
        return self._base(
            node,
            table=table,
            count=count,
            url=records_url(model, domain=domain),
            new_url=new_url if may_create else None,
        )

    def _make_html(self, node: Node) -> Part | None:
        return self._base(node, content=nh3.clean(self.call.text(node.attrs["content"])))
