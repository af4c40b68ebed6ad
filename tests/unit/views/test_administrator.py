"""An administrator's changes: on top, never overwritten, conflicts listed with both texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.views import AdminPatch, ViewSet

from .fakes import BASE, LOYALTY, build, codes

FORM = "crm_base.customer_form"


def label(views: ViewSet, ref: str = "page/points") -> Any:
    node = views.view(FORM).find(ref)
    assert node is not None
    return node.get("label")


def test_a_change_comes_on_top_of_all_addons(tmp_path: Path) -> None:
    patch = AdminPatch(FORM, {"set": "page/points", "label": "Bonus"})
    views = build(tmp_path, patch, crm_base=BASE, crm_loyalty=LOYALTY)
    assert (views.faults, views.conflicts) == ((), ())
    assert label(views) == "Bonus"
    node = views.view(FORM).find("page/points")
    assert node is not None
    assert node.source_of("label").addon == "administrator"


def test_an_update_elsewhere_is_no_conflict(tmp_path: Path) -> None:
    before = build(tmp_path / "1", crm_base=BASE, crm_loyalty=LOYALTY)
    change = {"set": "page/points", "values": {"label": "Bonus"}}
    base = before.base_of("view", FORM, change)
    assert base == {"label": "Points"}
    update = LOYALTY.replace("page: points,", "page: points, icon: star,")
    after = build(tmp_path / "2", AdminPatch(FORM, change, base=base), crm_base=BASE, crm_loyalty=update)
    assert after.conflicts == ()


def test_an_update_of_the_same_thing_is_a_conflict_and_the_administrator_wins(tmp_path: Path) -> None:
    change = {"set": "page/points", "values": {"label": "Bonus"}}
    update = LOYALTY.replace("label: Points, body", "label: Score, body")
    patch = AdminPatch(FORM, change, base={"label": "Points"}, id=7)
    views = build(tmp_path, patch, crm_base=BASE, crm_loyalty=update)
    assert label(views) == "Bonus"
    (conflict,) = views.conflicts
    assert (conflict.kind, conflict.target, conflict.ref, conflict.patch_id) == ("view", FORM, "page/points", 7)
    assert conflict.texts == ("label: Points\n", "label: Score\n", "label: Bonus\n")


def test_an_update_that_agrees_is_no_conflict(tmp_path: Path) -> None:
    update = LOYALTY.replace("label: Points, body", "label: Bonus, body")
    patch = AdminPatch(FORM, {"set": "page/points", "label": "Bonus"}, base={"label": "Points"})
    assert build(tmp_path, patch, crm_base=BASE, crm_loyalty=update).conflicts == ()


def test_a_removed_node_that_changed_is_a_conflict(tmp_path: Path) -> None:
    before = build(tmp_path / "1", crm_base=BASE)
    change = [{"remove": "page/notes"}, {"after": "field/name", "add": ["credit_limit"]}]
    base = before.base_of("view", FORM, change)
    assert base[0]["page"] == "notes"
    assert base[1] is None
    same = build(tmp_path / "2", AdminPatch(FORM, change, base=base), crm_base=BASE)
    assert same.conflicts == ()
    assert same.view(FORM).find("page/notes") is None
    assert same.view(FORM).find("field/credit_limit") is not None
    update = BASE.replace("body: [note]", "body: [note, birthday]")
    after = build(tmp_path / "3", AdminPatch(FORM, change, base=base), crm_base=update)
    (conflict,) = after.conflicts
    assert "birthday" in conflict.texts[1]
    assert conflict.texts[2] == ""


def test_a_change_whose_addon_is_gone_is_skipped_and_reported(tmp_path: Path) -> None:
    patches = (
        AdminPatch(FORM, {"set": "page/points", "label": "Bonus"}, base={"label": "Points"}, id=3),
        AdminPatch("crm_loyalty.other", {"remove": "x"}),
        AdminPatch(FORM, {"st": "page/points"}),
        AdminPatch(FORM, "rubbish"),
    )
    views = build(tmp_path, *patches, crm_base=BASE)
    assert sorted(codes(views)) == ["view.patch", "view.patch_target", "view.unknown_view", "view.value"]
    assert {fault.where.addon for fault in views.faults} == {"administrator"}
    assert "view_patch.3.0" in str(views.faults[0])
    assert views.conflicts == ()


def test_menus_are_renamed_moved_hidden_and_added(tmp_path: Path) -> None:
    patches = (
        AdminPatch("crm_base.menu_customers", {"set": {"label": "Clients", "parent": None}}, "menu"),
        AdminPatch("crm_loyalty.menu", {"remove": True}, "menu"),
        AdminPatch("my.menu", {"add": {"label": "Mine", "parent": "crm_base.menu", "url": "/mine"}}, "menu"),
        AdminPatch("crm_loyalty.top", {"set": {"label": "Stars", "chart": "pie"}}, "panel"),
    )
    views = build(tmp_path, *patches, crm_base=BASE, crm_loyalty=LOYALTY)
    assert [str(fault) for fault in views.faults] == []
    assert [(menu.id, menu.label) for menu in views.menus] == [
        ("crm_base.menu", "CRM"),
        ("crm_base.menu_customers", "Clients"),
    ]
    assert [menu.id for menu in views.menus[0].children] == ["my.menu"]
    assert views.menus[1].children == ()
    assert (views.panels[0].label, views.panels[0].chart) == ("Stars", "pie")


def test_menu_changes_conflict_too(tmp_path: Path) -> None:
    before = build(tmp_path / "1", crm_base=BASE)
    change = {"set": {"label": "Clients"}}
    base = before.base_of("menu", "crm_base.menu_customers", change)
    assert base == {"label": "Customers"}
    patch = AdminPatch("crm_base.menu_customers", change, "menu", base=base)
    after = build(tmp_path / "2", patch, crm_base=BASE.replace("label: Customers", "label: Accounts"))
    assert after.conflicts[0].texts == ("label: Customers\n", "label: Accounts\n", "label: Clients\n")
    assert after.menus[0].children[0].label == "Clients"


def test_bad_menu_changes_are_reported(tmp_path: Path) -> None:
    patches = (
        AdminPatch("crm_base.menu_customer", {"remove": True}, "menu"),
        AdminPatch("crm_base.menu", {"set": {"lable": "x"}}, "menu"),
        AdminPatch("crm_base.menu", {"move": {}}, "menu"),
        AdminPatch("crm_base.menu", ["set"], "menu"),
    )
    views = build(tmp_path, *patches, crm_base=BASE)
    assert codes(views) == ["view.patch_target", "view.unknown_key", "view.patch", "view.patch"]
    assert "crm_base.menu_customers" in str(views.faults[0])
