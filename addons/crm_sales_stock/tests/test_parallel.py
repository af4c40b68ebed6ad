"""Sixteen people request the goods of one order at once: the warehouse is asked once for each piece."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.api import CoreError

PEOPLE = 16


@pytest.mark.rows("SALE-44", "STOCK-07")
def test_goods_of_an_order_are_requested_once(installations, addon_name, tangram_engine):
    app = installations.open(installations.copy(addon_name, tangram_engine))

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

    def request(number):
        try:
            app.run(lambda env: env["crm.order"].get(number).request_stock_out(), user="admin")
        except CoreError as error:
            assert error.code.startswith("conflict"), error
            return 0
        return 1

    try:
        number = app.run(prepare, user="admin")
        with ThreadPoolExecutor(PEOPLE) as threads:
            assert sum(threads.map(request, [number] * PEOPLE)) == 1
        with app.env("admin") as env:
            assert env["crm.stock.document"].count([["reason", "=", "sale"]]) == 1
            assert [line.requested for line in env["crm.order"].get(number).lines] == [10]
    finally:
        app.close()
