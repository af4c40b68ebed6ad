"""Payment plans add up; receipts count when the cashier confirms them; what is outstanding and overdue follows at once."""

import datetime as dt
from decimal import Decimal

import pytest

from core.api import AccessDenied, ConflictError, ValidationError

DATES = ("2025-01-10", "2025-03-10", "2025-05-10")


def plan_of(*shares):
    return [{"date": day, "percent": share} for day, share in zip(DATES, shares, strict=True)]


@pytest.fixture
def planned(effective, clock):
    clock.set("2025-01-08")
    effective.update(plans=plan_of(30, 40, 30))
    effective.env.flush()
    return effective


def receive(order, amount, day="2025-01-10"):
    receipt = order.env["crm.receipt"].create({"order": order, "amount": amount, "date": day})
    receipt.confirm()
    return receipt


@pytest.mark.rows("SALE-41")
def test_a_plan_in_shares_gets_its_amounts(planned):
    assert [row.amount for row in planned.plans] == [Decimal("3720.00"), Decimal("4960.00"), Decimal("3720.00")]


@pytest.mark.rows("SALE-41")
def test_what_rounding_leaves_is_in_the_last_row(create_order):
    order = create_order(lines=[{"name": "Tea", "price": "100"}], plans=plan_of("33.3333", "33.3333", "33.3334"))
    assert [row.amount for row in order.plans] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    order.lines[0].price = "100.01"
    order.confirm()
    assert sum(row.amount for row in order.plans) == Decimal("100.01")


@pytest.mark.rows("SALE-41")
def test_a_plan_of_99_percent_is_refused_and_nothing_changes(planned):
    with pytest.raises(ValidationError, match=r"\b99 %"), planned.env.savepoint():
        planned.update(plans=plan_of(30, 40, 29))
        planned.env.flush()
    assert [row.percent for row in planned.env.browse("crm.order", planned.id).plans] == [30, 40, 30]


@pytest.mark.rows("SALE-41")
def test_a_plan_is_replaced_in_one_save_and_only_what_it_is_then_must_add_up(planned):
    planned.update(plans=plan_of(25, 25, 50))
    planned.env.flush()
    assert [row.amount for row in planned.plans] == [3100, 3100, 6200]
    first, *_gone = planned.plans
    planned.update(plans=[{"id": first.id, "percent": 100}])
    planned.env.flush()
    assert [(row.id, row.amount) for row in planned.plans] == [(first.id, planned.amount)]
    with pytest.raises(ValidationError, match="60"), planned.env.savepoint():
        planned.update(plans=[{"id": first.id, "percent": 60}])
        planned.env.flush()
    assert [row.percent for row in planned.plans] == [100]


@pytest.mark.rows("SALE-41")
def test_an_order_with_a_plan_that_does_not_add_up_is_not_confirmed(create_order):
    order = create_order(lines=[{"name": "Tea", "price": 100}], plans=[{"date": "2025-01-10", "amount": 99}])
    with pytest.raises(ValidationError, match=r"99\.00.*100\.00"):
        order.confirm()
    assert order.state == "draft"
    order.plans[0].amount = 100
    order.confirm()
    assert order.plans[0].open_amount == Decimal("100.00")


@pytest.mark.rows("SALE-42", "SALE-40")
def test_a_receipt_counts_once_it_is_confirmed(planned):
    receipt = planned.env["crm.receipt"].create({"order": planned, "amount": 3720})
    assert (planned.received, planned.outstanding) == (0, Decimal("12400.00"))
    receipt.confirm()
    assert (planned.received, planned.outstanding) == (Decimal("3720.00"), Decimal("8680.00"))
    assert planned.received_percent == Decimal("30.00")
    receipt.reverse()
    assert (planned.received, planned.outstanding) == (0, Decimal("12400.00"))


@pytest.mark.rows("SALE-42", "SALE-41")
def test_outstanding_and_overdue_of_flow_f1(planned, clock):
    receive(planned, 3720)
    receive(planned, 2000, "2025-03-20")
    assert (planned.received, planned.outstanding) == (Decimal("5720.00"), Decimal("6680.00"))
    assert [row.received for row in planned.plans] == [Decimal("3720.00"), Decimal("2000.00"), 0]
    clock.set("2025-03-10")
    assert planned.overdue == 0
    clock.set("2025-04-15")
    fresh = planned.env.browse("crm.order", planned.id)
    assert sum(row.open_amount for row in fresh.plans if row.date < dt.date(2025, 4, 15)) == Decimal("2960.00")
    assert planned.env["crm.order"].read([["id", "=", planned.id]], ["overdue"])[0]["overdue"] == Decimal("2960.00")
    clock.set("2025-06-20")
    assert planned.env["crm.order"].read([["id", "=", planned.id]], ["overdue"])[0]["overdue"] == Decimal("6680.00")


@pytest.mark.rows("SALE-41")
def test_a_receipt_for_a_certain_row_fills_it_first(planned):
    rows = planned.plans
    receipt = planned.env["crm.receipt"].create({"order": planned, "plan": rows[2], "amount": 4000})
    receipt.confirm()
    assert [row.received for row in planned.plans] == [Decimal("280.00"), 0, Decimal("3720.00")]


@pytest.mark.rows("SALE-42")
def test_a_receipt_in_another_currency_counts_in_both(create_order):
    order = create_order(currency="USD", rate="7.2", lines=[{"name": "Tea", "price": 500}])
    order.confirm()
    receipt = receive(order, 500)
    assert (receipt.base_amount, order.outstanding, order.received_base) == (Decimal("3600.00"), 0, Decimal("3600.00"))


@pytest.mark.rows("SALE-40")
@pytest.mark.parametrize("amount", [0, -5])
def test_a_receipt_needs_an_amount(effective, amount):
    with pytest.raises(ValidationError, match="above 0"):
        effective.env["crm.receipt"].create({"order": effective, "amount": amount})


@pytest.mark.rows("SALE-40")
def test_a_confirmed_receipt_is_not_changed(effective):
    receipt = receive(effective, 10)
    with pytest.raises(ConflictError, match="confirmed"):
        receipt.update(amount=20)
        effective.env.flush()


@pytest.mark.rows("SALE-40")
def test_money_for_a_draft_is_refused_unless_the_setting_allows_it(create_order, set_parameter):
    order = create_order(lines=[{"name": "Tea", "price": 10}])
    with pytest.raises(ValidationError, match="not effective"), order.env.savepoint():
        order.env["crm.receipt"].create({"order": order, "amount": 10})
    set_parameter("crm_sales.direct_receipts", True)
    receipt = order.env["crm.receipt"].create({"order": order, "amount": 10})
    with pytest.raises(ConflictError, match="not effective"):
        receipt.confirm()
    order.confirm()
    receipt.confirm()
    assert order.outstanding == 0


@pytest.mark.rows("SALE-40")
def test_money_for_a_draft_that_must_be_approved_is_refused(create_order, set_parameter, hooks):
    set_parameter("crm_sales.direct_receipts", True)
    hooks.register(sales_order_needs_approval=lambda order: True)
    order = create_order(lines=[{"name": "Tea", "price": 10}])
    with pytest.raises(ValidationError, match="not effective"):
        order.env["crm.receipt"].create({"order": order, "amount": 10})


@pytest.mark.rows("SALE-40")
def test_only_who_has_the_right_enters_and_only_the_cashier_confirms(as_user, env):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "Huaxing"})
        order = li["crm.order"].create({"customer": customer, "lines": [{"name": "Tea", "price": 100}]})
        order.confirm()
        with pytest.raises(AccessDenied, match="enter receipts"), li.savepoint():
            li["crm.receipt"].create({"order": order.id, "amount": 100})
    with as_user("cai", groups=["crm_base.salesperson", "crm_sales.cashier"]) as cai:
        receipt = env["crm.receipt"].create({"order": order.id, "amount": 100})
        cai["crm.receipt"].get(receipt.id).confirm()
    with as_user("li") as li, pytest.raises(AccessDenied):
        li["crm.receipt"].get(receipt.id).reverse()


@pytest.mark.rows("SALE-40")
def test_an_order_with_receipts_is_not_taken_back(effective):
    receipt = receive(effective, 10)
    for verb in (effective.reopen, effective.cancel):
        with pytest.raises(ConflictError, match="receipts"):
            verb()
    receipt.reverse()
    effective.reopen()
    assert effective.state == "draft"


@pytest.mark.rows("SALE-40")
def test_a_contract_takes_effect_on_saving_with_its_receipt_in_the_same_form(client, env, set_parameter):
    customer = env["crm.customer"].create({"name": "Huaxing"})
    env.flush()
    line = {"lines.sent": "1", "lines.0.name": "Tea", "lines.0.quantity": "1", "lines.0.price": "100"}
    money = {"receipts.sent": "1", "receipts.0.amount": "40"}
    sent = {"customer": str(customer.id), "kind": "contract", "currency": "CNY", "rate": "1", "then": "confirm", **line}
    assert 'data-lines="receipts"' not in client.get("/records/crm.order/new").text
    set_parameter("crm_sales.direct_receipts", True)
    assert 'data-lines="receipts"' in client.get("/records/crm.order/new").text
    # A price of nothing is refused, and with it everything.
    refused = client.post("/records/crm.order/new", data={**sent, **money, "receipts.0.amount": "-5"})
    assert (refused.status_code, env["crm.order"].count()) == (422, 0)
    answer = client.post("/records/crm.order/new", data={**sent, **money})
    assert answer.status_code == 303
    order = env["crm.order"].search()[0]
    assert (order.state, [(receipt.amount, receipt.state) for receipt in order.receipts]) == (
        "confirmed",
        [(40, "entered")],
    )


@pytest.mark.rows("SALE-40")
def test_saving_goes_on_with_nothing_but_what_the_form_offers(client, create_order):
    order = create_order(lines=[{"name": "Tea", "price": 10}])
    answer = client.post(f"/records/crm.order/{order.id}", data={"version": str(order.version), "then": "complete"})
    assert (answer.status_code, order.state) == (404, "draft")


@pytest.mark.rows("SALE-41")
def test_a_planned_receipt_without_a_name_is_called_by_its_number_in_the_language_of_the_user(env, effective):
    effective.update(plans=plan_of(30, 40, 30))
    row = effective.plans[0]
    assert row.display_name == f"Planned receipt {row.id}"
    env.speak("zh_CN")
    assert row.display_name == f"收款计划 {row.id}"
