"""Gifts leave stock with the points and come back with them (LOY-10): hooks ``points_redeemed`` and ``redemption_undone``."""

import pytest

from core.api import ValidationError


@pytest.fixture
def gift(env):
    """A gift for 80 points, two on hand."""
    product = env["crm.product"].create({"name": "Cup", "units": [{"unit": env["crm.unit"].create({"name": "cup"})}]})
    warehouse = env["crm.warehouse"].create({"name": "Main", "code": "M"})
    opening = env["crm.stock.document"].create(
        {
            "kind": "opening",
            "warehouse": warehouse,
            "lines": [{"product": product, "unit": product.base_unit, "quantity": 2, "unit_cost": 30}],
        }
    )
    opening.confirm()
    env.flush()
    return env["crm.gift"].create({"product": product, "points": 80})


@pytest.fixture
def redeem(env, gift, create_customer, create_point_entry):
    """A function that redeems so many gifts for a customer with 500 points."""
    customer = create_customer()
    create_point_entry(customer=customer, points=500)

    def run(quantity):
        redemption = env["crm.redemption"].create({"customer": customer, "gift": gift, "quantity": quantity})
        redemption.redeem()
        env.flush()
        return redemption

    return run


def on_hand(gift):
    gift.env.flush()
    rows = gift.env["crm.stock.level"].aggregate([["product", "=", gift.product.id]], {"on_hand": "sum"})
    return rows[0]["on_hand"]


@pytest.mark.rows("LOY-10", "STOCK-05")
def test_a_gift_leaves_stock_and_comes_back_when_undone(gift, redeem):
    redemption = redeem(1)
    assert on_hand(gift) == 1
    assert (redemption.stock_document.reason, redemption.stock_document.state) == ("gift", "confirmed")
    redemption.undo()
    assert (on_hand(gift), redemption.customer.points) == (2, 500)


@pytest.mark.rows("LOY-10")
def test_more_gifts_than_on_hand_are_refused_and_no_points_taken(env, gift, redeem):
    with pytest.raises(ValidationError), env.savepoint():
        redeem(3)
    assert on_hand(gift) == 2
    assert env["crm.point.entry"].search().mapped("points") == [500]


def test_a_gift_not_kept_in_stock_moves_nothing(gift, redeem):
    gift.update(without_stock=True)
    assert redeem(3).stock_document is None
    assert on_hand(gift) == 2
