"""Salespeople protect customers: up to a number, for some days, against three things."""

import datetime

import pytest

from addons.crm_base.services import reclaim
from core.api import SYSTEM_UID, AccessDenied, ConflictError, ValidationError

SELLER = ["crm_base.salesperson"]


@pytest.fixture
def li(env, as_user, clock):
    clock.set("2025-03-01")
    env.ref("crm_base.parameter_protect_number").update(value=1)
    return as_user("li", groups=SELLER, name="张三")


@pytest.fixture
def customer(li):
    made = li["crm.customer"].create({"name": "华星贸易有限公司"})
    made.protect()
    return made


def switch_off(env, name):
    env.ref(f"crm_base.parameter_protect_{name}").update(value=False)


@pytest.mark.rows("BASE-33")
def test_the_first_and_the_last_day_are_protected(customer):
    assert customer.protected_from == datetime.date(2025, 3, 1)
    assert customer.protected_until == datetime.date(2025, 3, 30)


@pytest.mark.rows("BASE-33")
def test_more_customers_than_the_number_are_not_protected(li, customer, clock):
    other = li["crm.customer"].create({"name": "远航"})
    with pytest.raises(ValidationError, match="protect 1 customers already; at most 1"):
        other.protect()
    clock.set("2025-03-31")
    other.protect()
    assert other.protected_until == datetime.date(2025, 4, 29)


@pytest.mark.rows("BASE-33")
def test_protecting_again_at_the_end_is_allowed_within_the_number(customer, clock):
    clock.set("2025-03-29")
    with pytest.raises(ValidationError, match="2025-03-30 already"):
        customer.protect()
    clock.set("2025-03-30")
    customer.protect()
    assert customer.protected_until == datetime.date(2025, 4, 28)


@pytest.mark.rows("BASE-33")
def test_only_the_owner_protects(env, customer, as_user, create_customer):
    with pytest.raises(AccessDenied, match="Only its owner"):
        create_customer(name="Others", owner=customer.owner).protect()


@pytest.mark.rows("BASE-33", "BASE-32")
@pytest.mark.parametrize(
    ("on", "spares", "goes"), [("2025-03-30", True, 0), ("2025-03-31", True, 1), ("2025-03-08", False, 1)]
)
def test_a_protected_customer_is_not_taken_back_unless_the_switch_is_off(env, customer, clock, on, spares, goes):
    if not spares:
        switch_off(env, "from_reclaim")
    clock.set(on)
    assert reclaim.reclaim(env.as_user(SYSTEM_UID)) == (goes, None)


@pytest.mark.rows("BASE-33")
def test_a_protected_customer_in_the_pool_is_claimed_by_its_protector_only(env, customer, clock, as_user):
    switch_off(env, "from_reclaim")
    clock.set("2025-03-08")
    reclaim.reclaim(env.as_user(SYSTEM_UID))
    zhang, li = as_user("zhang", groups=SELLER), as_user("li")
    found = zhang["crm.pool.customer"].search()[0]
    with pytest.raises(ConflictError, match="张三 protects"):
        found.claim()
    li["crm.pool.customer"].search()[0].claim()
    assert li["crm.customer"].count() == 1


@pytest.mark.rows("BASE-33")
def test_with_the_switch_off_others_claim_it(env, customer, clock, as_user):
    switch_off(env, "from_reclaim")
    switch_off(env, "from_claim")
    clock.set("2025-03-08")
    reclaim.reclaim(env.as_user(SYSTEM_UID))
    zhang = as_user("zhang", groups=SELLER)
    zhang["crm.pool.customer"].search()[0].claim()
    assert zhang["crm.customer"].search()[0].protected_until is None


@pytest.mark.rows("BASE-33", "BASE-06")
@pytest.mark.parametrize("name", ["华星贸易", "华星 贸易有限公司"])
def test_others_do_not_enter_the_name_of_a_protected_customer(customer, as_user, env, clock, name):
    zhang = as_user("zhang", groups=SELLER)
    with pytest.raises(ValidationError, match="华星贸易有限公司, which 张三 protects"), zhang.savepoint():
        zhang["crm.customer"].create({"name": name})
    assert zhang["crm.customer"].count() == 0
    clock.set("2025-03-31")
    assert zhang["crm.customer"].create({"name": name}).id


@pytest.mark.rows("BASE-33")
def test_with_the_switch_off_others_enter_its_name(env, customer, as_user):
    switch_off(env, "name")
    for rule in env["core.duplicate_rule"].search([["model", "=", "crm.customer"]]):
        rule.update(policy="off")
    assert as_user("zhang", groups=SELLER)["crm.customer"].create({"name": "华星贸易"}).id


@pytest.mark.rows("BASE-33")
def test_a_protection_ends_when_the_customer_passes_to_somebody_else(env, customer, as_user):
    env["crm.customer"].get(customer.id).update(owner=as_user("zhang", groups=SELLER).user)
    row = env["crm.customer"].read([["id", "=", customer.id]], ["protected_until", "protected_by"])[0]
    assert (row["protected_until"], row["protected_by"]) == (None, None)


@pytest.mark.rows("BASE-33")
def test_a_protection_is_ended_by_hand(li, customer):
    customer.unprotect()
    assert customer.protected_until is None
    li["crm.customer"].create({"name": "远航"}).protect()
