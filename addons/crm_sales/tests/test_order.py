"""Orders add up their lines and go from draft to done."""

from decimal import Decimal

import pytest

from core.api import ConflictError, ValidationError

LINES = [{"name": "Tea", "quantity": 3, "price": "35.50"}, {"name": "Cup", "price": 8}]


def test_the_amount_is_the_sum_of_the_lines(create_order):
    order = create_order(lines=LINES)
    assert order.amount == Decimal("114.50")
    order.lines[0].quantity = 4
    assert order.amount == Decimal("150.00")


def test_a_new_order_shows_its_amount_before_it_is_saved(env):
    assert env["crm.order"].new({"lines": LINES}).amount == Decimal("114.50")


def test_an_order_goes_from_draft_to_done(create_order):
    order = create_order(lines=LINES)
    order.confirm()
    order.complete()
    assert order.state == "done"
    with pytest.raises(ConflictError):
        order.cancel()


def test_an_order_without_lines_can_not_be_confirmed(create_order):
    order = create_order()
    with pytest.raises(ValidationError, match="without lines"):
        order.confirm()
    assert order.state == "draft"


def test_confirming_calls_the_hook_with_the_order(create_order, hooks):
    calls = hooks.watch("sales_order_confirmed")
    order = create_order(lines=LINES)
    order.confirm()
    assert calls == [{"order": order}]


def test_only_a_confirmed_order_tells_that_it_was_cancelled(create_order, hooks):
    calls = hooks.watch("sales_order_cancelled")
    create_order(lines=LINES).cancel()
    assert calls == []
    order = create_order(lines=LINES)
    order.confirm()
    order.cancel()
    assert calls == [{"order": order}]


def test_an_addon_may_refuse_the_confirmation(create_order, hooks):
    def refuse(order):
        raise ValidationError("not today")

    hooks.register(sales_order_confirmed=refuse)
    order = create_order(lines=LINES)
    with pytest.raises(ValidationError, match="not today"):
        order.confirm()
    assert order.state == "draft"


def test_an_order_is_confirmed_over_http(client, create_order):
    order = create_order(lines=LINES)
    client.post_json(f"/api/v1/crm.order/{order.id}/actions/confirm", {})
    assert order.state == "confirmed"
    assert client.get_json("/api/v1/crm.order", fields=["amount"])["records"][0]["amount"] == "114.50"
