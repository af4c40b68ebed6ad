"""What tests of points need again and again: a product with points, customers who collect, and what they order."""

import pytest


def make_printer(env):
    """Make the LP-200 of the flows: a piece earns 10 points, a box of four 45; customers of type VIP get 12 and 50."""
    piece, box = (env["crm.unit"].create({"name": name}) for name in ("piece", "box"))
    kinds = env["core.dictionary"].search([["code", "=", "customer_type"]])[0]
    vip = env["core.dictionary.item"].create({"dictionary": kinds, "key": "vip", "name": "VIP"})
    product = env["crm.product"].create(
        {
            "name": "LP-200",
            "units": [
                {"unit": piece, "is_base": True, "price": 950, "points": 10},
                {"unit": box, "ratio": 4, "price": 3900, "points": 45},
            ],
        }
    )
    for unit, points in zip(product.units.sorted("ratio"), (12, 50), strict=True):
        env["crm.point.rule"].create({"unit": unit, "type": vip, "points": points})
    env.flush()
    return product


@pytest.fixture
def printer(env):
    """The product with points."""
    return make_printer(env)


@pytest.fixture
def piece(printer):
    """Its base unit."""
    return printer.base_unit


@pytest.fixture
def box(printer):
    """Its box of four."""
    return next(unit for unit in printer.units if not unit.is_base)


@pytest.fixture
def vip(env, printer):
    """The customer type VIP."""
    return env["core.dictionary.item"].search([["key", "=", "vip"]])[0]


@pytest.fixture
def order_of(env, create_customer):
    """A function that makes a draft order: pairs (unit, quantity), for a new customer or ``customer``."""

    def make(*wanted, customer=None, **values):
        customer = customer or create_customer()
        lines = [{"unit": unit, "quantity": quantity} for unit, quantity in wanted]
        order = env["crm.order"].create({"customer": customer, "lines": lines, **values})
        env.flush()
        return order

    return make


@pytest.fixture
def gift(env):
    """A gift for 80 points."""
    product = env["crm.product"].create({"name": "Cup"})
    return env["crm.gift"].create({"product": product, "points": 80})
