"""What the page of one customer shows: heading, key figures, data as the form has them, tabs of panels (BASE-08, BASE-09)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from addons.crm_base.services.model_rights import may
from core.api import (
    Environment,
    Request,
    _,
    compile_expression,
    formats,
    formatter_for,
    panels_at,
    record_url,
    view_for,
)

PLACE = "crm_base.customer_view"
TABS = {
    "overview": _("Overview"),
    "touches": _("Touches"),
    "trading": _("Trading"),
    "relations": _("Relations"),
    "profile": _("Profile"),
}
"""Tabs that panels may name, in their order; a panel may bring one of its own."""
STATUS_TONES = {"formal": "ok", "interested": "ac", "potential": "gr", "related": "gr"}
_HEAD = (
    "name",
    "number",
    "kind",
    "status",
    "level",
    "type",
    "owner",
    "region",
    "industry",
    "active",
    "is_hot",
    "hot_degree",
    "hot_reason",
    "hot_since",
    "phone",
    "main_contact",
    "main_phone",
    "last_contact",
    "next_contact",
    "version",
)
_PLAIN_SECTION = "customer"
"""Section of the form whose fields come first and have no heading of their own."""
_SHOWN_ABOVE = frozenset(
    {"name", "status", "number", "owner", "hot_degree", "hot_reason", "is_hot", "hot_since", "last_contact"}
)


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
class ViewTab:
    """One tab: data of the customer and panels."""

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


class CustomerReader:
    """Reads one customer with the rights of who looks, in one statement."""

    def __init__(self, env: Environment, number: int) -> None:
        self.env = env
        self.number = number
        self.info: Any = env.registry["crm.customer"]
        self.hidden = env.hidden_fields(self.info, "read")
        self.formatter = formatter_for(env)
        self.parts = self._parts()
        wanted = {name for name in _HEAD if name in self.info.fields} | {
            field.name for part in self.parts for field in part.fields
        }
        self.row = self._read(sorted(wanted - self.hidden))

    def _parts(self) -> list[_Part]:
        """Return the parts of the form that hold single fields, as the user sees it; tables stand in panels."""
        found = []
        for node in view_for(self.env, "crm.customer", "form").slot("body"):
            for tab, label, part in _fielded(node):
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
        self.env["crm.customer"].get(self.number)
        return self.env["crm.customer"].read([["id", "=", self.number]], paths)[0]

    def shown(self, name: str) -> Any:
        """Return the value of a field ready to be shown."""
        field = self.info.fields[name]
        value, title = self.row.get(name), None
        if field.is_relation:
            title = self.row.get(f"{name}.{self.env.registry[field.comodel].rec_name or 'id'}")
            if isinstance(title, str) and field.kind == "lookup":
                title = self.formatter.text(title)
        return self.formatter.show(field, value, title, url=self._url, colors=_COLORS.get(name))

    def _url(self, model: str, number: int) -> str | None:
        if model == "crm.customer":
            return f"/x/crm_base/customer/{number}"
        return None if model.startswith("core.") else record_url(model, number)

    def tab_sections(self, tab: str, may_edit: bool) -> tuple[Section, ...]:
        """Return what the form shows below a tab, without empty fields that only clutter and what stands in the heading."""
        made = []
        for part in self.parts:
            if part.tab != tab or not self._holds(part.visible):
                continue
            values = [self._value(field, may_edit) for field in part.fields if field.name not in _SHOWN_ABOVE]
            if any(each.is_plain for each in values) or (may_edit and tab == "profile"):
                made.append(Section(self.formatter.text(part.label) if part.label else "", tuple(values)))
        return tuple(made)

    def _value(self, field: Any, may_edit: bool) -> Value:
        label = self.formatter.text(field.label)
        widget = "person" if getattr(field, "comodel", None) == "core.user" else field.kind
        return Value(field.name, label, field.kind, widget, self.shown(field.name), may_edit and field.writable)

    def _holds(self, condition: Any) -> bool:
        if condition is None or isinstance(condition, bool):
            return condition is not False
        return bool(compile_expression(str(condition))({"record": self.row, "user": self.env.user}))


_COLORS = {
    "status": {"formal": "success", "interested": "accent"},
    "hot_degree": {"burning": "danger", "hot": "warning"},
}


def _fielded(part: Any) -> Iterable[tuple[str, str, Any]]:
    """Yield the parts of a form that hold fields: sections in the overview, the page "profile" in a tab of its own."""
    if part.kind == "section":
        yield "overview", "" if part.name == _PLAIN_SECTION else str(part.attrs.get("label") or ""), part
    elif part.kind == "notebook":
        for page in part.children:
            if page.name in ("profile", "notes"):
                tab = "profile" if page.name == "profile" else "overview"
                yield tab, str(page.attrs.get("label") or ""), page


def _plain_names(node: Any) -> Iterable[str]:
    for child in node.children:
        if child.kind == "field":
            yield str(child.field)
        else:
            yield from _plain_names(child)


def tabs_of(request: Request, reader: CustomerReader, may_edit: bool) -> list[ViewTab]:
    """Return the tabs that have anything to show."""
    by_tab: dict[str, list[Any]] = {}
    for place in panels_at(request, PLACE, record=reader.number):
        named = place.options.get("tab") or "overview"
        for name in [named] if isinstance(named, str) else named:
            by_tab.setdefault(str(name), []).append(place)
    names = [*TABS, *(name for name in by_tab if name not in TABS)]
    made = []
    for name in names:
        places = by_tab.get(name, [])
        figures = tuple(each for each in places if each.kind == "figure")
        panels = tuple(each for each in places if each.kind != "figure")
        sections = reader.tab_sections(name, may_edit)
        if figures or panels or sections:
            label = reader.formatter.text(TABS.get(name, name))
            made.append(ViewTab(name.lower().replace(" ", "-"), label, sections, figures, panels))
    return made


def page_data(request: Request, env: Environment, number: int) -> dict[str, Any]:
    """Return what the page of a customer shows.

    Raises:
        MissingRecord: There is none, or none that the user may read.
    """
    reader = CustomerReader(env, number)
    row, text = reader.row, reader.formatter.text
    record = env["crm.customer"].get(number)
    may_edit = env.may(record, "update")
    links = [link for found in env.hook.record_links(env=env, model="crm.customer", record_id=number) for link in found]
    shown = {name: reader.shown(name) for name in _HEAD if name in row and name != "version"}
    here = f"/x/crm_base/customer/{number}"
    return {
        "id": number,
        "row": row,
        "shown": shown,
        "status_tone": STATUS_TONES.get(row.get("status") or "", "gr"),
        "place": " · ".join(shown[name].text for name in ("region", "industry") if name in shown and shown[name].text),
        "may_edit": may_edit,
        "edit_url": record_url("crm.customer", f"{number}/edit", back=here) if may_edit else None,
        "record_url": record_url("crm.customer", number),
        "side_url": record_url("crm.customer", f"{number}/side"),
        "links": [_link(link, text) for link in sorted(links, key=lambda each: each.sequence)],
        "collaborators": _collaborators(env, number),
        "since": _since(env, row.get("last_contact"), text),
        "until": _since(env, row.get("next_contact"), text),
        "degrees": [(key, text(label)) for key, label in reader.info.fields["hot_degree"].options.items()],
        "tabs": tabs_of(request, reader, may_edit),
    }


def _link(link: Any, text: Any) -> dict[str, Any]:
    return {
        "label": text(link.label),
        "url": link.url,
        "icon": link.icon or "point",
        "post": link.post,
        "new_tab": link.new_tab,
    }


def _collaborators(env: Environment, number: int) -> list[dict[str, Any]]:
    if not may(env, "crm.collaborator", "read"):
        return []
    rows = env["crm.collaborator"].read([["customer", "=", number]], ["user.name", "part.name", "user"], limit=6)
    return [
        {"id": row["user"], "name": row["user.name"] or formats.NONE, "part": row["part.name"] or ""} for row in rows
    ]


def _since(env: Environment, day: Any, text: Any) -> str:
    """Return how far a day is from today, in words; empty for none."""
    if day is None:
        return ""
    days = (env.today() - day).days
    if days == 0:
        return str(text(_("today")))
    words = _("%(count)s days ago", count=days) if days > 0 else _("in %(count)s days", count=-days)
    return str(text(words))
