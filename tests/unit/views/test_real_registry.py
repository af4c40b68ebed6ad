"""The same against the registry of the ORM."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.orm import fields
from core.orm.decorators import action, transition
from core.orm.model import Model
from core.orm.registry import Registry
from core.views import ViewSet

from .fakes import LOYALTY, declare, refs

FORM = """
views:
  - id: crm_base.customer_form
    type: form
    model: crm.customer
    header: [confirm, {status: state}]
    body:
      - {section: main, body: [name, {field: level}, created_by.name]}
      - {notebook: main}
menus:
  - {id: crm_base.menu_customers, label: Customers, model: crm.customer}
"""


class User(Model):
    _name = "core.user"

    name = fields.Char(required=True)


class Customer(Model):
    _name = "crm.customer"

    name = fields.Char(required=True, index=True)
    level = fields.Selection({"a": "A"})
    state = fields.Selection({"draft": "Draft", "confirmed": "Confirmed"}, default="draft")
    owner = fields.Many2one("core.user")

    @transition("state", source=["draft"], target="confirmed", label="Confirm", groups=["crm_base.manager"])
    def confirm(self) -> None:
        """Confirm."""

    @action("Call")
    def call(self) -> None:
        """Call."""


class PointEntry(Model):
    _name = "crm.point.entry"

    customer = fields.Many2one("crm.customer", required=True, ondelete="cascade")
    date = fields.Date()
    points = fields.Integer(required=True)
    kind = fields.Selection({"earn": "Earned", "redeem": "Redeemed"})


class CustomerPoints(Model):
    _inherit = "crm.customer"

    point_entries = fields.One2many("crm.point.entry", "customer")
    points = fields.Integer()


@pytest.fixture
def registry() -> Registry:
    return Registry([("base", [User]), ("crm_base", [Customer]), ("crm_loyalty", [PointEntry, CustomerPoints])])


def test_the_design_example_binds(registry: Registry, tmp_path: Path) -> None:
    views = ViewSet.build(registry, declare(tmp_path, crm_base=FORM, crm_loyalty=LOYALTY))
    assert [str(fault) for fault in views.faults] == []
    form = views.view("crm_base.customer_form")
    assert "column/point_entries.points" in refs(form.walk())
    assert "button/confirm" in refs(form.slot("header"))
    assert "button/confirm" not in refs(form.restricted(frozenset()).slot("header"))


def test_every_model_gets_usable_views(registry: Registry) -> None:
    views = ViewSet.build(registry, [])
    for model in registry.models:
        assert {"list", "form", "search"} <= set(views.types(model))
    form = views.for_model("crm.customer", "form")
    assert refs(form.slot("header")) == ["button/confirm", "button/call", "status/state"]
    assert refs(views.for_model("crm.point.entry", "list").slot("columns"))[0] == "column/display_name"


def test_without_the_addon_its_fields_are_gone_and_the_page_works(tmp_path: Path) -> None:
    registry = Registry([("base", [User]), ("crm_base", [Customer])])
    declared = declare(tmp_path, crm_base=FORM.replace("{field: level}", "{field: level}, points"))
    views = ViewSet.build(registry, declared)
    assert [fault.code for fault in views.faults] == ["view.unknown_field"]
    assert refs(views.view("crm_base.customer_form").slot("body")[0].children) == [
        "field/name",
        "field/level",
        "field/created_by.name",
    ]
