"""Customers without an owner lie in the pool; what happens to owners is kept."""

import datetime

import pytest

from addons.crm_base.services import ownership, transfer
from core.api import AccessDenied, MissingRecord, ValidationError, restore_deletions

SELLER = ["crm_base.salesperson"]


def history(env, customer):
    """Return the owners of a customer from the first on: name, first day, last day, reason."""
    rows = env["crm.customer.ownership"].read(
        [["customer", "=", customer.id]], ["owner.name", "since", "until", "reason"], order="id"
    )
    return [(row["owner.name"], row["since"], row["until"], row["reason"]) for row in rows]


@pytest.mark.rows("BASE-27")
def test_salespeople_find_customers_without_owner_in_the_pool_and_nowhere_else(as_user, create_customer):
    customer = create_customer(name="海洋科技", owner=None, phone="0755-86001001")
    li = as_user("li", groups=SELLER)
    assert li["crm.customer"].search() == []
    with pytest.raises(MissingRecord):
        li["crm.customer"].get(customer.id)
    found = li["crm.pool.customer"].read([["name", "fuzzy", "海科"]], ["name", "since"])
    assert [row["name"] for row in found] == ["海洋科技"]


@pytest.mark.rows("BASE-27")
@pytest.mark.parametrize("hidden", ["phone", "mail", "address", "last_contact"])
def test_salespeople_do_not_see_how_to_reach_a_customer_of_the_pool(as_user, create_customer, hidden):
    create_customer(owner=None, phone="0755-86001001", mail="a@example.com")
    li, wang = as_user("li", groups=SELLER), as_user("wang", groups=["crm_base.manager"])
    with pytest.raises(AccessDenied):
        li["crm.pool.customer"].read([], [hidden])
    with pytest.raises(AccessDenied):
        li["crm.pool.customer"].count([[hidden, "is_set", True]])
    assert hidden not in li["crm.pool.customer"].read([])[0]
    assert len(wang["crm.pool.customer"].read([], [hidden])) == 1


@pytest.mark.rows("BASE-27")
def test_an_administrator_sets_which_fields_salespeople_see(env, as_user, create_customer):
    create_customer(owner=None, phone="0755-86001001")
    group = env["core.group"].search([["key", "=", SELLER[0]]])[0]
    env["core.field_right"].create(
        {"model": "crm.pool.customer", "field": "phone", "operation": "read", "group": group, "allowed": True}
    )
    li = as_user("li", groups=SELLER)
    assert li["crm.pool.customer"].read([], ["phone"])[0]["phone"] == "0755-86001001"


@pytest.mark.rows("BASE-27")
def test_a_retired_customer_does_not_lie_in_the_pool(env, create_customer):
    customer = create_customer(owner=None)
    customer.update(active=False)
    assert env["crm.pool.customer"].count() == 0
    customer.update(active=True)
    assert env["crm.pool.customer"].count() == 1


@pytest.mark.rows("BASE-27")
def test_a_deleted_customer_leaves_the_pool_and_comes_back_with_it(env, create_customer):
    customer = create_customer(owner=env.user)
    customer.update(owner=None)
    assert env["crm.pool.customer"].count() == 1
    customer.delete()
    assert (env["crm.pool.customer"].count(), env["crm.customer.ownership"].count()) == (0, 0)
    restore_deletions(env, env["core.deletion"].search().ids)
    assert (env["crm.pool.customer"].count(), env["crm.customer.ownership"].count()) == (1, 2)


@pytest.mark.rows("BASE-27")
def test_a_customer_of_another_company_lies_in_the_pool_of_that_company(env, as_user, create_company, create_customer):
    here, there = create_company(name="Here"), create_company(name="There")
    create_customer(name="Theirs", owner=None, company=there)
    li = as_user("li", groups=SELLER, company=here)
    assert li["crm.pool.customer"].count() == 0


@pytest.mark.rows("BASE-27", "BASE-34")
def test_every_way_of_changing_the_owner_stands_in_the_history(env, as_user, create_customer, clock):
    li, zhang = as_user("li", groups=SELLER, name="李"), as_user("zhang", groups=SELLER, name="张")
    clock.set("2025-03-01")
    customer = li["crm.customer"].create({"name": "Huaxing"})
    clock.set("2025-03-04")
    env["crm.customer"].get(customer.id).update(owner=zhang.user)
    env.flush()
    clock.set("2025-03-05")
    zhang["crm.customer"].get(customer.id).give_back()
    clock.set("2025-03-07")
    env["crm.customer"].update([["id", "=", customer.id]], {"owner": li.user})
    first, fourth, fifth, seventh = (datetime.date(2025, 3, number) for number in (1, 4, 5, 7))
    assert history(env, customer) == [
        ("李", first, fourth, "entered"),
        ("张", fourth, fifth, "assigned"),
        (None, fifth, seventh, "returned"),
        ("李", seventh, None, "assigned"),
    ]
    assert env["crm.customer"].get(customer.id).held_since == seventh


@pytest.mark.rows("BASE-27")
def test_nobody_changes_the_history_by_hand(env, as_user, create_customer):
    customer = create_customer()
    wang = as_user("wang", groups=["crm_base.manager"])
    line = env["crm.customer.ownership"].search([["customer", "=", customer.id]])[0]
    for refused in (
        lambda: line.update(reason="claim"),
        lambda: line.delete(),
        lambda: wang["crm.customer.ownership"].create({"customer": customer, "since": env.today(), "reason": "claim"}),
    ):
        with pytest.raises(AccessDenied):
            refused()


@pytest.mark.rows("BASE-27")
def test_the_history_is_read_where_the_customer_is(as_user, create_customer):
    create_customer()
    assert as_user("li", groups=SELLER)["crm.customer.ownership"].count() == 0
    assert as_user("wang", groups=["crm_base.manager"])["crm.customer.ownership"].count() == 1


@pytest.mark.rows("BASE-27")
def test_only_the_owner_gives_a_customer_back(env, create_customer, as_user):
    customer = create_customer(owner=as_user("li", groups=SELLER).user)
    with pytest.raises(AccessDenied, match="Only its owner"):
        ownership.give_back(customer)


@pytest.mark.rows("BASE-29")
def test_a_manager_assigns_and_takes_back_and_both_are_told(env, as_user, create_customer):
    customer = create_customer(name="Huaxing", owner=None)
    li, wang = as_user("li", groups=SELLER), as_user("wang", groups=["crm_base.manager"], name="王")
    transfer.assign(wang, [customer.id], li.user)
    wang.flush()
    assert li["crm.customer"].count() == 1
    transfer.recall(wang, [customer.id], "Needed elsewhere")
    assert li["crm.customer"].count() == 0
    assert [line[3] for line in history(env, customer)] == ["assigned", "recalled"]
    assert wang["crm.customer.ownership"].search(limit=1)[0].note == "Needed elsewhere"


@pytest.mark.rows("BASE-29", "BASE-34")
def test_salespeople_assign_nothing(as_user, create_customer):
    li = as_user("li", groups=SELLER)
    customer = li["crm.customer"].create({"name": "Huaxing"})
    for work in (
        lambda: transfer.assign(li, [customer.id], li.user),
        lambda: transfer.recall(li, [customer.id]),
        lambda: transfer.redistribute(li, [customer.id], [li.user]),
    ):
        with pytest.raises(AccessDenied):
            work()


@pytest.mark.rows("BASE-29")
def test_nobody_gets_a_customer_who_has_left(env, as_user, create_customer):
    customer = create_customer(owner=None)
    gone = as_user("gone", groups=SELLER).user
    env["core.user"].get(gone.id).update(active=False)
    with pytest.raises(ValidationError, match="not an active employee"):
        transfer.assign(env, [customer.id], gone.id)


@pytest.mark.rows("BASE-27")
def test_a_change_of_many_owners_writes_rows_and_reads_nothing_for_each(env, create_customer, as_user, statements):
    li = as_user("li", groups=SELLER).user
    customers = [create_customer(name=f"C{number}", owner=li) for number in range(40)]
    env.flush()
    statements()
    transfer.recall(env, [customer.id for customer in customers[:4]])
    few = statements()
    transfer.recall(env, [customer.id for customer in customers[4:]])
    assert statements() <= few + 36
