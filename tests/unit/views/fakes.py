"""Registry objects made of plain dataclasses: what views need of models, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.views import Checks, Declared, ViewSet, load_views


@dataclass
class FakeField:
    name: str
    kind: str
    comodel: str | None = None
    inverse: str | None = None
    required: bool = False
    index: bool = False
    is_stored: bool = True
    options: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()

    @property
    def to_many(self) -> bool:
        return self.kind in ("one2many", "many2many")


@dataclass
class FakeAction:
    name: str
    groups: tuple[str, ...] | None = None


@dataclass
class FakeModel:
    name: str
    fields: dict[str, FakeField]
    actions: dict[str, FakeAction] = field(default_factory=dict)
    rec_name: str | None = "name"
    abstract: bool = False

    @property
    def label(self) -> str:
        return self.name


@dataclass
class FakeRegistry:
    models: dict[str, FakeModel]


def model(
    name: str, *fields: FakeField, actions: tuple[FakeAction, ...] = (), rec_name: str | None = "name"
) -> FakeModel:
    return FakeModel(name, {item.name: item for item in fields}, {item.name: item for item in actions}, rec_name)


def make_registry() -> FakeRegistry:
    """Customers with orders and points, as in design §2."""
    customer = model(
        "crm.customer",
        FakeField("name", "char", required=True, index=True),
        FakeField("level", "selection", options={"a": "A", "b": "B"}),
        FakeField("state", "selection", options={"draft": "Draft", "won": "Won"}),
        FakeField("owner", "many2one", "core.user"),
        FakeField("phone", "char"),
        FakeField("note", "text"),
        FakeField("credit_limit", "money"),
        FakeField("birthday", "date"),
        FakeField("points", "integer"),
        FakeField("point_entries", "one2many", "crm.point.entry", "customer"),
        FakeField("login_token", "char"),
        actions=(FakeAction("confirm"), FakeAction("assign", ("crm_base.manager",))),
    )
    entry = model(
        "crm.point.entry",
        FakeField("customer", "many2one", "crm.customer", required=True),
        FakeField("date", "date"),
        FakeField("kind", "selection", options={"earn": "Earned"}),
        FakeField("points", "integer", required=True),
        rec_name=None,
    )
    user = model("core.user", FakeField("name", "char"), FakeField("salary", "money"))
    tag = model("crm.tag", FakeField("name", "char"))
    return FakeRegistry({item.name: item for item in (customer, entry, user, tag)})


BASE = """
views:
  - id: crm_base.customer_form
    type: form
    model: crm.customer
    title: Customer
    header: [confirm, {button: assign, style: primary}, {status: state}, {field: level, widget: badge}]
    subtitle: [owner]
    figures: [credit_limit]
    body:
      - section: contact
        label: Contact
        columns: 2
        body: [name, {field: level}, phone, {field: owner, visible: "record.level == 'a'"}]
      - notebook: main
        pages:
          - {page: notes, label: Notes, body: [note]}
    side: [history]
  - id: crm_base.customer_list
    type: list
    model: crm.customer
    columns: [name, {field: level, widget: badge}, owner.name, {field: credit_limit, sum: true, optional: hide}]
    order: name, credit_limit desc
    group: owner
    actions: [assign]
    decorations: {danger: "record.credit_limit < 0"}
menus:
  - {id: crm_base.menu, label: CRM, sequence: 1}
  - {id: crm_base.menu_customers, parent: crm_base.menu, label: Customers, model: crm.customer, views: [list, form]}
"""

LOYALTY = """
views:
  - id: crm_loyalty.customer_form
    inherit: crm_base.customer_form
    patch:
      - {after: field/level, add: [{field: points, widget: badge}]}
      - inside: notebook/main
        add: [{page: points, label: Points, body: [{field: point_entries, columns: [date, kind, points]}]}]
menus:
  - {id: crm_loyalty.menu, parent: crm_base.menu_customers, label: Points, model: crm.point.entry, views: [list, form]}
panels:
  - {id: crm_loyalty.top, place: workbench, label: Points this month, model: crm.point.entry, chart: bar, measure: "points:sum", by: [customer]}
"""
"""Verbatim from design §2.4."""


def declare(folder: Path, **addons: str) -> list[Declared]:
    """Write one views file per addon and load them, in the order given."""
    declared = []
    for addon, text in addons.items():
        views = folder / addon / "views"
        views.mkdir(parents=True, exist_ok=True)
        (views / "all.yaml").write_text(text, encoding="utf-8")
        declared.append(load_views(addon, folder / addon))
    return declared


def build(folder: Path, *admin: Any, checks: Checks | None = None, **addons: str) -> ViewSet:
    return ViewSet.build(make_registry(), declare(folder, **addons), admin, checks)


def refs(nodes: Any) -> list[str]:
    return [node.ref for node in nodes]


def codes(views: ViewSet) -> list[str]:
    return [fault.code for fault in views.faults]
