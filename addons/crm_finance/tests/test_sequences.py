"""After any sequence of what people do the figures agree: owed, open, settled, received and prepaid (FIN-08 to FIN-12, FIN-24, SALE-46)."""

import itertools
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.crm_finance.services.settling import settle_from_prepayment
from core.api import ConflictError, ValidationError

AMOUNT = st.integers(1, 900)
ORDER = st.integers(0, 2)
COUNT = st.integers(1, 3)
MONEY = st.one_of(
    st.tuples(st.just("receive"), ORDER, AMOUNT, st.booleans()),
    st.tuples(st.just("merged"), AMOUNT, st.booleans()),
    st.tuples(st.just("prepay"), AMOUNT),
    st.tuples(st.just("use"), ORDER, AMOUNT),
    st.tuples(st.just("reverse"), st.integers(0, 5)),
)
CONTRACT = st.one_of(
    st.tuples(st.just("plan"), ORDER, COUNT, st.sampled_from(["amount", "percent", "both"])),
    st.tuples(st.just("change"), ORDER, AMOUNT),
    st.tuples(st.sampled_from(["cancel", "complete"]), ORDER),
)
GOODS = st.one_of(
    st.tuples(st.just("deliver"), ORDER, COUNT),
    st.tuples(st.just("send_back"), ORDER, COUNT, st.booleans()),
    st.tuples(st.just("send_back"), ORDER, COUNT, st.just(False)),
    st.tuples(st.just("keep_after_all"), ORDER),
)
STEP = st.one_of(MONEY, MONEY, CONTRACT, GOODS)
LINES = ((3, 100, 0), (4, "131.58", 5), (7, "112.35", "12.5"))
"""Quantity, price and discount of what each contract is about: 300.00, 500.00 and 688.14."""

AT_LAST = (("send_back", 0, 1, False), ("send_back", 1, 2, False))
"""Goods come back in the end, into whatever state the steps before left the contracts in."""


class World:
    """Three contracts of one customer: what is done to them, and what must be true of them."""

    def __init__(self, env, number):
        self.env = env
        self.customer = env["crm.customer"].create({"name": f"Huaxing {number}"}).id
        self.account = env["crm.account"].create({"name": f"ICBC {number}"}).id
        self.orders = [self.sell(*line) for line in LINES]
        self.receipts = []
        # So that goods that come back free money: one contract is paid, another one is planned in parts and paid to the second of these.
        self.plan(1, 3, "amount")
        self.receive(0, 300, keep=False)
        self.receive(1, 250, keep=False)

    def sell(self, quantity, price, discount):
        line = {"name": "Printers", "quantity": quantity, "price": price, "discount": discount}
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

    def plan(self, place, count, by):
        """Plan so many receipts alike, by amount or by percent; or two, one by each."""
        order = self.order(place)
        whole = Decimal(100) if by == "percent" else order.amount
        if by == "both":
            half = (whole / 2).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
            rows = [{"percent": 50}, {"amount": whole - half}]
        else:
            share = (whole / count).quantize(Decimal("0.01"))
            rows = [{by: each} for each in [share] * (count - 1) + [whole - share * (count - 1)]]
        plans = [{"date": f"2025-0{number}-01", **row} for number, row in enumerate(rows, 1)]
        order.update(plans=plans)
        self.env.flush()

    def deliver(self, place, count, kind="delivery", replace=False):
        order = self.order(place)
        values = {"order": order, "line": order.lines[0], "quantity": count, "kind": kind, "replace": replace}
        self.env["crm.delivery"].create(values)
        self.env.flush()

    def send_back(self, place, count, replace):
        """Goods come back that were delivered before, or are now."""
        if self.order(place).lines[0].delivered < count:
            self.deliver(place, count)
        self.deliver(place, count, "return", replace)

    def keep_after_all(self, place):
        """The last return was a mistake."""
        returns = [each for each in self.order(place).deliveries if each.kind == "return"]
        if returns:
            max(returns, key=lambda each: each.id).delete()
            self.env.flush()

    def change(self, place, price):
        order = self.order(place)
        order.reopen()
        order.lines[0].update(price=price)
        order.confirm()

    def reverse(self, place):
        if self.receipts:
            self.env["crm.receipt"].get(self.receipts[place % len(self.receipts)]).reverse()

    def cancel(self, place):
        self.order(place).cancel()

    def complete(self, place):
        self.order(place).complete()

    def check(self):
        env, own = self.env, [["customer", "=", self.customer]]
        for receivable in env["crm.receivable"].search(own):
            settled = sum(each.amount for each in receivable.settlements)
            assert 0 <= receivable.settled == settled <= receivable.amount
            assert receivable.open_amount == (0 if receivable.cancelled else receivable.amount - settled)
        for order in env["crm.order"].search(own):
            self.check_order(order)
        for account in env["crm.prepayment"].search(own):
            assert account.balance == sum(each.amount for each in account.entries) >= 0
        account = env["crm.account"].get(self.account)
        entries = env["crm.account.entry"].search([["account", "=", self.account]])
        assert account.balance == sum(each.amount for each in entries if each.booked)
        arrived = self.total("crm.receipt", "arrived", ["state", "=", "confirmed"])
        kept = self.total("crm.settlement", "amount") + self.total("crm.prepayment", "balance")
        assert arrived == kept == account.balance

    def check_order(self, order):
        """Check that a contract is owed as far as it was not sent back, each row of its plan by itself, and settled by what was received."""
        (line,) = order.lines
        back = sum(each.quantity for each in order.deliveries if each.kind == "return" and not each.replace)
        owed = (line.quantity - back) * line.price * (100 - line.discount) / 100
        assert order.amount == owed.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        assert order.received == self.total("crm.settlement", "amount", ["order", "=", order.id])
        live = [each for each in order.receivables if not each.cancelled]
        if order.state not in ("confirmed", "done"):
            assert sum(each.open_amount for each in live) == 0
            return
        assert sum(each.amount for each in live) == order.amount
        assert order.outstanding == sum(each.open_amount for each in live) == order.amount - order.received
        rows = {each.plan.id: each for each in live if each.plan}
        assert len(rows) == (len(live) if order.plans else 0)
        for row in order.plans:
            of_row = rows.pop(row.id, None)
            assert row.amount == (of_row.amount if of_row else 0)
            assert row.open_amount == (of_row.open_amount if of_row else 0) == row.amount - row.received
        assert not rows

    def total(self, model, field, *conditions):
        domain = [["customer", "=", self.customer], *conditions]
        return self.env[model].aggregate(domain, {field: "sum"})[0][field] or 0


@pytest.mark.rows("FIN-08", "FIN-09", "FIN-10", "FIN-11", "FIN-12", "FIN-24", "SALE-41", "SALE-46")
def test_money_is_neither_lost_nor_made(env):
    numbers = itertools.count()

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEP, min_size=4, max_size=12))
    def run(steps):
        world = World(env, next(numbers))
        for name, *arguments in [*steps, *AT_LAST]:
            try:
                with env.savepoint():
                    getattr(world, name)(*arguments)
            except (ValidationError, ConflictError):
                continue
        world.check()

    run()
