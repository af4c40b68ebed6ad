"""The examples of design §2.4, verbatim, and what the brief says of names and sugar."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ViewError
from core.views import ViewSet

from .fakes import BASE, LOYALTY, build, refs


@pytest.fixture
def views(tmp_path: Path) -> ViewSet:
    return build(tmp_path, crm_base=BASE, crm_loyalty=LOYALTY)


def test_the_examples_load_without_a_fault(views: ViewSet) -> None:
    assert [str(fault) for fault in views.faults] == []
    assert views.ids() == ("crm_base.customer_form", "crm_base.customer_list")


def test_patches_put_the_field_behind_and_the_page_inside(views: ViewSet) -> None:
    form = views.view("crm_base.customer_form")
    section = form.find("section/contact")
    assert section is not None
    assert refs(section.children) == ["field/name", "field/level", "field/points", "field/phone", "field/owner"]
    notebook = form.find("notebook/main")
    assert notebook is not None
    assert refs(notebook.children) == ["page/notes", "page/points"]
    points = form.find("field/points")
    assert points is not None
    assert points.get("widget") == "badge"


def test_inline_columns_are_qualified_and_know_their_model(views: ViewSet) -> None:
    column = views.view("crm_base.customer_form").find("column/point_entries.points")
    assert column is not None
    assert (column.model, column.field) == ("crm.point.entry", "points")
    assert column.reads == {"crm.point.entry.points"}


def test_a_node_knows_addon_file_and_line(views: ViewSet) -> None:
    source = views.view("crm_base.customer_form").find("page/points")
    assert source is not None
    assert source.source.addon == "crm_loyalty"
    assert source.source.file is not None
    assert source.source.file.endswith("crm_loyalty/views/all.yaml")
    assert source.source.line == 8


def test_every_address_is_unique(views: ViewSet) -> None:
    for view_id in views.ids():
        found = refs(views.view(view_id).walk())
        assert len(found) == len(set(found))


def test_header_fields_do_not_clash_with_those_of_the_body(views: ViewSet) -> None:
    form = views.view("crm_base.customer_form")
    assert refs(form.slot("header")) == ["button/confirm", "button/assign", "status/state", "field/header.level"]
    assert refs(form.slot("subtitle")) == ["field/subtitle.owner"]
    assert refs(form.slot("figures")) == ["figure/credit_limit"]
    assert refs(form.slot("side")) == ["block/history"]


def test_menus_form_a_tree(views: ViewSet) -> None:
    assert [menu.id for menu in views.menus] == ["crm_base.menu"]
    customers = views.menus[0].children[0]
    assert (customers.id, customers.views, [menu.id for menu in customers.children]) == (
        "crm_base.menu_customers",
        ("list", "form"),
        ["crm_loyalty.menu"],
    )
    assert views.menu("crm_loyalty.menu") == customers.children[0]
    assert views.menu("nothing") is None


def test_panel_says_what_it_shows(views: ViewSet) -> None:
    (panel,) = views.panels
    assert (panel.place, panel.kind, panel.chart, panel.measure, panel.by) == (
        "workbench",
        "chart",
        "bar",
        ("points:sum",),
        ("customer",),
    )
    assert panel.reads == {"crm.point.entry.points", "crm.point.entry.customer"}


def test_list_settings_are_plain_data(views: ViewSet) -> None:
    view = views.for_model("crm.customer", "list")
    assert refs(view.slot("columns")) == ["column/name", "column/level", "column/owner.name", "column/credit_limit"]
    assert view.get("decorations") == {"danger": "record.credit_limit < 0"}
    assert view.paths == ("name", "level", "owner.name", "credit_limit")
    assert [key for _node, key, _text in view.expressions()] == ["decorations.danger"]
    assert view.usable
    assert view.title is None


def test_an_unknown_view_proposes_the_nearest(views: ViewSet) -> None:
    with pytest.raises(ViewError, match=r"crm_base\.customer_form"):
        views.view("crm_base.customer_from")
    with pytest.raises(ViewError, match=r"crm\.customer"):
        views.for_model("crm.custmer", "list")
    with pytest.raises(ViewError, match="kanban"):
        views.for_model("crm.customer", "kanbann")
    with pytest.raises(ViewError, match="no view of type"):
        views.for_model("core.user", "calendar")
