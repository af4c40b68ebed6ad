"""Hand-over and removing an employee (CORE-15, CORE-31)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.base.services.hand_over import count_held, hand_over, remove_employee
from core.errors import AccessDenied, ConflictError, UnknownModelError, ValidationError
from core.orm.environment import Environment


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
