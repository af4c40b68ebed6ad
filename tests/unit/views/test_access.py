"""What a user may not see is absent."""

from __future__ import annotations

from pathlib import Path

from core.errors import CoreError, ViewError
from core.views import Checks, visible_menus

from .fakes import BASE, build, codes, refs

GUARDED = """
views:
  - id: a.form
    type: form
    model: crm.customer
    header: [assign, {button: confirm, groups: [a.boss]}]
    figures: [credit_limit]
    body:
      - {section: money, body: [credit_limit, owner.salary]}
      - {section: main, body: [name, {field: phone, groups: [a.clerk, a.boss]}]}
      - notebook: main
        pages:
          - {page: points, body: [{field: point_entries, columns: [points]}]}
          - {page: secret, groups: [a.boss], body: [note]}
  - {id: a.list, type: list, model: crm.customer, columns: [name, credit_limit], order: credit_limit, group: level}
  - {id: a.calendar, type: calendar, model: crm.customer, start: birthday}
  - {id: a.boss, type: list, model: crm.customer, columns: [name], groups: [a.boss]}
  - {id: a.search, type: search, model: crm.customer, fields: [name], filters: [{filter: rich, domain: [["credit_limit", ">", 1]]}]}
"""


def test_groups_and_hidden_fields(tmp_path: Path) -> None:
    form = build(tmp_path, a=GUARDED).view("a.form")
    nobody = refs(form.restricted(frozenset(), frozenset({"credit_limit", "core.user.salary"})).walk())
    for gone in (
        "button/assign",
        "button/confirm",
        "figure/credit_limit",
        "section/money",
        "field/phone",
        "page/secret",
    ):
        assert gone not in nobody
    for kept in ("section/main", "field/name", "column/point_entries.points"):
        assert kept in nobody
    boss = form.restricted(frozenset({"a.boss", "crm_base.manager"}))
    assert boss is form


def test_hiding_the_columns_of_a_table_hides_table_and_page(tmp_path: Path) -> None:
    form = build(tmp_path, a=GUARDED).view("a.form").restricted(frozenset(), frozenset({"crm.point.entry.points"}))
    assert form.find("page/points") is None
    assert form.find("notebook/main") is None


def test_orders_and_filters_by_hidden_fields_go(tmp_path: Path) -> None:
    views = build(tmp_path, a=GUARDED)
    hidden = frozenset({"credit_limit"})
    listed = views.view("a.list").restricted(frozenset(), hidden)
    assert (refs(listed.slot("columns")), listed.get("order"), listed.get("group")) == (["column/name"], None, "level")
    assert listed.usable
    assert views.view("a.search").restricted(frozenset(), hidden).slot("filters") == ()
    assert not views.view("a.calendar").restricted(frozenset(), frozenset({"birthday"})).usable


def test_a_view_of_other_groups_is_empty(tmp_path: Path) -> None:
    view = build(tmp_path, a=GUARDED).view("a.boss")
    assert not view.restricted(frozenset()).usable
    assert view.restricted(frozenset({"a.boss"})).usable


def test_menus_without_anything_to_open_are_gone(tmp_path: Path) -> None:
    menus = """
menus:
  - {id: a.top, label: Top}
  - {id: a.customers, parent: a.top, label: C, model: crm.customer, sequence: 20}
  - {id: a.boss, parent: a.top, label: B, url: /boss, groups: [a.boss]}
  - {id: a.users, label: U, model: core.user}
  - {id: a.page, parent: a.users, label: P, url: /page}
"""
    views = build(tmp_path, a=menus)
    shown = visible_menus(views.menus, frozenset(), lambda model: model == "crm.customer")
    assert [(menu.id, menu.model, [child.id for child in menu.children]) for menu in shown] == [
        ("a.top", None, ["a.customers"]),
        ("a.users", None, ["a.page"]),
    ]
    assert visible_menus(views.menus[:1], frozenset(), lambda _model: False) == ()
    granted = visible_menus(views.menus, frozenset(), lambda _model: True, lambda menu: menu.id != "a.users")
    assert [menu.id for menu in granted] == ["a.top"]


def test_missing_parents_cycles_and_bad_targets_are_reported(tmp_path: Path) -> None:
    menus = """
menus:
  - {id: a.lost, label: L, parent: a.nowhere, url: /x}
  - {id: a.one, label: 1, parent: a.two}
  - {id: a.two, label: "2", parent: a.one}
  - {id: a.model, label: M, model: crm.custmer}
  - {id: a.view, label: V, view: a.nothing}
  - {id: a.kinds, label: K, model: core.user, views: [list, calendar]}
  - {id: a.domain, label: D, model: core.user, domain: [["nme", "=", 1]]}
  - {id: a.lost, label: again}
  - {id: a.generated, label: G, view: "core.user:list"}
"""
    views = build(tmp_path, a=menus)
    assert codes(views) == [
        "view.value",
        "view.duplicate",
        "view.unknown_model",
        "view.unknown_view",
        "view.unknown_view",
        "view.unknown_field",
        "view.unknown_menu",
        "view.unknown_menu",
    ]
    assert [menu.id for menu in views.menus] == ["a.lost", "a.two", "a.kinds", "a.generated"]
    fixed = build(tmp_path, a=menus.replace("label: 1", "label: one"))
    assert codes(fixed).count("view.menu_cycle") == 2
    kinds = views.menu("a.kinds")
    assert kinds is not None
    assert kinds.views == ("list",)


def test_checks_of_other_layers(tmp_path: Path) -> None:
    def check(text: str) -> CoreError | None:
        return ViewError("bad") if text.endswith("(") else None

    checks = Checks(
        check_expression=check,
        check_domain=lambda _model, raw: ViewError("no domain") if raw == [] else None,
        widgets=frozenset({"badge"}),
        groups=frozenset({"a.known"}),
        disabled_field=lambda _model, name: "crm_loyalty" if name == "stars" else None,
        disabled_model=lambda name: "crm_service" if name == "crm.ticket" else None,
    )
    text = """
views:
  - id: a.form
    type: form
    model: crm.customer
    domain: []
    body:
      - {field: name, visible: "1 ("}
      - {field: phone, readonly: "2 ("}
      - {field: points, required: "3 (", widget: bagde}
      - {field: note, groups: [a.knwon]}
      - {field: stars}
      - {related: t, model: crm.ticket, by: customer}
  - {id: a.list, type: list, model: crm.customer, columns: [name], decorations: {danger: "4 ("}}
"""
    views = build(tmp_path, a=text, checks=checks)
    assert len(views.faults) == 9
    told = "\n".join(str(fault) for fault in views.faults)
    for text in ("crm_loyalty", "crm_service", "a.known", "badge", "no domain"):
        assert text in told
    form = views.view("a.form")
    assert form.find("field/name") is None
    phone, points = form.find("field/phone"), form.find("field/points")
    assert phone is not None
    assert points is not None
    assert phone.get("readonly") is True
    assert (points.get("required"), points.get("widget")) == (None, None)


def test_texts_to_translate(tmp_path: Path) -> None:
    from core.views.view import texts

    found = [text for _source, text in texts(build(tmp_path, crm_base=BASE).view("crm_base.customer_form"))]
    assert found == ["Customer", "Contact", "Notes"]


def test_what_never_shows_is_absent_whatever_the_record(tmp_path: Path) -> None:
    listed = build(tmp_path, a=GUARDED).view("a.list")
    shown = listed.restricted(frozenset(), shows=lambda node: node.name != "credit_limit")
    assert refs(shown.slot("columns")) == ["column/name"]
