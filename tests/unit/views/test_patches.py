"""Patches of addons: every verb, order, faults that cost nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.views import View, ViewSet

from .fakes import BASE, LOYALTY, build, codes, refs


def patched(folder: Path, *operations: str, target: str = "crm_base.customer_list") -> ViewSet:
    lines = "\n".join(f"      - {operation}" for operation in operations)
    return build(folder, crm_base=BASE, ext=f"views:\n  - inherit: {target}\n    patch:\n{lines}\n")


def columns(views: ViewSet) -> list[str]:
    return [node.name for node in views.view("crm_base.customer_list").slot("columns")]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("{before: column/name, add: [phone]}", ["phone", "name", "level", "owner.name", "credit_limit"]),
        (
            "{after: column/name, add: [phone, points]}",
            ["name", "phone", "points", "level", "owner.name", "credit_limit"],
        ),
        (
            "{after: field/name, add: {field: phone, width: 90}}",
            ["name", "phone", "level", "owner.name", "credit_limit"],
        ),
        ("{inside: columns, add: [phone]}", ["name", "level", "owner.name", "credit_limit", "phone"]),
        (
            "{inside: columns/main, at: start, add: [{column: phone}]}",
            ["phone", "name", "level", "owner.name", "credit_limit"],
        ),
        ("{replace: column/level, with: [phone]}", ["name", "phone", "owner.name", "credit_limit"]),
        ("{replace: column/level, add: [{field: level, width: 50}]}", ["name", "level", "owner.name", "credit_limit"]),
        ("{remove: [column/level, column/owner.name]}", ["name", "credit_limit"]),
    ],
)
def test_verbs(tmp_path: Path, operation: str, expected: list[str]) -> None:
    views = patched(tmp_path, operation)
    assert [str(fault) for fault in views.faults] == []
    assert columns(views) == expected


def test_set_changes_and_removes_values_and_remembers_where(tmp_path: Path) -> None:
    views = patched(
        tmp_path,
        "{set: column/level, label: Grade, widget: null, groups: [a.b]}",
        "{set: view, values: {order: name, limit: 20}}",
    )
    assert views.faults == ()
    view = views.view("crm_base.customer_list")
    level = view.find("column/level")
    assert level is not None
    assert (level.get("label"), level.get("widget"), level.groups) == ("Grade", None, {"a.b"})
    assert (view.get("order"), view.get("limit")) == ("name", 20)
    assert level.source.addon == "crm_base"
    assert level.source_of("label").addon == "ext"


@pytest.mark.parametrize(
    ("operation", "code", "told"),
    [
        ("{after: field/levle, add: [phone]}", "view.patch_target", "column/level"),
        ("{after: level, add: [phone]}", "view.patch_target", "column/level"),
        ("{remove: columns/main}", "view.patch_target", "fixed part"),
        ("{remove: view}", "view.patch_target", "fixed part"),
        ("{inside: view, add: [phone]}", "view.patch_target", "fixed part"),
        ("{inside: button/assign, add: [phone]}", "view.no_children", "Nothing can stand"),
        ("{inside: columns, add: [{page: x}]}", "view.unknown_node", "field"),
        ("{inside: columns, add: [name]}", "view.duplicate_node", "crm_base/views/all.yaml"),
        ("{set: column/level, widht: 5}", "view.unknown_key", "width"),
        ("{set: column/level, width: wide}", "view.value", "whole number"),
        ("{set: columns/main, width: 3}", "view.no_settings", "view"),
        ("{set: view, model: core.user}", "view.unknown_key", ""),
        ("{set: column/level}", "view.patch", "at least one"),
        ("{replace: column/level, with: [{page: x}]}", "view.unknown_node", "field"),
    ],
)
def test_a_patch_that_does_not_fit_is_skipped_and_reported(
    tmp_path: Path, operation: str, code: str, told: str
) -> None:
    views = patched(tmp_path, operation, "{after: column/name, add: [points]}")
    assert codes(views) == [code]
    (fault,) = views.faults
    assert told in str(fault)
    assert (fault.where.addon, fault.where.line) == ("ext", 4)
    assert columns(views) == ["name", "points", "level", "owner.name", "credit_limit"]


def test_good_nodes_of_a_patch_come_though_one_is_bad(tmp_path: Path) -> None:
    views = patched(tmp_path, "{inside: columns, add: [phone, {fild: x}, name, points]}")
    assert codes(views) == ["view.unknown_node", "view.duplicate_node"]
    assert columns(views)[-2:] == ["phone", "points"]


def test_an_unknown_field_in_a_patch_is_the_patch_addons_fault(tmp_path: Path) -> None:
    views = patched(tmp_path, "{inside: columns, add: [nope]}", "{set: view, order: nope}")
    assert [(fault.code, fault.where.addon, fault.where.line) for fault in views.faults] == [
        ("view.unknown_field", "ext", 5),
        ("view.unknown_field", "ext", 4),
    ]


def test_patches_apply_in_dependency_order(tmp_path: Path) -> None:
    first = "views: [{inherit: crm_base.customer_list, patch: [{after: column/name, add: [phone]}]}]"
    second = "views: [{inherit: crm_base.customer_list, patch: [{after: column/phone, add: [points]}]}]"
    assert build(tmp_path, base=BASE, crm_base=BASE, x=first, y=second).faults[0].code == "view.duplicate"
    right = build(tmp_path / "1", crm_base=BASE, first=first, second=second)
    assert columns(right)[:3] == ["name", "phone", "points"]
    wrong = build(tmp_path / "2", crm_base=BASE, second=second, first=first)
    assert codes(wrong) == ["view.patch_target"]
    assert columns(wrong)[:2] == ["name", "phone"]


def test_generated_views_can_be_patched(tmp_path: Path) -> None:
    views = build(
        tmp_path,
        a="views: [{inherit: 'core.user:list', patch: [{set: column/name, label: Who}, {remove: column/nme}]}]",
    )
    assert codes(views) == ["view.patch_target"]
    view = views.for_model("core.user", "list")
    assert view.generated
    name = view.find("column/name")
    assert name is not None
    assert name.get("label") == "Who"


def test_a_model_without_fields_for_it_has_no_such_view_to_patch(tmp_path: Path) -> None:
    views = build(tmp_path, a="views: [{inherit: 'core.user:calendar', patch: [{remove: x}]}]")
    assert codes(views) == ["view.unknown_view"]


def test_two_addons_with_one_field_do_not_take_the_page_down(tmp_path: Path) -> None:
    views = build(tmp_path, crm_base=BASE, crm_loyalty=LOYALTY, copy=LOYALTY.replace("crm_loyalty.", "copy."))
    assert codes(views) == ["view.duplicate_node", "view.duplicate_node"]
    form: View = views.view("crm_base.customer_form")
    assert refs(form.walk()).count("field/points") == 1
