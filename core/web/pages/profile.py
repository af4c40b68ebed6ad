"""The page about one record, to which addons contribute: its data as the form has them, and tabs of their panels (layer web; BASE-08, PROD-11).

The addon of the model owns the page and its place; any other puts panels there by ``place`` and ``options: {tab: …}`` in its ``views/``.
Every panel stands under the right and the range of what it reads, every field under its own view right (CORE-29). The template
``profile.html`` draws the tabs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from core.access.expressions import compile_expression
from core.render.values import formatter_for
from core.web.pages.addresses import record_url
from core.web.pages.panels import panels_at
from core.web.pages.viewing import view_for

if TYPE_CHECKING:
    from core.orm.environment import Environment


@dataclass(frozen=True)
class Value:
    """A field as the macros of widgets read it."""

    name: str
    label: str
    kind: str
    widget: str
    shown: Any
    has_input: bool = False
    settings: Mapping[str, Any] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is always in sight; empty fields are folded away."""
        return not self.shown.is_empty


@dataclass(frozen=True)
class Section:
    """Fields under a heading; an empty label has none."""

    label: str
    fields: tuple[Value, ...]


@dataclass(frozen=True)
class ProfileTab:
    """One tab: data of the record and panels."""

    name: str
    label: str
    sections: tuple[Section, ...]
    figures: tuple[Any, ...]
    panels: tuple[Any, ...]


@dataclass(frozen=True)
class _Part:
    tab: str
    label: str
    fields: list[Any]
    visible: Any


class RecordReader:
    """Reads one record with the rights of who looks, in one statement.

    A subclass names the model and what its page shows in the heading.
    """

    model: ClassVar[str]
    head: ClassVar[tuple[str, ...]] = ()
    """Fields read besides those of the form."""
    shown_above: ClassVar[frozenset[str]] = frozenset()
    """Fields that stand in the heading and not again among the data."""
    colors: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """Tone of a badge, by field and value."""
    complete_tabs: ClassVar[frozenset[str]] = frozenset()
    """Tabs that show their sections to who may fill them in, even while all fields are empty."""

    def __init__(self, env: Environment, number: int) -> None:
        self.env = env
        self.number = number
        self.info: Any = env.registry[self.model]
        self.hidden = env.hidden_fields(self.info, "read")
        self.formatter = formatter_for(env)
        self.parts = self._parts()
        wanted = {name for name in self.head if name in self.info.fields} | {
            field.name for part in self.parts for field in part.fields
        }
        self.row = self._read(sorted(wanted - self.hidden))

    def placed(self, node: Any) -> Iterable[tuple[str, str, Any]]:
        """Yield tab, heading and part of the form for a node of its body: sections stand in the overview, tables in panels."""
        if node.kind == "section":
            yield "overview", str(node.attrs.get("label") or ""), node

    def url(self, model: str, number: int) -> str | None:
        """Return the address a related record opens at; None: it has no page."""
        return None if model.startswith("core.") else record_url(model, number)

    def shown(self, name: str) -> Any:
        """Return the value of a field ready to be shown."""
        field = self.info.fields[name]
        value, title = self.row.get(name), None
        if field.is_relation:
            title = self.row.get(f"{name}.{self.env.registry[field.comodel].rec_name or 'id'}")
            if isinstance(title, str) and field.kind == "lookup":
                title = self.formatter.text(title)
        return self.formatter.show(field, value, title, url=self.url, colors=self.colors.get(name))

    def sections(self, tab: str, may_edit: bool) -> tuple[Section, ...]:
        """Return what the form shows below a tab, without sections whose fields are all empty and what stands in the heading."""
        made = []
        for part in self.parts:
            if part.tab != tab or not self._holds(part.visible):
                continue
            values = [self._value(field, may_edit) for field in part.fields if field.name not in self.shown_above]
            if any(each.is_plain for each in values) or (may_edit and tab in self.complete_tabs):
                made.append(Section(self.formatter.text(part.label) if part.label else "", tuple(values)))
        return tuple(made)

    def _parts(self) -> list[_Part]:
        found = []
        for node in view_for(self.env, self.model, "form").slot("body"):
            for tab, label, part in self.placed(node):
                fields = [self.info.fields[each] for each in _plain_names(part) if each in self.info.fields]
                fields = [field for field in fields if not field.to_many and field.name not in self.hidden]
                found.append(_Part(tab, label, fields, part.attrs.get("visible")))
        return found

    def _read(self, names: Sequence[str]) -> dict[str, Any]:
        paths = list(names)
        for name in names:
            field = self.info.fields[name]
            if field.is_relation:
                paths.append(f"{name}.{self.env.registry[field.comodel].rec_name or 'id'}")
        self.env[self.model].get(self.number)
        return self.env[self.model].read([["id", "=", self.number]], paths)[0]

    def _value(self, field: Any, may_edit: bool) -> Value:
        label = self.formatter.text(field.label)
        widget = "person" if getattr(field, "comodel", None) == "core.user" else field.kind
        return Value(field.name, label, field.kind, widget, self.shown(field.name), may_edit and field.writable)

    def _holds(self, condition: Any) -> bool:
        if condition is None or isinstance(condition, bool):
            return condition is not False
        return bool(compile_expression(str(condition))({"record": self.row, "user": self.env.user}))


def _plain_names(node: Any) -> Iterable[str]:
    for child in node.children:
        if child.kind == "field":
            yield str(child.field)
        else:
            yield from _plain_names(child)


def profile_tabs(
    request: Any, place: str, reader: RecordReader, names: Mapping[str, Any], *, may_edit: bool
) -> list[ProfileTab]:
    """Return the tabs of a page about one record that have anything to show to the user.

    Args:
        request: The request of a route.
        place: Where the panels stand, such as ``crm_base.customer_view``.
        reader: The record; its ``sections`` stand above the panels.
        names: Tabs that panels may name, with their labels, in their order; a panel may bring one of its own. Without ``tab`` a panel
            stands in ``overview``, with a list of names in several.
        may_edit: Whether the user may change the record.
    """
    by_tab: dict[str, list[Any]] = {}
    for panel in panels_at(request, place, record=reader.number):
        named = panel.options.get("tab") or "overview"
        for name in [named] if isinstance(named, str) else named:
            by_tab.setdefault(str(name), []).append(panel)
    made = []
    for name in [*names, *(name for name in by_tab if name not in names)]:
        places = by_tab.get(name, [])
        figures = tuple(each for each in places if each.kind == "figure")
        panels = tuple(each for each in places if each.kind != "figure")
        sections = reader.sections(name, may_edit)
        if figures or panels or sections:
            label = reader.formatter.text(names.get(name, name))
            made.append(ProfileTab(name.lower().replace(" ", "-"), label, sections, figures, panels))
    return made
