"""Many keepers at once: the last pieces go out once, and no number comes twice."""

import pytest

from core.testing import at_once

KEEPERS = 16


@pytest.mark.rows("STOCK-05", "STOCK-07")
def test_the_last_pieces_are_issued_once(own_app):
    issue = own_app.run(_prepare, user="admin")
    answers = at_once(own_app, issue, people=KEEPERS)
    with own_app.env("admin") as env:
        documents = env["crm.stock.document"].search([["kind", "=", "out"], ["state", "=", "confirmed"]])
        levels = env["crm.stock.level"].search([])
        products = [level.product for level in levels]
        assert [level.on_hand for level in levels] == [0, 0]
        assert [(product.stock_quantity, product.stock_value) for product in products] == [(0, 0), (0, 0)]
        assert len(documents) == len({document.number for document in documents}) == 5
        assert env["crm.stock.move"].aggregate([], {"value": "sum", "quantity": "sum"})[0] == {
            "value": 0,
            "quantity": 0,
        }
    assert sorted(answers) == ["done"] * 5 + ["validation.stock"] * (KEEPERS - 5)


def _prepare(env):
    """Put 10 pieces each of two products into stock; return what issues 2 of both, in an order that changes from one to the next."""
    unit = env["crm.unit"].create({"name": "台"})
    warehouse = env["crm.warehouse"].create({"name": "Main", "code": "A"}).id
    products = [
        env["crm.product"].create({"name": name, "cost": 7, "units": [{"unit": unit, "is_base": True}]}).id
        for name in ("LP-200", "TN-20")
    ]
    opening = {"kind": "opening", "warehouse": warehouse}
    lines = [{"product": product, "quantity": 10} for product in products]
    env["crm.stock.document"].create({**opening, "lines": lines}).confirm()
    turns = iter(range(1000))

    def issue(env):
        order = products if next(turns) % 2 else products[::-1]
        lines = [{"product": product, "quantity": 2} for product in order]
        env["crm.stock.document"].create({"kind": "out", "warehouse": warehouse, "lines": lines}).confirm()

    return issue
