"""Sixteen people redeem the points of one customer at once: no point is spent twice."""

import threading

import pytest

from core.api import CoreError

PEOPLE = 16
POINTS = 250
NEEDED = 80


@pytest.mark.rows("LOY-10")
def test_no_point_is_spent_twice(own_app):
    def prepare(env):
        customer = env["crm.customer"].create({"name": "Huaxing"})
        env["crm.point.entry"].create({"customer": customer, "points": POINTS})
        gift = env["crm.gift"].create({"product": env["crm.product"].create({"name": "Cup"}), "points": NEEDED})
        env.flush()
        return [
            env["crm.redemption"].create({"customer": customer, "gift": gift}).id for _number in range(PEOPLE)
        ], customer.id

    answers = []
    redemptions, customer = own_app.run(prepare, user="admin")

    def redeem(number):
        try:
            own_app.run(lambda env: env["crm.redemption"].get(number).redeem(), user="admin")
            answers.append("redeemed")
        except CoreError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=redeem, args=(number,)) for number in redemptions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert answers.count("redeemed") <= POINTS // NEEDED
    assert set(answers) <= {"redeemed", "validation", "conflict", "conflict.retry", "retry"}
    with own_app.env("admin") as env:
        entries = env["crm.point.entry"].search([["customer", "=", customer]]).mapped("points")
        record = env["crm.customer"].get(customer)
        made = env["crm.redemption"].count([["customer", "=", customer], ["state", "=", "redeemed"]])
        assert made == answers.count("redeemed") >= 1
        assert record.points == sum(entries) == POINTS - NEEDED * made
        assert record.points >= 0
