"""Customers pass from salesperson to salesperson, with what goes along, or are distributed evenly."""

import pytest

from addons.crm_base.services import transfer
from core.api import AccessDenied, ValidationError

SELLER = ["crm_base.salesperson"]
FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def people(as_user):
    return [as_user(name, groups=SELLER, name=name).user for name in ("li", "zhang", "chen")]


@pytest.fixture
def wang(as_user, people):
    return as_user("wang", groups=["crm_base.manager"], name="王")


def owners(env, customers):
    return [env["crm.customer"].get(customer.id).owner.name for customer in customers]


@pytest.mark.rows("BASE-36")
def test_a_transfer_keeps_day_giver_and_reason(env, wang, people, create_customer, clock):
    clock.set("2025-03-10")
    customer = create_customer(owner=people[0])
    transfer.transfer(wang, [customer.id], people[1].id, [], "Moved to the north")
    line = env["crm.customer.ownership"].search([["customer", "=", customer]], limit=1)[0]
    assert (line.owner.name, line.since, line.reason, line.note, line.by.name) == (
        "zhang",
        env.today(),
        "transferred",
        "Moved to the north",
        "王",
    )


@pytest.mark.rows("BASE-36")
@pytest.mark.parametrize("along", [True, False])
def test_open_tasks_of_the_giver_go_along_where_chosen(env, wang, people, create_customer, create_task, along):
    customer = create_customer(owner=people[0])
    mine = create_task(customer=customer, owner=people[0])
    others = create_task(customer=customer, owner=people[2])
    transfer.transfer(wang, [customer.id], people[1].id, ["tasks"] if along else [], "Moved")
    env.flush()
    assert env["crm.task"].get(mine.id).owner.name == ("zhang" if along else "li")
    assert env["crm.task"].get(others.id).owner.name == "chen"


@pytest.mark.rows("BASE-36")
def test_other_addons_are_told_what_goes_along(wang, people, create_customer, hooks):
    hooks.register(choose_along=lambda: {"opportunities": "Deals", "contracts": "Contracts"})
    calls = hooks.watch("customer_transferred")
    customer = create_customer(owner=people[0])
    assert list(transfer.choices_along(wang)) == ["tasks", "opportunities", "contracts"]
    transfer.transfer(wang, [customer.id], people[1].id, ["opportunities", "contracts"], "Moved")
    assert [(call["owner"].name, call["along"]) for call in calls] == [
        ("zhang", frozenset({"opportunities", "contracts"}))
    ]


@pytest.mark.rows("BASE-36")
@pytest.mark.parametrize(
    ("along", "note", "said"), [([], " ", "needs a reason"), (["moon"], "Moved", '"moon" can\'t go along')]
)
def test_a_transfer_without_a_reason_or_with_something_unknown_is_refused(
    env, wang, people, create_customer, along, note, said
):
    customer = create_customer(owner=people[0])
    with pytest.raises(ValidationError, match=said):
        transfer.transfer(wang, [customer.id], people[1].id, along, note)
    assert owners(env, [customer]) == ["li"]


@pytest.mark.rows("BASE-34")
def test_customers_are_distributed_evenly_over_several(env, wang, people, create_customer, as_user):
    giver = as_user("wu", groups=SELLER).user
    customers = [create_customer(name=f"C{number}", owner=None if number % 2 else giver) for number in range(7)]
    assert transfer.redistribute(wang, [customer.id for customer in customers], people) == 7
    found = owners(env, customers)
    assert sorted(found.count(person.name) for person in people) == [2, 2, 3]
    assert env["crm.customer.ownership"].count([["reason", "=", "redistributed"]]) == 7


@pytest.mark.rows("BASE-34")
def test_all_go_to_one_and_their_follow_ups_stay(env, wang, people, create_customer, create_follow_up):
    customer = create_customer(owner=people[0])
    create_follow_up(customer=customer, owner=people[0], content="Called")
    transfer.redistribute(wang, [customer.id], [people[1]])
    theirs = env.as_user("zhang")
    assert theirs["crm.follow_up"].search([["customer", "=", customer.id]]).mapped("content") == ["Called"]


@pytest.mark.rows("BASE-34")
def test_nobody_to_take_them_is_refused(wang, people, create_customer):
    with pytest.raises(ValidationError, match="Choose who takes"):
        transfer.redistribute(wang, [create_customer(owner=people[0]).id], [])


@pytest.mark.rows("BASE-29", "BASE-34", "BASE-36")
def test_the_pages_pass_the_customers_selected_on(env, client, wang, people, create_customer):
    customers = [create_customer(name=f"C{number}", owner=None) for number in range(2)]
    client.log_in("wang")
    entries = env["crm.pool.customer"].search(order="id").ids
    asked = client.post("/x/crm_base/pass/assign/crm.pool.customer", headers=FORM, data={"ids": entries})
    assert asked.status_code == 200
    assert "C0" in asked.text
    ids = ",".join(str(customer.id) for customer in customers)
    refused = client.post("/x/crm_base/pass/assign", headers=FORM, data={"ids": ids})
    assert refused.status_code == 422
    done = client.post("/x/crm_base/pass/assign", headers=FORM, data={"ids": ids, "owners": str(people[0].id)})
    assert done.status_code == 303
    assert owners(env, customers) == ["li", "li"]
    first = customers[0].id
    assert client.get(f"/x/crm_base/pass/transfer/crm.customer?ids={first}").status_code == 200
    done = client.post(
        "/x/crm_base/pass/transfer",
        headers=FORM,
        data={"ids": str(first), "owners": str(people[1].id), "note": "Moved", "along": "tasks"},
    )
    assert done.status_code == 303
    done = client.post("/x/crm_base/pass/recall", headers=FORM, data={"ids": ids})
    assert done.status_code == 303
    assert env["crm.pool.customer"].count() == 2
    assert client.get("/x/crm_base/pass/eat/crm.customer").status_code == 404


@pytest.mark.rows("BASE-29")
def test_salespeople_do_not_reach_the_pages(client, people):
    client.log_in("li")
    assert client.get("/x/crm_base/pass/assign/crm.customer").status_code == 403
    assert client.post("/x/crm_base/pass/recall", headers=FORM, data={"ids": "1"}).status_code == 403


@pytest.mark.rows("BASE-36")
def test_who_may_not_assign_transfers_nothing(as_user, people, create_customer):
    customer = create_customer(owner=people[0])
    with pytest.raises(AccessDenied):
        transfer.transfer(as_user("li"), [customer.id], people[1].id, [], "Moved")
