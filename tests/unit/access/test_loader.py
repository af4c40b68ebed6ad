"""Security files: what they may say, and that every fault is told with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from core.access import declare, read_security
from core.access.declarations import source_of
from core.errors import CoreError, DataError
from core.orm.registry import Registry

from .world import BASE, SECURITY


def load(folder: Path, models: Any, **files: str) -> Any:
    (folder / "security").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "security" / f"{name}.yaml").write_text(text, encoding="utf-8")
    base = read_security("base", folder / "nowhere", [yaml.safe_load(BASE)])
    return declare([*base, *read_security("test", folder / "security")], models)


def faults(error: CoreError) -> list[str]:
    return [str(fault) for fault in (error.faults or [error])]


def test_a_folder_of_files_is_read(tmp_path: Path, access_registry: Registry) -> None:
    declared = load(tmp_path, access_registry.models, all=SECURITY)
    assert set(declared.groups) >= {"test.clerk", "test.seller", "base.user"}
    grant = next(grant for grant in declared.grants if grant.group == "test.manager" and grant.model == "test.note")
    assert grant.operations == {"create", "read", "update", "delete"}
    assert source_of(grant.where) == "test/security/all.yaml:10"


def test_an_absent_folder_declares_nothing(tmp_path: Path) -> None:
    assert read_security("test", tmp_path / "security") == []


def test_files_may_refer_to_one_another_in_any_order(tmp_path: Path, access_registry: Registry) -> None:
    declared = load(
        tmp_path,
        access_registry.models,
        a="access: {test.note: {test.late: r}}",
        b="groups: [{id: test.late, label: Late}]",
    )
    assert declared.grants[-1].group == "test.late"


def test_a_group_without_label_adds_to_one_of_another_addon(tmp_path: Path, access_registry: Registry) -> None:
    declared = load(
        tmp_path,
        access_registry.models,
        a="groups: [{id: test.boss, label: Boss}, {id: base.user, implies: [test.boss]}]",
    )
    assert declared.groups["base.user"].implies == ("test.boss",)


def test_every_fault_is_told_at_once_with_line_and_nearest_name(tmp_path: Path, access_registry: Registry) -> None:
    text = """
groups:
  - {id: test.clerk, label: Clerk, implies: [base.usr]}
access:
  test.custmer: {test.clerk: r}
  test.note: {test.clrk: r}
rules:
  - {id: test.one, model: test.note, domain: [["nam", "=", 1]]}
  - {id: test.one, model: test.note, domain: []}
  - {id: test.two, model: test.note, domain: [["name", "=", "{{ usr }}"]]}
fields:
  test.note.nam: {read: [test.clerk]}
follow:
  test.contact: custome
"""
    with pytest.raises(DataError) as caught:
        load(tmp_path, access_registry.models, bad=text)
    told = "\n".join(faults(caught.value))
    for place, proposal in [
        ("bad.yaml:3", "base.user"),
        ("bad.yaml:5", "test.customer"),
        ("bad.yaml:6", "test.clerk"),
        ("bad.yaml:8", "name"),
        ("bad.yaml:9", "declared twice"),
        ("bad.yaml:10", "user"),
        ("bad.yaml:12", "name"),
        ("bad.yaml:14", "customer"),
    ]:
        assert any(place in line and proposal in line for line in told.splitlines()), (place, told)
    assert len(caught.value.faults) == 8


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("grups: []", 'did you mean "groups"'),
        ("access: {test.note: {base.user: crw}}", "crw"),
        ("access: {test.note: {base.user: [raed]}}", 'did you mean "read"'),
        ("rules: [{id: test.x, model: test.note}]", "domain"),
        ("rules: [{id: test.x, model: test.note, domain: [], operations: [export]}]", "read"),
        ("groups: [{id: clerk, label: Clerk}]", "form"),
        ("fields: {note: {read: [base.user]}}", "form"),
        ("special: [{id: test.x}]", "label"),
        ("rules: [{id: test.x, model: test.note, domain: [[name, '==>', 1]]}]", "operator"),
        ("rules: [{id: test.x, model: test.note, domain: [[name, '=', '{{ user. }}']]}]", "expression"),
    ],
)
def test_wrong_shapes_are_refused(tmp_path: Path, access_registry: Registry, text: str, expected: str) -> None:
    with pytest.raises(CoreError) as caught:
        load(tmp_path, access_registry.models, bad=text)
    assert expected in str(caught.value)


def test_groups_that_imply_one_another_name_the_circle(tmp_path: Path, access_registry: Registry) -> None:
    text = """
groups:
  - {id: test.a, label: A, implies: [test.b]}
  - {id: test.b, label: B, implies: [test.c]}
  - {id: test.c, label: C, implies: [test.a]}
"""
    with pytest.raises(DataError, match=r"test\.a → test\.b → test\.c → test\.a"):
        load(tmp_path, access_registry.models, a=text)


def test_what_names_groups_of_addons_not_enabled_is_left_out_and_told(
    tmp_path: Path, access_registry: Registry
) -> None:
    declared = load(
        tmp_path,
        access_registry.models,
        a="""
groups:
  - {id: test.clerk, label: Clerk, implies: [later.clerk]}
  - {id: later.clerk, implies: [base.user]}
access:
  test.note: {later.clerk: crud, test.clerk: r}
rules:
  - {id: test.all, model: test.note, groups: [later.clerk], domain: []}
  - {id: test.both, model: test.note, groups: [later.clerk, test.clerk], domain: []}
fields:
  test.note.later: {read: [later.clerk], update: [later.manager]}
  test.note.name: {read: [later.clerk], update: [later.manager, test.clerk]}
""",
    )
    assert [(grant.group, sorted(grant.operations)) for grant in declared.grants if grant.model == "test.note"] == [
        ("test.clerk", ["read"])
    ]
    # A rule without its groups would hold for everybody, and a model without rules is open: such a rule holds for nobody.
    assert {rule.id: sorted(rule.groups) for rule in declared.rules} == {
        "test.all": ["base.nobody"],
        "test.both": ["test.clerk"],
    }
    assert {(limit.field, limit.operation): sorted(limit.holders) for limit in declared.limits} == {
        ("name", "read"): [],
        ("name", "update"): ["test.clerk"],
    }
    assert len(declared.unmet) == 10
    assert all(fault.where.file.endswith("a.yaml") and fault.where.line for fault in declared.unmet)


def test_an_unknown_group_or_field_of_an_enabled_addon_stays_a_fault(tmp_path: Path, access_registry: Registry) -> None:
    with pytest.raises(DataError) as caught:
        load(
            tmp_path,
            access_registry.models,
            a="""
access: {test.note: {base.usr: r}}
fields: {test.note.nothing: {read: [base.user]}}
""",
        )
    assert [fault.code for fault in caught.value.faults] == ["data.unknown_group", "unknown_field"]


def test_a_rule_said_again_with_the_same_meaning_counts_once(tmp_path: Path, access_registry: Registry) -> None:
    rule = "rules: [{id: test.own, model: test.note, domain: [[name, '=', '{{ user.login }}']]}]"
    assert len(load(tmp_path, access_registry.models, a=rule, b=rule).rules) == 1
    with pytest.raises(DataError, match="declared twice"):
        load(tmp_path, access_registry.models, a=rule, b=rule.replace("user.login", "user.name"))
