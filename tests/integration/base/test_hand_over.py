"""Hand-over and removing an employee (CORE-15, CORE-31)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.base.services.hand_over import HandOverKind, count_held, hand_over, remove_employee
from core.errors import AccessDenied, ConflictError, UnknownModelError, ValidationError
from core.orm.environment import Environment
from tests.integration.base.conftest import group


@pytest.mark.rows("CORE-15", "CORE-31")
def test_records_pass_in_turn_with_a_log(env: Environment, create_user: Callable[..., Any]) -> None:
    north = env["core.department"].create({"number": "N", "name": "North"})
    li, wang, zhao = create_user("Li"), create_user("Wang", department=north), create_user("Zhao")
    env["sample.customer"].create([{"name": f"C{number}", "owner": li} for number in range(5)])
    env.flush()
    as_admin = env.as_user("admin")
    with pytest.raises(ConflictError, match="Customer: 5"):
        remove_employee(as_admin, as_admin["core.user"].get(li.id))
    with pytest.raises(AccessDenied, match="Hand over the records"):
        hand_over(env.as_user(wang), li, [wang], reason="mine")
    passed = hand_over(as_admin, li, [wang, zhao], reason="leaves")
    assert passed == {"sample.customer": 5}
    assert count_held(env, li) == {}
    assert count_held(env, wang) == {"sample.customer": 3}
    assert {customer.department for customer in env["sample.customer"].search([["owner", "=", wang.id]])} == {north}
    entries = env["core.history"].search([["model", "=", "sample.customer"], ["field", "=", "owner"]])
    assert {(entry.old, entry.new) for entry in entries} == {(str(li.id), str(wang.id)), (str(li.id), str(zhao.id))}
    audit = env["core.audit"].search([["kind", "=", "hand_over"]])[0]
    assert (audit.user.login, audit.reason, audit.detail["passed"]) == ("admin", "leaves", {"sample.customer": 5})
    remove_employee(as_admin, as_admin["core.user"].get(li.id))
    gone = env["core.user"].get(li.id)
    assert (gone.active, gone.leave_date) == (False, env.today())


@pytest.mark.rows("CORE-31")
def test_what_follows_a_record_goes_to_who_takes_that_record(
    env: Environment, create_user: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    li, wang, zhao = create_user("Li"), create_user("Wang"), create_user("Zhao")
    kinds = [HandOverKind("sample.visit", follows="customer"), HandOverKind("sample.customer")]
    monkeypatch.setattr("core.base.services.hand_over.hand_over_kinds", lambda env: kinds)
    made = env["sample.customer"].create([{"name": f"C{number}", "owner": li} for number in range(6)])
    other = env["sample.customer"].create({"name": "other", "owner": wang})
    for customer in (*made, other, None):
        env["sample.visit"].create([{"name": "V", "customer": customer, "owner": li} for _ in range(2)])
    env.flush()
    # Who is named twice takes twice as many.
    passed = hand_over(env.as_user("admin"), li, [wang, wang, zhao], reason="leaves")
    assert passed == {"sample.customer": 6, "sample.visit": 16}
    assert [each.owner for each in made] == [wang, wang, zhao, wang, wang, zhao]
    visits = env["sample.visit"].search()
    assert all(visit.owner is visit.customer.owner for visit in visits if visit.customer in made)
    # What belongs to nothing that passes goes to the takers in turn.
    assert [visit.owner for visit in visits if visit.customer not in made] == [wang, wang, zhao, wang]


def test_an_owner_that_is_worked_out_is_not_handed_over_but_follows(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    li, wang = create_user("Li"), create_user("Wang")
    customer = env["sample.customer"].create({"name": "C", "owner": li})
    remark = env["sample.remark"].create({"customer": customer})
    env.flush()
    assert count_held(env, li) == {"sample.customer": 1}
    assert hand_over(env.as_user("admin"), li, [wang], reason="leaves") == {"sample.customer": 1}
    env.flush()
    assert remark.owner is wang


def test_refusals_change_nothing(env: Environment, create_user: Callable[..., Any]) -> None:
    li, wang = create_user("Li"), create_user("Wang", active=False)
    env["sample.customer"].create({"name": "C", "owner": li})
    env.flush()
    for takers, text in (([], "Choose who"), ([li], "from themselves"), ([wang], "not active")):
        with pytest.raises(ValidationError, match=text):
            hand_over(env, li, takers, reason="x")
    with pytest.raises(UnknownModelError, match=r'did you mean "sample\.customer"'):
        hand_over(env, li, {"sample.custmer": [wang]}, reason="x")
    assert count_held(env, li) == {"sample.customer": 1}


@pytest.mark.rows("CORE-32")
def test_the_responsible_person_is_changed_by_those_with_the_right_and_the_history_tells_it(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    li, wang = create_user("Li"), create_user("Wang")
    env.flush()
    as_li = env.as_user(li)
    # Who creates a record is responsible, or names who is.
    customer = as_li["sample.customer"].create({"name": "C"})
    as_li.flush()
    assert customer.owner.id == li.id

    def by_values() -> None:
        customer.update(owner=wang.id)

    def by_attribute() -> None:
        customer.owner = as_li["core.user"].get(wang.id)
        as_li.flush()

    def by_domain() -> None:
        as_li["sample.customer"].update([["id", "=", customer.id]], {"owner": wang.id})

    for change in (by_values, by_attribute, by_domain):
        with pytest.raises(AccessDenied, match="You may not change Owner"):
            change()
        assert customer.owner.id == li.id
    customer.update(name="D")
    as_li.flush()
    env["core.special_grant"].create({"right": "base.reassign", "user": li})
    env.flush()
    customer.update(owner=wang.id)
    as_li.flush()
    entries = env["core.history"].search([["model", "=", "sample.customer"], ["field", "=", "owner"]])
    assert [(entry.old, entry.new, entry.user.id) for entry in entries] == [(str(li.id), str(wang.id), li.id)]


@pytest.mark.rows("CORE-32", "CORE-24")
def test_a_role_may_be_given_the_right_to_assign_one_object(env: Environment, create_user: Callable[..., Any]) -> None:
    li, wang = create_user("Li"), create_user("Wang")
    env["core.model_right"].create(
        {"model": "sample.customer", "operation": "assign", "group": group(env, "sample.clerk"), "allowed": True}
    )
    env.flush()
    as_li = env.as_user(li)
    customer = as_li["sample.customer"].create({"name": "C"})
    as_li.flush()
    customer.update(owner=wang.id)
    as_li.flush()
    assert env["sample.customer"].get(customer.id).owner.id == wang.id
