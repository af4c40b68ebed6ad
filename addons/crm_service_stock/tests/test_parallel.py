"""Sixteen people ask the warehouse for the parts of one repair at once: it is asked once, and the keeper issues them once."""

import pytest

from core.testing import at_once


def done_once(told):
    """Whether one did it, and all others were told of a conflict."""
    return told.count("done") == 1 and all(code == "done" or code.startswith("conflict") for code in told)


@pytest.mark.rows("SERV-14", "STOCK-07")
def test_parts_are_asked_for_and_issued_once(own_app):
    def prepare(env):
        unit = env["crm.unit"].create({"name": "件"})
        units = [{"unit": unit, "ratio": 1, "is_base": True, "price": 260}]
        part = env["crm.product"].create({"name": "FU-2", "cost": 150, "units": units})
        warehouse = env["crm.warehouse"].create({"name": "主仓", "code": "ZC", "keepers": [env.user]})
        lines = [{"product": part, "quantity": 10, "unit_cost": 150}]
        env["crm.stock.document"].create({"kind": "opening", "warehouse": warehouse, "lines": lines}).confirm()
        customer = env["crm.customer"].create({"name": "华星贸易"})
        repair = env["crm.ticket"].create({"customer": customer, "subject": "卡纸", "product": part}).make_repair()
        repair.update(parts=[{"product": part}])
        env.flush()
        return repair.id

    number = own_app.run(prepare, user="admin")
    assert done_once(at_once(own_app, lambda env: env["crm.repair"].get(number).request_parts()))
    with own_app.env("admin") as env:
        documents = env["crm.stock.document"].search([["reason", "=", "part"]])
        assert len(documents) == 1
        document = documents[0].id
    assert done_once(at_once(own_app, lambda env: env["crm.stock.document"].get(document).confirm()))
    with own_app.env("admin") as env:
        assert env["crm.product"].search([["name", "=", "FU-2"]])[0].stock_quantity == 9
        assert env["crm.stock.move"].count([["document", "=", document]]) == 1
