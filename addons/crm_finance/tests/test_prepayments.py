"""Prepayments, shares by hand, and receiving, settling and invoicing in one go (FIN-10, 11, 12, 14, 15)."""

import datetime as dt
from decimal import Decimal

import pytest

from addons.crm_finance.services.receive import Payment, receive_at_once
from addons.crm_finance.services.settling import settle_from_prepayment
from core.api import AccessDenied, ConflictError, ValidationError

DAY = dt.date(2025, 2, 1)


@pytest.fixture
def customer(create_customer):
    return create_customer(name="Huaxing")


def prepaid(env, customer):
    return env["crm.prepayment"].aggregate([["customer", "=", customer.id]], {"balance": "sum"})[0]["balance"]


@pytest.mark.rows("FIN-11", "FIN-12", "FIN-24")
def test_prepayment_is_kept_used_and_given_back(env, customer, sell, receive, bank):
    receipt = receive(customer, 500, is_prepayment=True)
    order = sell(300, customer=customer)
    (settlement,) = settle_from_prepayment(env, [(order.receivables[0], Decimal(300))])
    assert (prepaid(env, customer), order.outstanding, order.prepaid) == (Decimal(200), 0, Decimal(300))
    assert bank.balance == Decimal(500)
    with pytest.raises(ValidationError, match="used already"), env.savepoint():
        receipt.reverse()
    settlement = env["crm.settlement"].get(settlement.id)
    settlement.undo()
    order = env["crm.order"].get(order.id)
    assert (prepaid(env, customer), order.outstanding, order.prepaid) == (Decimal(500), Decimal(300), 0)
    with pytest.raises(ConflictError, match="already"), env.savepoint():
        env["crm.settlement"].get(settlement.id).undo()
    env["crm.receipt"].get(receipt.id).reverse()
    assert prepaid(env, customer) == 0


@pytest.mark.rows("FIN-12")
def test_more_than_the_prepayment_is_refused(env, customer, sell, receive, as_user):
    receive(customer, 100, is_prepayment=True)
    receivable = sell(300, customer=customer).receivables[0]
    with pytest.raises(ValidationError, match=r"is 100\.00: 101\.00"), env.savepoint():
        settle_from_prepayment(env, [(receivable, Decimal(101))])
    with as_user("li", groups=["crm_base.manager"]) as li, pytest.raises(AccessDenied, match="cashiers"):
        settle_from_prepayment(li, [(li["crm.receivable"].get(receivable.id), Decimal(1))])


@pytest.mark.rows("FIN-10")
def test_a_receipt_is_shared_by_hand(env, customer, sell, receive):
    first, second = sell(300, customer=customer), sell(400, customer=customer)
    shares = [
        {"receivable": first.receivables[0].id, "amount": 50},
        {"receivable": second.receivables[0].id, "amount": 150},
    ]
    with pytest.raises(ValidationError, match=r"200\.00, more than the 150\.00"), env.savepoint():
        receive(customer, 150, shares=shares)
    receive(customer, 200, shares=shares)
    assert (first.received, second.received) == (Decimal(50), Decimal(150))
    with pytest.raises(ValidationError, match=r"50\.00 more"), env.savepoint():
        receive(customer, 100, shares=[{"receivable": first.receivables[0].id, "amount": 50}])


@pytest.mark.rows("FIN-10")
def test_a_share_for_another_customer_is_refused(env, customer, sell, receive, create_customer):
    order = sell(300, customer=create_customer(name="Yuanhang"))
    with pytest.raises(ValidationError, match="another customer's"), env.savepoint():
        receive(customer, 10, shares=[{"receivable": order.receivables[0].id, "amount": 10}])


@pytest.mark.rows("FIN-16")
def test_a_slip_counts_only_once_the_money_arrived(env, customer, sell, bank):
    order = sell(6000, customer=customer)
    receipt = env["crm.receipt"].create({"order": order, "amount": 6000})
    assert (order.outstanding, bank.balance) == (Decimal(6000), 0)
    receipt.update(arrived=5900)
    receipt.confirm()
    assert (order.outstanding, bank.balance) == (Decimal(100), Decimal(5900))
    assert (receipt.slip_base, receipt.base_amount) == (Decimal(6000), Decimal(5900))


@pytest.mark.rows("FIN-14")
def test_one_page_receives_settles_and_invoices_or_saves_nothing(env, customer, sell, bank):
    first, second = sell(300, customer=customer), sell(400, customer=customer)
    payment = {"customer": customer, "currency": "CNY", "date": DAY, "amount": Decimal(500)}
    done = receive_at_once(env, Payment(**payment, invoice_number="F1", invoice_amount=Decimal(700)))
    assert (done.settled, done.invoice.amount, bank.balance) == (Decimal(500), Decimal(700), Decimal(500))
    first, second = (env["crm.order"].get(each.id) for each in (first, second))
    assert [(each.outstanding, each.not_invoiced) for each in (first, second)] == [(0, 0), (Decimal(200), 0)]
    payment["amount"] = Decimal(100)
    with pytest.raises(ValidationError, match=r"1\.00 more than is not invoiced"):
        receive_at_once(env, Payment(**payment, invoice_number="F2", invoice_amount=Decimal(1)))
    counts = [env[name].count() for name in ("crm.receipt", "crm.settlement", "crm.invoice")]
    assert (counts, env["crm.account"].get(bank.id).balance) == ([1, 2, 1], Decimal(500))


@pytest.mark.rows("FIN-15")
def test_no_contract_is_invoiced_beyond_its_amount(env, customer, sell):
    order = sell(300, customer=customer)
    lines = [{"order": order.id, "amount": 300}]
    invoice = env["crm.invoice"].create({"customer": customer, "number": "F1", "lines": lines})
    assert (order.invoiced, order.not_invoiced) == (Decimal(300), 0)
    more = {"customer": customer, "number": "F2", "lines": [{"order": order.id, "amount": 1}]}
    with pytest.raises(ValidationError, match=r"over 300\.00: 301\.00"), env.savepoint():
        env["crm.invoice"].create(more)
    with pytest.raises(ConflictError, match="invoiced already"), env.savepoint():
        env["crm.order"].get(order.id).cancel()
    env["crm.invoice"].get(invoice.id).void()
    env["crm.invoice"].create(more)
    assert env["crm.order"].get(order.id).invoiced == 1


@pytest.mark.rows("FIN-14")
def test_the_page_keeps_what_was_typed_and_says_where_it_is_wrong(client, env, customer, sell):
    order = sell(300, customer=customer)
    address = "/x/crm_finance/receive"
    page = client.request("GET", f"{address}?customer={customer.id}", headers={"Accept": "text/html"})
    assert page.status_code == 200 and order.number in page.get_data(as_text=True)
    form = {"customer": str(customer.id), "amount": "400", "date": "2025-02-01", "notes": "by wire"}
    refused = client.post(address, data=form, headers={"Accept": "text/html"})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422 and 'value="400"' in text and 'value="by wire"' in text
    assert 'id="fi-keep_rest-error"' in text
    saved = client.post(address, data={**form, "keep_rest": "1"}, headers={"Accept": "text/html"})
    assert saved.status_code in (302, 303)
    assert env["crm.order"].get(order.id).outstanding == 0
