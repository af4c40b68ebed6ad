"""Sixteen people request the goods of one order at once: the warehouse is asked once for each piece."""

import pytest

from core.testing import at_once


@pytest.mark.rows("SALE-44", "STOCK-07")
def test_goods_of_an_order_are_requested_once(own_app):
    def prepare(env):
        unit = env["crm.unit"].create({"name": "台"})
        units = [{"unit": unit, "ratio": 1, "is_base": True, "price": 1000}]
        product = env["crm.product"].create({"name": "LP-200", "units": units})
        env["crm.warehouse"].create({"name": "Main", "code": "A"})
        customer = env["crm.customer"].create({"name": "Huaxing"})
        lines = [{"product": product, "quantity": 10, "price": 900}]
        order = env["crm.order"].create({"customer": customer, "lines": lines})
        order.confirm()
        env.flush()
        return order.id

    number = own_app.run(prepare, user="admin")
    told = at_once(own_app, lambda env: env["crm.order"].get(number).request_stock_out())
    assert told.count("done") == 1
    assert all(code == "done" or code.startswith("conflict") for code in told)
    with own_app.env("admin") as env:
        assert env["crm.stock.document"].count([["reason", "=", "sale"]]) == 1
        assert [line.requested for line in env["crm.order"].get(number).lines] == [10]
