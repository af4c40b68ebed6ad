"""What a user reaches: function rights, rules, ownership, hierarchy, sharing, fields."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from core.access import guard_of, has_right
from core.errors import AccessDenied, MissingRecord, UnknownNameError

from .world import TODAY, Maker


def names(env: Any, user: Any, model: str = "test.customer", operation: str = "read") -> set[str]:
    seen = env.as_user(user.id)
    return set(seen[model].search(operation=operation).mapped("name"))


def test_no_right_unless_given(env: Any, make: Maker) -> None:
    nobody, clerk = make.user(), make.user("test.clerk")
    for user in (nobody, clerk):
        with pytest.raises(AccessDenied, match="Seller"):
            env.as_user(user.id)["test.customer"].search()
    with pytest.raises(AccessDenied):
        env.as_user(nobody.id)["test.note"].search()
    assert names(env, clerk, "test.note") == set()


def test_an_inactive_user_has_no_right(env: Any, make: Maker) -> None:
    gone = make.user("base.administrator", active=False)
    with pytest.raises(AccessDenied):
        env.as_user(gone.id)["test.customer"].count()


def test_an_owner_reaches_the_own_rows_and_no_others(env: Any, make: Maker) -> None:
    ann, bo = make.user("test.seller"), make.user("test.seller")
    make.customer(ann, name="of ann")
    other = make.customer(bo, name="of bo")
    make.customer(None, name="of nobody")
    assert names(env, ann) == {"of ann"}
    with pytest.raises(MissingRecord):
        env.as_user(ann.id)["test.customer"].get(other.id)


def test_rules_without_groups_hold_for_all_even_administrators(env: Any, make: Maker) -> None:
    ann, admin = make.user("test.seller"), make.user("base.administrator")
    make.customer(ann, name="small", amount=5)
    make.customer(ann, name="huge", amount=5_000_000)
    assert names(env, ann) == {"small"}
    assert names(env, admin) == {"small"}


def test_rules_of_groups_add_up(env: Any, make: Maker) -> None:
    ann = make.user("test.manager")
    make.customer(None, name="north", region="north")
    make.customer(None, name="south", region="south")
    make.customer(ann, name="own", region="south")
    assert names(env, ann) == {"north", "own"}
    ann.groups = [make.group("test.manager"), make.group("test.finance")]
    assert names(env, ann) == {"north", "south", "own"}, "a change that is still pending counts too"
    assert names(env, ann, operation="update") == {"north", "own"}


def test_a_right_without_any_rule_reaches_every_row(env: Any, make: Maker) -> None:
    boss = make.user("test.manager")
    env["test.note"].create([{"name": "a"}, {"name": "b"}])
    assert names(env, boss, "test.note", "delete") == set()
    assert names(env, make.user("base.user"), "core.user") >= {"System"}


def test_a_rule_follows_links_and_ignores_users_without_a_value(env: Any, make: Maker) -> None:
    sales, stock = make.department("sales"), make.department("stock")
    ann, bo = make.user("test.seller", department=sales), make.user("test.seller", department=stock)
    lone = make.user("test.seller")
    for owner, title in ((ann, "ann"), (bo, "bo"), (lone, "lone")):
        env["test.note"].create({"name": title, "customer": make.customer(owner)})
    env["test.note"].create({"name": "loose"})
    assert names(env, ann, "test.note") == {"ann"}
    assert names(env, lone, "test.note") == {"lone"}
    bo.department = sales
    env.flush()
    assert names(env, ann, "test.note") == {"ann", "bo"}


@pytest.mark.rows("CORE-19")
def test_superiors_read_and_write_below_at_any_depth_but_not_beside(env: Any, make: Maker) -> None:
    top = make.position("top")
    left, right = make.position("left", top), make.position("right", top)
    low = make.position("low", left)
    chief, lead = make.user("test.seller", position=top), make.user("test.seller", position=left)
    side, staff = make.user("test.seller", position=right), make.user("test.seller", position=low)
    make.customer(staff, name="staff")
    make.customer(side, name="side")
    make.customer(chief, name="chief")
    assert names(env, chief) == names(env, chief, operation="update") == {"staff", "side", "chief"}
    assert names(env, lead) == {"staff"}
    assert names(env, side) == {"side"}
    assert names(env, staff) == {"staff"}
    low.parent = right
    env.flush()
    assert names(env, lead) == set()
    assert names(env, side) == {"staff", "side"}


@pytest.mark.rows("CORE-21")
def test_the_isolation_scheme_switches_the_hierarchy_off(env: Any, make: Maker) -> None:
    top = make.position()
    chief, staff = make.user("test.seller", position=top), make.user("test.seller", position=make.position("low", top))
    leader = make.user("test.seller")
    env["core.team"].create({"name": "T", "leader": leader, "members": [staff]})
    make.customer(staff, name="staff")
    assert names(env, chief) == names(env, leader) == {"staff"}
    env["core.sharing_mode"].create({"model": "test.customer", "hierarchy": False})
    assert names(env, chief) == names(env, leader) == set()
    env["core.data_grant"].create({"user": chief, "employee": staff})
    assert names(env, chief) == {"staff"}


@pytest.mark.rows("CORE-16")
def test_a_leader_sees_the_records_of_the_team(env: Any, make: Maker) -> None:
    leader, member, other = make.user("test.seller"), make.user("test.seller"), make.user("test.seller")
    team = env["core.team"].create({"name": "T", "leader": leader, "members": [member]})
    make.customer(member, name="member")
    make.customer(other, name="other")
    make.customer(None, name="of the team", team=team)
    assert names(env, leader) == {"member", "of the team"}
    assert names(env, member) == {"member"}


@pytest.mark.rows("CORE-20")
@pytest.mark.parametrize(("mode", "read", "update"), [("private", 0, 0), ("public_read", 1, 0), ("public_write", 1, 1)])
def test_sharing_modes_open_all_rows(env: Any, make: Maker, mode: str, read: int, update: int) -> None:
    ann = make.user("test.seller")
    make.customer(None)
    env["core.sharing_mode"].create({"model": "test.customer", "mode": mode})
    seen = env.as_user(ann.id)["test.customer"]
    assert (seen.count(), len(seen.search(operation="update"))) == (read, update)


@pytest.mark.rows("CORE-22")
def test_data_grants_open_employees_and_departments(env: Any, make: Maker) -> None:
    upper = make.department("upper")
    lower = make.department("lower", upper)
    ann = make.user("test.seller")
    bo, cy = make.user("test.seller", department=upper), make.user("test.seller", department=lower)
    make.customer(bo, name="bo")
    make.customer(cy, name="cy")
    grants = env["core.data_grant"]
    grant = grants.create({"user": ann, "department": upper, "sub_departments": False})
    assert names(env, ann) == {"bo"}
    grant.update(sub_departments=True)
    env.flush()
    assert names(env, ann) == {"bo", "cy"}
    assert names(env, ann, operation="update") == set()
    grant.update(access="write")
    env.flush()
    assert names(env, ann, operation="update") == {"bo", "cy"}
    grant.update(model="test.other")
    env.flush()
    assert names(env, ann) == set()
    grant.update(model="test.customer", until=TODAY - datetime.timedelta(days=1))
    env.flush()
    assert names(env, ann) == set()
    grants.create({"group": make.group("test.clerk"), "employee": cy})
    assert names(env, ann) == {"cy"}


@pytest.mark.rows("CORE-12")
def test_a_user_works_in_the_own_branch_and_below(env: Any, make: Maker) -> None:
    main = make.company("main")
    branch, other = make.company("branch", main), make.company("other", main)
    env["core.sharing_mode"].create({"model": "test.customer", "mode": "public_read"})
    for company, title in ((main, "main"), (branch, "branch"), (other, "other"), (None, "none")):
        make.customer(None, name=title, company=company)
    assert names(env, make.user("test.seller", company=main)) == {"main", "branch", "other", "none"}
    local = make.user("test.seller", company=branch)
    assert names(env, local) == {"branch", "none"}
    assert names(env, make.user("test.seller", company=None)) == {"none"}
    env["core.special_grant"].create({"right": "base.all_companies", "user": local})
    assert names(env, local) == {"main", "branch", "other", "none"}


def test_contacts_follow_their_customer(env: Any, make: Maker) -> None:
    ann, bo = make.user("test.seller"), make.user("test.seller")
    for owner, title in ((ann, "ann"), (bo, "bo")):
        env["test.contact"].create({"name": title, "customer": make.customer(owner)})
    env["test.contact"].create({"name": "loose"})
    assert names(env, ann, "test.contact") == {"ann"}
    assert names(env, make.user("test.finance"), "test.contact") == {"ann", "bo"}
    foreign = env["test.contact"].search([["name", "=", "bo"]])[0].customer
    with pytest.raises(AccessDenied):
        env.as_user(ann.id)["test.contact"].create({"name": "x", "customer": foreign})


def test_creating_is_held_against_the_row_as_it_will_be(env: Any, make: Maker) -> None:
    ann, bo = make.user("test.seller"), make.user("test.seller")
    seen = env.as_user(ann.id)["test.customer"]
    seen.create({"name": "own", "owner": ann.id})
    env.connection.begin_nested()
    with pytest.raises(AccessDenied):
        seen.create({"name": "foreign", "owner": bo.id})


def test_rows_are_checked_in_one_select_and_the_refusal_tells_nothing(env: Any, make: Maker) -> None:
    ann, bo = make.user("test.seller"), make.user("test.seller")
    mine = [make.customer(ann) for _ in range(3)]
    foreign = make.customer(bo, name="top secret")
    seen = env.as_user(ann.id)
    guard, info = guard_of(seen), env.registry["test.customer"]
    guard.check_rows(seen, info, "update", [row.id for row in mine])
    with pytest.raises(AccessDenied) as caught:
        guard.check_rows(seen, info, "update", [*[row.id for row in mine], foreign.id])
    assert caught.value.where.record == foreign.id
    assert "secret" not in str(caught.value)
    with pytest.raises(AccessDenied):
        guard.check_rows(seen, info, "read", [10**9])


@pytest.mark.rows("CORE-24", "CORE-26")
def test_the_administrator_gives_and_takes_function_rights(env: Any, make: Maker) -> None:
    sales = make.department("sales")
    ann, boss = make.user("test.seller", department=sales), make.user("test.manager")
    row = make.customer(ann)
    guard, info = guard_of(env), env.registry["test.customer"]

    def may(user: Any, operation: str) -> bool:
        return guard.may(env.as_user(user.id), info, operation)

    assert (may(ann, "delete"), may(boss, "delete"), may(boss, "export")) == (False, True, True)
    rights = env["core.model_right"]
    rights.create({"model": "test.customer", "operation": "delete", "group": make.group("test.seller")})
    assert may(ann, "delete")
    assert names(env, ann, operation="delete") == {row.name}
    rights.create(
        {"model": "test.customer", "operation": "export", "group": make.group("test.manager"), "allowed": False}
    )
    assert may(boss, "export"), "the seller's right, which the manager has too, stays"
    rights.create({"model": "test.customer", "operation": "delete", "department": sales, "allowed": False})
    assert (may(ann, "delete"), may(boss, "delete")) == (False, True)
    rights.create({"model": "test.customer", "operation": "delete", "user": ann})
    assert may(ann, "delete")


def test_roles_made_by_an_administrator_count_and_those_of_absent_addons_do_not(env: Any, make: Maker) -> None:
    env["core.group"].create({"key": "own.role", "label": "Own", "implies": [make.group("test.seller")]})
    user = make.user("own.role")
    make.customer(user, name="x")
    assert names(env, user) == {"x"}
    table = env.registry["core.group"].table
    env.connection.execute(sa.update(table).where(table.c.key == "own.role").values(addon="gone"))
    with pytest.raises(AccessDenied):
        names(env, user)


@pytest.mark.rows("CORE-29")
def test_fields_are_hidden_unless_given(env: Any, make: Maker) -> None:
    seller, manager = make.user("test.seller"), make.user("test.manager")
    guard, info = guard_of(env), env.registry["test.customer"]

    def hidden(user: Any, operation: str) -> frozenset[str]:
        return guard.hidden_fields(env.as_user(user.id), info, operation)

    assert hidden(seller, "read") == {"secret"}
    assert hidden(seller, "export") == {"secret"}
    assert hidden(seller, "update") == {"secret", "region"}
    assert hidden(manager, "update") == frozenset()
    env["core.special_grant"].create({"right": "test.set_region", "user": seller})
    assert hidden(seller, "update") == {"secret"}
    env["core.field_right"].create({"model": "test.customer", "field": "amount", "user": manager})
    assert hidden(seller, "read") == {"secret", "amount"}
    assert hidden(manager, "read") == frozenset()
    env["core.field_right"].create(
        {"model": "test.customer", "field": "name", "group": make.group("test.seller"), "allowed": False}
    )
    assert "name" in hidden(seller, "read")
    assert "name" in hidden(manager, "update")


def test_what_is_given_to_nobody_not_even_administrators_see(env: Any, make: Maker) -> None:
    admin = env.as_user(make.user("base.administrator").id)
    guard = guard_of(admin)
    assert guard.hidden_fields(admin, env.registry["core.user"], "read") == {"password_hash", "preferences"}
    assert guard.hidden_fields(admin, env.registry["test.customer"], "update") == frozenset()
    assert not guard.has_group(admin, "base.nobody")
    assert guard.has_group(admin, "test.finance")


@pytest.mark.rows("CORE-25")
def test_special_rights_are_given_by_group_and_by_the_administrator(env: Any, make: Maker) -> None:
    ann = make.user("test.finance")
    seen = env.as_user(ann.id)
    assert has_right(seen, "test.see_cost")
    assert not has_right(seen, "test.set_region")
    env["core.special_grant"].create({"right": "test.see_cost", "user": ann, "allowed": False})
    assert not has_right(seen, "test.see_cost")
    with pytest.raises(UnknownNameError, match=r"test\.see_cost"):
        has_right(seen, "test.see_cots")


def test_a_list_costs_two_statements_for_rights_once(env: Any, make: Maker) -> None:
    top = make.position()
    chief = make.user("test.seller", position=top)
    make.customer(make.user("test.seller", position=make.position("low", top)))
    env.flush()
    env.as_user(chief.id)["test.note"].count()
    seen = env.as_user(chief.id)
    executed: list[str] = []
    sa.event.listen(env.connection, "before_cursor_execute", lambda *args: executed.append(args[2]))
    guard_of(seen).condition(seen, env.registry["test.customer"], "read", env.registry["test.customer"].table)
    assert len(executed) == 2
    for operation in ("read", "update"):
        guard_of(seen).condition(seen, env.registry["test.note"], operation, env.registry["test.note"].table)
    assert len(executed) == 2


def test_a_user_without_people_below_gets_the_plain_condition(env: Any, make: Maker) -> None:
    seen = env.as_user(make.user("test.seller").id)
    table = env.registry["test.customer"].table
    condition = str(guard_of(seen).condition(seen, env.registry["test.customer"], "read", table))
    assert "SELECT" not in condition
    assert condition.endswith("test_customer.owner_id = :owner_id_1")


def test_a_change_counts_for_environments_that_were_there_before(env: Any, make: Maker) -> None:
    ann, bo = make.user("test.seller"), make.user("test.seller")
    row = make.customer(bo)
    seen = env.as_user(ann.id)
    assert seen["test.customer"].count() == 0
    share = env["core.share"].create({"model": "test.customer", "record_id": row.id, "user": ann})
    assert seen["test.customer"].count() == 1
    share.delete()
    assert seen["test.customer"].count() == 0
    env["core.model_right"].create(
        {"model": "test.customer", "operation": "read", "group": make.group("test.seller"), "allowed": False}
    )
    with pytest.raises(AccessDenied):
        seen["test.customer"].count()


def test_a_right_that_was_rolled_back_is_forgotten(env: Any, make: Maker) -> None:
    ann = make.user("test.seller")
    seen, guard, info = env.as_user(ann.id), guard_of(env), env.registry["test.customer"]
    assert not guard.may(seen, info, "delete")
    nested = env.connection.begin_nested()
    rows = env.registry["core.model_right"].table
    values = {"model": "test.customer", "operation": "delete", "user_id": ann.id, "allowed": True, "version": 1}
    env.connection.execute(sa.insert(rows), values)
    assert guard.may(seen, info, "delete")
    nested.rollback()
    assert not guard.may(seen, info, "delete")


def test_another_process_sees_a_committed_change_on_its_next_request(access_world: Any) -> None:
    registry = access_world.registry
    other = type(access_world.database)("other", access_world.database.url, lambda *args: registry)
    with access_world.database.transaction() as env:
        uid = Maker(env).user("test.seller").id
        group = Maker(env).group("test.seller").id
    with other.transaction(uid) as seen:
        assert seen["test.customer"].count() == 0
    with access_world.database.transaction() as env:
        right = {"model": "test.customer", "operation": "read", "group": group, "allowed": False}
        number = env["core.model_right"].create(right).id
    with other.transaction(uid) as seen, pytest.raises(AccessDenied):
        seen["test.customer"].count()
    with access_world.database.transaction() as env:
        env["core.model_right"].get(number).delete()
    other.engine.dispose()
