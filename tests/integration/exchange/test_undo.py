"""A whole import is taken back, unless somebody has changed its records since."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
import sqlalchemy as sa

from addons.base_exchange.services import imports
from core.errors import AccessDenied, ConflictError
from core.testing.hooks import TestHooks


def undone(env: Any, record: Any, *, keep: bool = False) -> Any:
    imports.execute_undo(env, record.id, keep_changed=keep)
    return env.as_user(1)["base.import"].get(record.id)


def test_new_records_go_and_changed_ones_get_their_old_values(env: Any, bring: Any) -> None:
    day = env["core.team"].create({"name": "一组"})
    old = env["acme.asset"].create(
        {"name": "旧", "code": "K", "price": 5, "bought_on": "2026-01-02", "teams": [day], "insured": True}
    )
    record = bring(
        "编码,名称,单价,购买日期,teams,已投保,department\nK,新,6,2027-01-01,,否,新部门\nL,另,1,,,,新部门\n",
        key=["code"],
        empty="clear",
        create=("department",),
    )
    assert (record.created_count, record.updated_count) == (1, 1)
    after = undone(env, record)
    assert after.state == "undone"
    assert (old.name, str(old.price), str(old.bought_on), old.teams.mapped("name"), old.insured) == (
        "旧",
        "5.00",
        "2026-01-02",
        ["一组"],
        True,
    )
    assert env["acme.asset"].count() == 1
    assert env["core.department"].count([["name", "=", "新部门"]]) == 0
    with pytest.raises(ConflictError):
        imports.execute_undo(env, record.id, keep_changed=False)


def test_later_changes_refuse_the_undo_and_are_named(env: Any, bring: Any) -> None:
    record = bring("名称\n甲\n乙\n丙\n")
    first, second, third = env["acme.asset"].search()
    second.update(price=3)
    env["acme.asset"].create({"name": "部件", "parent": third})
    after = undone(env, record)
    assert after.state == "done"
    assert {each["name"] for each in after.report["undo"]["kept"]} == {"乙", "丙"}
    assert env["acme.asset"].count() == 4
    after = undone(env, record, keep=True)
    assert after.state == "undone"
    assert after.report["undo"]["deleted"] == 1
    assert env["acme.asset"].search().mapped("name") == ["乙", "丙", "部件"]
    assert first.id not in env["acme.asset"].search().ids


def test_what_an_addon_made_of_the_records_goes_with_them_for_good(env: Any, bring: Any) -> None:
    record = bring("名称\n甲\n乙\n")
    first, second = env["acme.asset"].search(order="id")
    made = env["acme.asset"].create({"name": "部件", "parent": first})
    env["acme.asset"].create({"name": "手工添加", "parent": second})

    def declare_consequences(model: str, ids: list[int]) -> dict[str, list[int]]:
        return {model: [made.id]} if first.id in ids else {}

    with ExitStack() as stack:
        TestHooks(env.registry.hooks, stack).register(declare_consequences=declare_consequences)
        after = undone(env, record, keep=True)
    assert after.report["undo"]["deleted"] == 1
    assert env["acme.asset"].search(order="id").mapped("name") == ["乙", "手工添加"]
    table = env.registry["acme.asset"].table
    assert env.connection.scalar(sa.select(sa.func.count()).select_from(table)) == 2


def test_many_rows_are_undone_in_few_statements(env: Any, bring: Any) -> None:
    record = bring("名称,编码\n" + "".join(f"物{number},C{number}\n" for number in range(2500)))
    assert len(env.as_user(1)["base.import.entry"].search([["import_run", "=", record.id]])) == 3
    assert undone(env, record).report["undo"]["deleted"] == 2500
    assert env["acme.asset"].count() == 0


def test_only_who_imported_and_administrators_undo(env: Any, bring: Any, as_user: Any) -> None:
    li, wang = as_user("li", "acme_assets.clerk"), as_user("wang", "acme_assets.clerk")
    record = bring("名称\n甲\n", who=li)
    with pytest.raises(AccessDenied):
        imports.execute_undo(wang, record.id, keep_changed=False)
    with pytest.raises(AccessDenied):
        li["base.import"].get(record.id).update(state="draft")
    imports.execute_undo(li, record.id, keep_changed=False)


def test_old_imports_lose_their_journal_and_file(env: Any, bring: Any, app: Any) -> None:
    record = bring("名称\n甲\n")
    system = env.as_user(1)
    assert imports.forget_old(system, 30) == 0
    assert imports.forget_old(system, -1) == 1
    assert system["base.import.entry"].count([["import_run", "=", record.id]]) == 0
    assert system["base.import"].get(record.id).source is None


def test_what_is_undone_does_not_lie_in_the_recycle_bin(env: Any, bring: Any) -> None:
    """It would hold what else the import made, such as choices of a dictionary, and the bin is for what people delete."""
    record = bring("名称,department\n甲,新部门\n乙,新部门\n", create=("department",))
    undone(env, record)
    table = env.registry["acme.asset"].table
    assert env.connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    left = env.as_user(1)["core.deletion"].count([["model", "=", "acme.asset"], ["purged_at", "is_set", False]])
    assert left == 0
