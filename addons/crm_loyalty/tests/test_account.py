"""Whatever happens to a customer, the balance is the sum of the entries and never what cannot be (LOY-11)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.api import CoreError

STEPS = ("order", "confirm", "cancel", "reopen", "return", "redeem", "undo", "change")


def _order(env, customer, piece, gift, number):
    env["crm.order"].create({"customer": customer, "lines": [{"unit": piece, "quantity": number}]})


def _orders(customer, number):
    orders = list(customer.orders)
    return orders[number % len(orders)] if orders else None


def _change(env, customer, piece, gift, number):
    if (order := _orders(customer, number)) is not None:
        order.lines[0].update(points=number * 7)


def _return(env, customer, piece, gift, number):
    if (order := _orders(customer, number)) is not None:
        line = order.lines[0]
        for kind in ("delivery", "return"):
            env["crm.delivery"].create({"order": order, "line": line, "kind": kind, "quantity": 1})


def _redeem(env, customer, piece, gift, number):
    env["crm.redemption"].create({"customer": customer, "gift": gift, "quantity": 1 + number % 2}).redeem()


def _undo(env, customer, piece, gift, number):
    made = list(customer.redemptions)
    if made:
        made[number % len(made)].undo()


def _transition(name):
    def run(env, customer, piece, gift, number):
        if (order := _orders(customer, number)) is not None:
            getattr(order, name)()

    return run


DO = {
    "order": _order,
    "change": _change,
    "return": _return,
    "redeem": _redeem,
    "undo": _undo,
    **{name: _transition(name) for name in ("confirm", "cancel", "reopen")},
}


def expected(customer):
    """What the documents say, without a look at the account."""
    earned = 0
    for order in customer.orders:
        if order.state == "confirmed":
            for line in order.lines:
                share = line.points * (line.quantity - line.returned) / line.quantity
                earned += int(share.quantize(1, "ROUND_HALF_UP")) if line.returned else line.points
    return earned - sum(each.points for each in customer.redemptions if each.state == "redeemed")


@pytest.mark.rows("LOY-09", "LOY-10", "LOY-11")
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 6)), min_size=4, max_size=14))
def test_the_balance_is_the_sum_of_the_entries_after_any_history(env, piece, gift, create_customer, steps):
    gift.update(points=20)
    customer = create_customer()
    env.flush()
    for step, number in [("order", 3), ("confirm", 0), *steps]:
        try:
            with env.savepoint():
                DO[step](env, customer, piece, gift, number)
                env.flush()
        except CoreError:
            continue  # refused: then nothing may have changed
    customer = env["crm.customer"].get(customer.id)
    entries = env["crm.point.entry"].search([["customer", "=", customer.id]])
    assert customer.points == sum(entries.mapped("points")) == expected(customer)
    assert customer.points == customer.points_earned - customer.points_used
