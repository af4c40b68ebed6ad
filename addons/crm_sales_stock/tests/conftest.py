"""An order of printers and toners, and a warehouse that holds some."""

import pytest


@pytest.fixture
def warehouse(create_warehouse):
    """The main warehouse."""
    return create_warehouse(name="Main", code="A")


@pytest.fixture
def printer(env, create_unit):
    """LP-200: 台, 箱 = 4 台, cost 600."""
    units = [{"unit": create_unit(name="台"), "is_base": True}, {"unit": create_unit(name="箱"), "ratio": 4}]
    return env["crm.product"].create({"name": "LP-200", "cost": 600, "units": units})


@pytest.fixture
def post(env, warehouse):
    """A function that makes and confirms a document with one line: ``post("in", printer, 30)``."""

    def make(kind, product, quantity, cost=None, **values):
        line = {"product": product, "quantity": quantity, "unit_cost": cost}
        document = env["crm.stock.document"].create({"kind": kind, "warehouse": warehouse, "lines": [line], **values})
        document.confirm()
        return document

    return make


@pytest.fixture
def order(create_order, printer, post):
    """An effective order of 2 箱 at 3,900 and 3 台 at 950, with 30 台 in stock (flow F12)."""
    post("opening", printer, 30)
    piece, box = sorted(printer.units, key=lambda unit: unit.ratio)
    rows = [(box, 2, 3900), (piece, 3, 950)]
    lines = [{"product": printer, "unit": unit, "quantity": count, "price": price} for unit, count, price in rows]
    order = create_order(lines=lines)
    order.confirm()
    return order


@pytest.fixture
def confirm(env):
    """A function that confirms a requested document as the administrator, as its keeper would."""

    def post_it(document):
        own = env["crm.stock.document"].get(document.id)
        own.confirm()
        return own

    return post_it
