"""Effective contracts keep customers from the pool; opportunities and contracts pass along with a customer."""

import pytest

from addons.crm_sales.services.customer_pool import with_contract

SELLER = ["crm_base.salesperson"]


@pytest.mark.rows("BASE-32")
@pytest.mark.parametrize(
    ("steps", "counts"),
    [([], False), (["confirm"], True), (["confirm", "complete"], True), (["confirm", "cancel"], False)],
)
def test_a_customer_with_an_effective_or_ended_contract_has_one(env, create_order, steps, counts):
    order = create_order(lines=[{"name": "Tea", "quantity": 1, "price": 100}])
    for step in steps:
        getattr(order, step)()
    env.flush()
    assert with_contract(env, [order.customer.id]) == ({order.customer.id} if counts else set())


@pytest.mark.rows("BASE-36")
@pytest.mark.parametrize(
    ("along", "moved"), [([], []), (["contracts"], ["crm.order"]), (["opportunities"], ["crm.opportunity"])]
)
def test_what_was_chosen_goes_along_with_a_customer(env, client, as_user, create_customer, along, moved):
    li, zhang = as_user("li", groups=SELLER).user, as_user("zhang", groups=SELLER).user
    chen = as_user("chen", groups=SELLER).user
    customer = create_customer(owner=li)
    made = [
        env["crm.order"].create({"customer": customer, "owner": owner, "lines": [{"name": "Tea", "price": 100}]})
        for owner in (li, chen)
    ]
    made.append(env["crm.opportunity"].create({"name": "Tea", "customer": customer, "owner": li}))
    env.flush()
    answer = client.post(
        "/x/crm_base/pass/transfer",
        headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
        data={"ids": str(customer.id), "owners": str(zhang.id), "note": "Moved", "along": along},
    )
    assert answer.status_code == 303
    found = {record._info.name for record in made if env[record._info.name].get(record.id).owner.id == zhang.id}
    assert sorted(found) == moved
    assert env["crm.order"].get(made[1].id).owner.id == chen.id
