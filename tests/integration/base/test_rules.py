"""The administrator's rules on every save: fields, duplicates, retired items, numbers (CORE-54, 56, 57, 60, 61)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.base.services.dictionary import default_item, dictionary_item
from core.base.services.duplicates import find_duplicates
from core.base.services.parameters import get_parameter, set_parameter
from core.errors import AccessDenied, ConflictError, UnknownNameError, ValidationError
from core.orm.environment import Environment
from tests.integration.base.conftest import Clock


@pytest.mark.rows("CORE-60")
def test_field_rules_hold_for_every_save(env: Environment) -> None:
    rules = env["core.field_rule"]
    rules.create({"model": "sample.customer", "field": "phone", "required": True, "pattern": r"1\d{10}"})
    rules.create({"model": "sample.customer", "field": "name", "max_length": 5, "message": "Short names only."})
    env.flush()
    customers = env["sample.customer"]
    with pytest.raises(ValidationError) as caught:
        customers.create({"name": "Long name"})
        env.flush()
    assert {fault.field for fault in caught.value.faults} == {"phone", "name"}
    assert "Short names only." in str(caught.value)
    with pytest.raises(ValidationError, match="expected format"):
        customers.create([{"name": f"C{number}", "phone": "12"} for number in range(20)])
    good = customers.create({"name": "Hai", "phone": "13800138000"})
    with pytest.raises(ValidationError, match="Phone is required"):
        good.update(phone=None)
        env.flush()
    good.update(name="Yang")
    env.flush()


def test_a_field_rule_names_a_field_that_exists(env: Environment) -> None:
    with pytest.raises(UnknownNameError, match='did you mean "phone"'):
        env["core.field_rule"].create({"model": "sample.customer", "field": "phne", "required": True})
        env.flush()


@pytest.mark.rows("CORE-61")
def test_forbidden_duplicates(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    customers = env["sample.customer"]
    first = customers.create({"name": "深圳海洋科技有限公司", "owner": li})
    env.flush()
    rule = env["core.duplicate_rule"].create(
        {"model": "sample.customer", "field_names": ["name"], "compare": "name", "policy": "forbid"}
    )
    env.flush()
    with pytest.raises(ValidationError, match="深圳海洋科技有限公司, owner Li"):
        customers.create({"name": "深圳 海洋科技"})
        env.flush()
    with pytest.raises(ValidationError, match="comes twice"):
        customers.create([{"name": f"C{number % 15}"} for number in range(20)])
        env.flush()
    first.update(name="深圳海洋科技股份有限公司")
    env.flush()
    other = customers.create({"name": "Other"})
    env.flush()
    with pytest.raises(ValidationError, match="already such a record"):
        other.update(name="深圳海洋科技")
        env.flush()
    first.delete()
    other.update(name="深圳海洋科技")
    env.flush()
    rule.update(policy="off")
    env.flush()
    customers.create({"name": "深圳海洋科技"})
    env.flush()


@pytest.mark.rows("CORE-61")
def test_reminders_tell_name_and_owner_also_of_what_is_hidden(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    li, wang = create_user("Li"), create_user("Wang")
    env["core.duplicate_rule"].create(
        {"model": "sample.customer", "field_names": ["phone"], "compare": "digits", "policy": "remind"}
    )
    env.flush()
    hidden = env["sample.customer"].create({"name": "Hai", "phone": "138-0013 8000", "owner": li})
    env.flush()
    as_wang = env.as_user(wang)
    assert as_wang["sample.customer"].find(hidden.id) is None
    found = find_duplicates(as_wang, "sample.customer", {"name": "x", "phone": "+8613800138000"})
    assert [(item.record_id, item.name, item.owner, item.policy) for item in found] == [
        (hidden.id, "Hai", "Li", "remind")
    ]
    assert find_duplicates(as_wang, "sample.customer", {"phone": "13800138000"}, exclude=hidden.id) == []
    assert find_duplicates(as_wang, "sample.customer", {"phone": None}) == []


@pytest.mark.rows("CORE-54")
def test_numbers_by_rule(env: Environment, clock: Clock) -> None:
    customers = env["sample.customer"]
    numbers = [record.number for record in customers.create([{"name": f"C{number}"} for number in range(12)])]
    assert numbers == [f"C20260731-{number:03d}" for number in range(1, 13)]
    clock.forward(days=1)
    assert customers.create({"name": "next day"}).number == "C20260801-001"


@pytest.mark.rows("CORE-54")
def test_numbers_by_hand(env: Environment, create_user: Callable[..., Any]) -> None:
    as_li = env.as_user(create_user("Li"))
    with pytest.raises(ValidationError, match="can't be given by hand"):
        as_li["sample.customer"].create({"name": "A", "number": "X-1"})
        as_li.flush()
    env["core.numbering"].search([["code", "=", "sample.customer"]])[0].update(manual=True)
    env.flush()
    assert as_li["sample.customer"].create({"name": "A", "number": "X-1"}).number == "X-1"
    with pytest.raises((ConflictError, ValidationError)):
        as_li["sample.customer"].create({"name": "B", "number": "X-1"})
        as_li.flush()


@pytest.mark.rows("CORE-56")
def test_dictionary_items_by_key(env: Environment) -> None:
    item = dictionary_item(env, "industry", "it")
    assert item.name == "It"
    assert dictionary_item(env, "industry", "nope") is None
    customer = env["sample.customer"].create({"name": "A", "industry": "it"})
    assert customer.industry is item
    with pytest.raises(ValidationError, match="is not a choice"):
        env["sample.customer"].create({"name": "A", "industry": "nope"})


@pytest.mark.rows("CORE-53", "CORE-57")
def test_retired_items_stay_on_old_records_and_leave_new_choices(env: Environment) -> None:
    customers = env["sample.customer"]
    old = customers.create({"name": "Old", "industry": "retail"})
    env.flush()
    item = dictionary_item(env, "industry", "retail")
    item.update(active=False)
    env.flush()
    old.update(name="Still")
    env.flush()
    assert old.industry.name == "Retail"
    with pytest.raises(ValidationError, match="is retired"):
        customers.create({"name": "New", "industry": "retail"})
        env.flush()
    with pytest.raises(ValidationError, match="is retired"):
        customers.create([{"name": f"C{number}", "industry": "retail"} for number in range(20)])
    with pytest.raises(ConflictError):
        item.delete()


@pytest.mark.rows("CORE-57")
def test_one_default_item(env: Environment) -> None:
    first, second = dictionary_item(env, "industry", "it"), dictionary_item(env, "industry", "food")
    first.update(is_default=True)
    env.flush()
    second.update(is_default=True)
    env.flush()
    assert default_item(env, "industry").key == "food"
    assert env["core.dictionary.item"].count([["is_default", "=", True]]) == 1


@pytest.mark.rows("CORE-52")
def test_parameters(env: Environment, create_user: Callable[..., Any]) -> None:
    as_admin, as_li = env.as_user("admin"), env.as_user(create_user("Li"))
    assert get_parameter(as_li, "base.password_min_length") == 8
    set_parameter(as_admin, "base.password_min_length", "12")
    assert get_parameter(env, "base.password_min_length") == 12
    assert get_parameter(as_li, "base.password_min_length") == 12
    with pytest.raises(ValidationError, match="from 6 to 64"):
        set_parameter(as_admin, "base.password_min_length", 5)
    with pytest.raises(ValidationError, match="a whole number"):
        set_parameter(as_admin, "base.password_min_length", "many")
    with pytest.raises(AccessDenied):
        set_parameter(as_li, "base.password_min_length", 10)
    with pytest.raises(UnknownNameError, match=r'did you mean "base\.password_min_length"'):
        get_parameter(env, "base.password_min_lenght")
    set_parameter(as_admin, "base.password_min_length", None)
    assert get_parameter(env, "base.password_min_length") == 8
    changes = env["core.history"].search([["model", "=", "core.parameter"], ["field", "=", "value"]])
    assert [(entry.old, entry.new) for entry in reversed(changes)] == [(None, "12"), ("12", None)]
