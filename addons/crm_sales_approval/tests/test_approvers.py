"""Quotes and orders know who approved them, and money waits for approval."""

import pytest

from addons.crm_approval.api import decide, needs_approval
from core.api import ValidationError


@pytest.fixture
def boss(env, as_user):
    return as_user("wang", name="王总", groups=["crm_base.manager"])


@pytest.fixture
def seller(env, as_user, boss):
    return as_user("li", name="李明", groups=["crm_base.salesperson"], superior=env["core.user"].get(boss.uid))


@pytest.fixture
def flow(env):
    def make(model, transition, **values):
        steps = [{"sequence": 10, "rule": "superior"}]
        return env["crm.approval.flow"].create(
            {"name": model, "model": model, "transition": transition, "sequence": 1, "steps": steps, **values}
        )

    return make


@pytest.fixture
def write(seller):
    def document(model="crm.order"):
        customer = seller["crm.customer"].create({"name": "Huaxing"})
        lines = [{"name": "Tea", "quantity": 1, "price": 100}]
        return seller[model].create({"customer": customer, "lines": lines})

    return document


def approve(env, boss):
    task = env["crm.approval.task"].search([["state", "=", "waiting"]])[0]
    decide(boss, task.id, "approve")


@pytest.mark.rows("APPR-09")
def test_an_order_keeps_the_names_of_those_who_approved_it(env, boss, flow, write):
    flow("crm.order", "confirm")
    order = write()
    order.confirm()
    assert (order.state, order.approvers) == ("in_approval", None)
    approve(env, boss)
    assert (order.state, order.approvers) == ("confirmed", "王总")


def test_a_contract_that_is_not_asked_shows_who_approved_its_quote(env, boss, flow, write):
    flow("crm.quote", "submit")
    quote = write("crm.quote")
    quote.submit()
    approve(env, boss)
    contract = quote.make_contract()
    contract.confirm()
    assert (contract.state, contract.approvers) == ("confirmed", "王总")


def test_what_nobody_approved_shows_nobody(write):
    order = write()
    order.confirm()
    assert (order.state, order.approvers) == ("confirmed", None)


@pytest.mark.rows("SALE-40")
def test_money_is_entered_with_a_new_contract_only_if_nobody_has_to_approve_it(flow, write, set_parameter):
    set_parameter("crm_sales.direct_receipts", True)
    order = write()
    order.env["crm.receipt"].create({"order": order, "amount": 10})
    flow("crm.order", "confirm", condition=[["amount", ">=", 100]])
    assert needs_approval(order, "confirm")
    with pytest.raises(ValidationError, match="not effective"):
        order.env["crm.receipt"].create({"order": order, "amount": 10})
