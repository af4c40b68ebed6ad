"""F1 step 7 (goods of the contract leave the warehouse), F2 steps 1 and 4 to 6 as far as stock goes, and the return of F12 step 1.

What needs purchasing is a receipt entered by hand here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from addons.crm_stock.api import shortages
from core.api import ConflictError, ValidationError
from tests.flows.company import Company

ADDONS = ("crm_sales", "crm_stock", "crm_sales_stock")


def make_order(
    company: Company, lines: list[tuple[str, str, int, int]], name: str = "张三", customer: str = "华星贸易"
) -> Any:
    """Return an effective contract with lines of model, unit, quantity and price."""
    env = company.as_user(name)
    rows = [
        {
            "product": company.product(model).id,
            "unit": company.unit(model, unit).id,
            "quantity": quantity,
            "price": price,
        }
        for model, unit, quantity, price in lines
    ]
    order = env["crm.order"].create({"customer": company.customer(customer, env), "lines": rows})
    order.confirm()
    env.flush()
    return order


def keeper_confirms(company: Company, number: int) -> Any:
    """Let 冯仓管 confirm a document."""
    env = company.as_user("冯仓管")
    document = env["crm.stock.document"].get(number)
    document.confirm()
    env.flush()
    return document


def in_stock(company: Company, model: str) -> Decimal:
    """Return what is on hand of a product, as 冯仓管 sees it."""
    domain = [["product.model_number", "=", model]]
    rows = company.as_user("冯仓管")["crm.stock.level"].aggregate(domain, {"on_hand": "sum"})
    return Decimal(rows[0]["on_hand"] or 0)


def seen(company: Company, order: Any) -> Any:
    """Return the order as the administrator sees it, with cost and profit."""
    company.env.flush()
    return company.env["crm.order"].get(order.id)


@pytest.mark.rows("SALE-44", "STOCK-05", "STOCK-07", "SALE-41")
def test_the_goods_of_a_contract_leave_the_warehouse(company: Company) -> None:
    company.clock.set("2025-01-08")
    order = make_order(company, [("LP-200", "台", 10, 880), ("TN-20", "支", 20, 180)])
    company.clock.set("2025-01-15")
    number = order.request_stock_out().id
    assert [line.requested for line in order.lines] == [10, 20]
    assert (in_stock(company, "LP-200"), order.delivery_state) == (30, "none")
    document = keeper_confirms(company, number)
    assert (in_stock(company, "LP-200"), in_stock(company, "TN-20")) == (20, 80)
    assert (document.source.id, str(document.date), document.requester.name) == (order.id, "2025-01-15", "张三")
    order = order.env["crm.order"].get(order.id)
    assert (order.delivery_state, [line.delivered for line in order.lines]) == ("full", [10, 20])
    with pytest.raises(ValidationError, match="only 0 can still be requested, not 1"), order.env.savepoint():
        order.request_stock_out({order.lines[0].id: 1})
    with pytest.raises(ConflictError):
        order.request_stock_out()
    whole = seen(company, order)
    assert (whole.amount, whole.cost, whole.profit) == (12400, 8400, 4000)


@pytest.mark.rows("STOCK-11", "STOCK-13", "STOCK-09", "SALE-48")
def test_a_shortage_is_told_and_the_issue_cost_makes_the_profit(company: Company) -> None:
    company.clock.set("2025-02-03")
    order = make_order(company, [("LP-200", "台", 62, 950)])
    first = order.request_stock_out().id
    other = make_order(company, [("LP-200", "台", 8, 950)], "陈四", "远航科技")
    second = other.request_stock_out().id
    feng = company.as_user("冯仓管")
    documents = feng["crm.stock.document"]
    assert [[each.missing for each in shortages(documents.get(number))] for number in (first, second)] == [[32], [8]]
    documents.get(second).cancel()
    with pytest.raises(ValidationError, match="32 are missing"), feng.savepoint():
        documents.get(first).confirm()
    line = {"product": company.product("LP-200").id, "quantity": 38, "unit_cost": 605}
    values = {"kind": "in", "reason": "purchase", "warehouse": company.find("crm.warehouse", ["code", "=", "A"]).id}
    receipt = company.env["crm.stock.document"].create({**values, "lines": [line]})
    receipt.confirm()
    assert company.env["crm.product"].get(company.product("LP-200").id).average_cost == Decimal("602.794118")
    keeper_confirms(company, first)
    whole = seen(company, order)
    assert (whole.amount, whole.cost, whole.profit) == (58900, Decimal("37373.24"), Decimal("21526.76"))
    product = company.product("LP-200")
    assert (product.stock_quantity, product.stock_value) == (6, Decimal("3616.76"))
    moves = company.as_user("冯仓管")["crm.stock.move"].search([["product", "=", product.id]], "id")
    assert [move.balance for move in moves] == [30, 68, 6]


@pytest.mark.rows("SALE-46", "SALE-48", "PROD-09")
def test_a_return_lowers_amount_and_cost(company: Company) -> None:
    order = make_order(company, [("LP-200", "箱", 2, 3900), ("LP-200", "台", 3, 950)])
    assert order.amount == 10650
    keeper_confirms(company, order.request_stock_out().id)
    assert in_stock(company, "LP-200") == 19
    keeper_confirms(company, order.announce_return({order.lines[1].id: 1}).id)
    assert in_stock(company, "LP-200") == 20
    whole = seen(company, order)
    assert (whole.amount, whole.cost, whole.profit, whole.margin) == (9700, 6000, 3700, Decimal("38.14"))
