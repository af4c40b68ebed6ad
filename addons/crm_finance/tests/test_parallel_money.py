"""Sixteen people settle at once: no receipt counts twice, and nothing is settled beyond what is owed (FIN-09, FIN-12)."""

import threading
from decimal import Decimal

import pytest

from addons.crm_finance.services.settling import settle_from_prepayment
from core.api import CoreError

PEOPLE = 16


def at_once(app, work):
    """Run ``work(env, place)`` in so many transactions at once; return how many went through."""
    ready, done = threading.Barrier(PEOPLE, timeout=60), []

    def run(place):
        ready.wait()
        try:
            app.run(lambda env: work(env, place), user="admin")
            done.append(place)
        except CoreError:
            pass

    threads = [threading.Thread(target=run, args=(place,)) for place in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return len(done)


@pytest.mark.rows("FIN-09", "FIN-10", "FIN-12", "FIN-24")
def test_what_many_settle_at_once_is_settled_once(own_app):
    def prepare(env):
        customer = env["crm.customer"].create({"name": "Huaxing"})
        account = env["crm.account"].create({"name": "ICBC"})
        order = env["crm.order"].create({"customer": customer, "lines": [{"name": "Printers", "price": 100}]})
        order.confirm()
        receipts = [env["crm.receipt"].create({"customer": customer, "amount": 30}).id for _number in range(4)]
        return account.id, order.id, receipts

    account, order, receipts = own_app.run(prepare, user="admin")

    def confirm(env, place):
        env["crm.receipt"].get(receipts[place % 4]).confirm()

    assert at_once(own_app, confirm) == 3
    with own_app.env("admin") as env:
        assert (env["crm.order"].get(order).outstanding, env["crm.account"].get(account).balance) == (10, 90)
        assert env["crm.settlement"].aggregate([], {"amount": "sum"})[0]["amount"] == 90

    def prepay(env):
        customer = env["crm.order"].get(order).customer
        receipt = env["crm.receipt"].create({"customer": customer, "amount": 5, "is_prepayment": True})
        receipt.confirm()

    own_app.run(prepay, user="admin")

    def use(env, _place):
        settle_from_prepayment(env, [(env["crm.order"].get(order).receivables[0], Decimal(1))])

    assert at_once(own_app, use) == 5
    with own_app.env("admin") as env:
        assert env["crm.order"].get(order).outstanding == 5
        assert env["crm.prepayment"].search()[0].balance == 0
