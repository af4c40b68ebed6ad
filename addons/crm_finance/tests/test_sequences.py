"""After any sequence of what people do the figures agree: open, settled, received and prepaid (FIN-09 to FIN-12, FIN-24)."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.crm_finance.services.settling import settle_from_prepayment
from core.api import ConflictError, ValidationError

AMOUNT = st.integers(1, 900)
STEP = st.one_of(
    st.tuples(st.just("receive"), st.integers(0, 2), AMOUNT, st.booleans()),
    st.tuples(st.just("merged"), AMOUNT, st.booleans()),
    st.tuples(st.just("prepay"), AMOUNT),
    st.tuples(st.just("use"), st.integers(0, 2), AMOUNT),
    st.tuples(st.just("plan"), st.integers(0, 2), st.integers(1, 3)),
    st.tuples(st.just("reverse"), st.integers(0, 5)),
    st.tuples(st.just("cancel"), st.integers(0, 2)),
)


class World:
    """Three contracts of one customer."""

    def __init__(self, env, number):
        self.env = env
        self.customer = env["crm.customer"].create({"name": f"Huaxing {number}"}).id
        self.account = env["crm.account"].create({"name": f"ICBC {number}"}).id
        self.orders = [self.sell(amount) for amount in (300, 500, 700)]
        self.receipts = []

    def sell(self, amount):
        line = {"name": "Printers", "price": amount}
        order = self.env["crm.order"].create({"customer": self.customer, "lines": [line]})
        order.confirm()
        return order.id

    def order(self, place):
        return self.env["crm.order"].get(self.orders[place])

    def receipt(self, **values):
        receipt = self.env["crm.receipt"].create({"customer": self.customer, "account": self.account, **values})
        receipt.confirm()
        self.receipts.append(receipt.id)

    def receive(self, place, amount, keep):
        self.receipt(order=self.orders[place], amount=amount, keep_rest=keep)

    def merged(self, amount, keep):
        self.receipt(amount=amount, keep_rest=keep)

    def prepay(self, amount):
        self.receipt(amount=amount, is_prepayment=True)

    def use(self, place, amount):
        rows = [each for each in self.order(place).receivables if each.open_amount >= amount]
        settle_from_prepayment(self.env, [(each, Decimal(amount)) for each in rows[:1]])

    def plan(self, place, count):
        order = self.order(place)
        share, last = order.amount // count, order.amount - (count - 1) * (order.amount // count)
        amounts = [share] * (count - 1) + [last]
        order.update(plans=[{"date": f"2025-0{n + 1}-01", "amount": each} for n, each in enumerate(amounts)])
        self.env.flush()

    def reverse(self, place):
        if self.receipts:
            self.env["crm.receipt"].get(self.receipts[place % len(self.receipts)]).reverse()

    def cancel(self, place):
        self.order(place).cancel()

    def check(self):
        env, own = self.env, [["customer", "=", self.customer]]
        for receivable in env["crm.receivable"].search(own):
            settled = sum(each.amount for each in receivable.settlements)
            assert 0 <= receivable.settled == settled <= receivable.amount
            assert receivable.open_amount == (0 if receivable.cancelled else receivable.amount - settled)
        for order in env["crm.order"].search(own):
            assert order.received == self.total("crm.settlement", "amount", ["order", "=", order.id])
            if order.state == "confirmed":
                live = [each for each in order.receivables if not each.cancelled]
                assert sum(each.amount for each in live) == order.amount
                assert order.outstanding == sum(each.open_amount for each in live)
        for account in env["crm.prepayment"].search(own):
            assert account.balance == sum(each.amount for each in account.entries) >= 0
        arrived = self.total("crm.receipt", "arrived", ["state", "=", "confirmed"])
        kept = self.total("crm.settlement", "amount") + self.total("crm.prepayment", "balance")
        assert arrived == kept == env["crm.account"].get(self.account).balance

    def total(self, model, field, *conditions):
        domain = [["customer", "=", self.customer], *conditions]
        return self.env[model].aggregate(domain, {field: "sum"})[0][field] or 0


@pytest.mark.rows("FIN-08", "FIN-09", "FIN-10", "FIN-11", "FIN-12", "FIN-24")
def test_money_is_neither_lost_nor_made(env):
    numbers = itertools.count()

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEP, min_size=3, max_size=9))
    def run(steps):
        world = World(env, next(numbers))
        for name, *arguments in steps:
            try:
                with env.savepoint():
                    getattr(world, name)(*arguments)
            except (ValidationError, ConflictError):
                continue
        world.check()

    run()
