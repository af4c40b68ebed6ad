"""Customers are numbered, found by parts of their names, and seen by those responsible."""

import pytest

from core.api import AccessDenied, MissingRecord


def test_customers_are_numbered_by_rule(create_customer, clock):
    clock.set("2026-12-31")
    first, second = create_customer(), create_customer()
    assert (first.number, second.number) == ("C2026-00001", "C2026-00002")


def test_a_customer_is_found_by_parts_of_the_name_and_by_pinyin_initials(env, create_customer):
    wanted = create_customer(name="深圳海洋科技有限公司")
    create_customer(name="广州华星贸易有限公司")
    for typed in ("海科", "szhy"):
        assert env["crm.customer"].search([["name", "fuzzy", typed]]) == [wanted]


def test_a_customer_belongs_to_who_enters_it(as_user):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        assert li["crm.customer"].create({"name": "Huaxing"}).owner == li.user


def test_salespeople_see_their_own_customers_and_managers_all(as_user):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "Huaxing"})
    with as_user("zhang", groups=["crm_base.salesperson"]) as zhang:
        assert zhang["crm.customer"].search() == []
        with pytest.raises(MissingRecord):
            zhang["crm.customer"].get(customer.id)
    with as_user("wang", groups=["crm_base.manager"]) as wang:
        assert wang["crm.customer"].search().ids == [customer.id]


def test_contacts_are_seen_where_their_customer_is(as_user):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        li["crm.customer"].create({"name": "Huaxing", "contacts": [{"name": "Wang"}]})
        assert li["crm.contact"].count() == 1
    assert as_user("zhang", groups=["crm_base.salesperson"])["crm.contact"].count() == 0


def test_salespeople_do_not_delete_customers(as_user):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "Huaxing"})
        with pytest.raises(AccessDenied):
            customer.delete()


def test_another_main_contact_takes_the_place_of_the_first(create_customer, create_contact):
    customer = create_customer()
    first = create_contact(customer=customer, is_main=True)
    second = create_contact(customer=customer, is_main=True)
    assert (first.is_main, second.is_main) == (False, True)


def test_a_list_of_customers_takes_few_statements(env, create_customer, statements):
    for _number in range(20):
        create_customer(level=env.ref("crm_base.level_vip"))
    with statements.at_most(3):
        env["crm.customer"].read(None, ["number", "name", "level.name", "region.name", "phone", "owner.name"], limit=80)
