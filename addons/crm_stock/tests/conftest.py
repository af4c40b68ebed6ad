"""What tests of stock need again and again."""

from decimal import Decimal

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
    """A function that makes and confirms a document with one line: ``post("in", printer, 30, cost=600)``."""

    def make(kind, product, quantity, cost=None, **values):
        line = {"product": product, "quantity": quantity, "unit_cost": cost, **values.pop("line", {})}
        document = env["crm.stock.document"].create({"kind": kind, "warehouse": warehouse, "lines": [line], **values})
        document.confirm()
        return document

    return make


@pytest.fixture
def levels(env):
    """A function that returns on hand, reserved, lent and available of a product, all levels together."""

    def read(product):
        names = ("on_hand", "reserved", "lent", "available")
        rows = env["crm.stock.level"].aggregate([["product", "=", product.id]], dict.fromkeys(names, "sum"))
        return tuple(Decimal(rows[0][name] or 0) for name in names) if rows else (0, 0, 0, 0)

    return read
