"""Receivables follow contracts and their plans; receipts settle them, reversal restores them (FIN-08, 09, 13, 24)."""

import datetime as dt
from decimal import Decimal

import pytest

from core.api import AccessDenied, ConflictError, ValidationError

PLAN = [
    {"date": "2025-01-10", "percent": 30},
    {"date": "2025-03-10", "percent": 40},
    {"date": "2025-05-10", "percent": 30},
]


def open_amounts(order):
    return [(str(each.due_date), each.open_amount) for each in order.receivables if not each.cancelled]


@pytest.mark.rows("FIN-08")
def test_a_contract_makes_its_receivables_from_its_plan(sell, clock):
    clock.set("2025-01-08")
    order = sell(12400)
    assert open_amounts(order) == [("2025-01-08", Decimal("12400.00"))]
    order.update(plans=PLAN)
    order.env.flush()
    assert open_amounts(order) == [
        ("2025-01-10", Decimal("3720.00")),
        ("2025-03-10", Decimal("4960.00")),
        ("2025-05-10", Decimal("3720.00")),
    ]
    assert [each.state for each in order.receivables] == ["open"] * 3


@pytest.mark.rows("FIN-09", "FIN-24", "FIN-16")
def test_a_receipt_settles_the_oldest_due_first_and_reversal_restores(sell, receive, bank):
    order = sell(12400)
    order.update(plans=PLAN)
    receipt = receive(order, 5000)
    assert [each.open_amount for each in order.receivables] == [0, Decimal("3680.00"), Decimal("3720.00")]
    assert [each.state for each in order.receivables] == ["settled", "part", "open"]
    assert (order.received, order.outstanding, bank.balance) == (Decimal(5000), Decimal(7400), Decimal(5000))
    assert [row.received for row in order.plans] == [Decimal(3720), Decimal(1280), 0]
    receipt.reverse()
    assert [each.open_amount for each in order.receivables] == [Decimal(3720), Decimal(4960), Decimal(3720)]
    assert (order.received, order.outstanding, bank.balance) == (0, Decimal(12400), 0)
    assert [each.amount for each in receipt.settlements] == [
        Decimal(3720),
        Decimal(1280),
        Decimal(-3720),
        Decimal(-1280),
    ]


@pytest.mark.rows("FIN-08", "FIN-24")
@pytest.mark.parametrize("plan", [[{"date": "2025-06-10", "percent": 100}], []])
def test_a_plan_of_fewer_rows_leaves_no_receivable_of_those_that_are_gone(sell, receive, plan):
    order = sell(12400)
    order.update(
        plans=[{"date": f"2025-0{month}-10", "amount": part} for month, part in ((1, 3720), (3, 4960), (5, 3720))]
    )
    receive(order, 5000)
    order.update(plans=plan)
    order.env.flush()
    assert [each for _due, each in open_amounts(order)] == [Decimal("7400.00")]
    assert (order.received, order.outstanding) == (Decimal(5000), Decimal(7400))


@pytest.mark.rows("FIN-09")
def test_a_receipt_for_a_planned_row_settles_that_first(sell, receive):
    order = sell(1000)
    order.update(plans=PLAN)
    order.env.flush()
    receive(order, 400, plan=order.plans[2].id)
    assert [row.received for row in order.plans] == [Decimal(100), 0, Decimal(300)]


@pytest.mark.rows("FIN-09", "FIN-11")
def test_more_than_is_open_is_refused_unless_it_is_kept(sell, receive, env):
    order = sell(100)
    with pytest.raises(ValidationError, match=r"200\.00 is 100\.00 more"), env.savepoint():
        receive(order, 200)
    order = env["crm.order"].get(order.id)
    assert (order.received, env["crm.account"].search()[0].balance) == (0, 0)
    receive(order, 200, keep_rest=True)
    assert (order.outstanding, order.customer.prepaid) == (0, Decimal(100))


@pytest.mark.rows("FIN-08")
def test_cancelling_a_contract_cancels_what_is_not_received(sell):
    order = sell(100)
    order.cancel()
    assert [(each.state, each.open_amount) for each in order.receivables] == [("cancelled", 0)]


@pytest.mark.rows("FIN-08")
def test_a_changed_plan_keeps_what_was_received(sell, receive):
    order = sell(1000)
    receive(order, 650)
    order.update(plans=PLAN)
    order.env.flush()
    assert open_amounts(order) == [("2025-01-10", 0), ("2025-03-10", Decimal(50)), ("2025-05-10", Decimal(300))]
    assert (order.received, order.outstanding) == (Decimal(650), Decimal(350))


@pytest.mark.rows("FIN-08")
def test_goods_that_come_back_lower_the_receivable_and_free_what_was_paid(create_order, receive, bank):
    order = create_order(lines=[{"name": "Printers", "quantity": 10, "price": 100}])
    order.confirm()
    deliveries = order.env["crm.delivery"]
    deliveries.create({"order": order, "line": order.lines[0], "quantity": 10})
    receive(order, 900)
    deliveries.create({"order": order, "line": order.lines[0], "quantity": 3, "kind": "return"})
    order.env.flush()
    assert [(each.amount, each.open_amount) for each in order.receivables] == [(Decimal(700), 0)]
    assert (order.received, order.outstanding, order.customer.prepaid) == (Decimal(700), 0, Decimal(200))


@pytest.mark.rows("FIN-13")
def test_a_debt_without_contract_is_entered_and_settled(env, create_customer, receive):
    customer = create_customer()
    debt = env["crm.receivable"].create(
        {"customer": customer, "kind": "opening", "amount": 500, "due_date": "2025-01-31"}
    )
    receive(customer, 200)
    assert (debt.open_amount, debt.state, customer.outstanding) == (Decimal(300), "part", Decimal(300))
    with pytest.raises(ConflictError, match="settled in part"), env.savepoint():
        debt.cancel()
    with pytest.raises(ValidationError, match="made by the contracts"), env.savepoint():
        env["crm.receivable"].create({"customer": customer, "kind": "contract", "amount": 5})


@pytest.mark.rows("FIN-08")
def test_a_due_date_is_moved_only_with_the_right_and_is_logged(env, as_user, sell):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "Huaxing"})
        order = li["crm.order"].create(
            {
                "customer": customer,
                "lines": [{"name": "Tea", "price": 100}],
                "plans": [{"date": "2025-01-10", "percent": 100}],
            }
        )
        order.confirm()
        with pytest.raises(AccessDenied, match="is to be paid"), li.savepoint():
            li["crm.payment.plan"].get(order.plans[0].id).update(date="2025-02-10")
            li.flush()
        number = order.receivables[0].id
    plan = env["crm.order"].get(order.id).plans[0]
    plan.update(date="2025-02-10")
    env.flush()
    assert env["crm.receivable"].get(number).due_date == dt.date(2025, 2, 10)
    notes = env["core.history"].search([["model", "=", "crm.receivable"], ["record_id", "=", number]])
    assert any(note.field == "due_date" for note in notes)


@pytest.mark.rows("FIN-08")
def test_receivables_of_contracts_are_not_changed_by_hand(sell):
    receivable = sell(100).receivables[0]
    with pytest.raises(ConflictError, match="follows its contract"), receivable.env.savepoint():
        receivable.update(amount=50)
        receivable.env.flush()
