"""F2 steps 5 and 6, F12 step 1: the keeper's ledger and the moving average cost of LP-200."""

from decimal import Decimal

import pytest

from addons.crm_stock.api import StockLine, request_issue, request_receipt
from tests.flows.company import Company

ADDONS = ("crm_stock",)


@pytest.mark.rows("STOCK-07", "STOCK-13", "STOCK-09")
def test_the_ledger_reads_30_68_6_and_the_issue_costs_what_the_average_says(company: Company) -> None:
    buyer, seller, keeper = (company.as_user(name) for name in ("郑采购", "张三", "冯仓管"))
    number = company.product("LP-200").id
    received = request_receipt(
        buyer, reason="purchase", lines=[StockLine(number, None, Decimal(38), unit_cost=Decimal(605))]
    )
    assert company.product("LP-200").stock_quantity == 30
    keeper["crm.stock.document"].get(received.id).confirm()
    assert company.product("LP-200").average_cost == Decimal("602.794118")
    asked = request_issue(seller, reason="sale", lines=[StockLine(number, None, Decimal(62))])
    keeper["crm.stock.document"].get(asked.id).confirm()
    issue = company.env["crm.stock.document"].get(asked.id)
    product = company.product("LP-200")
    assert issue.lines[0].value == Decimal("37373.24")
    assert (product.stock_quantity, product.stock_value) == (6, Decimal("3616.76"))
    ledger = keeper["crm.stock.move"].read([["product", "=", number]], ["balance"], order="id")
    assert [row["balance"] for row in ledger] == [30, 68, 6]


@pytest.mark.rows("STOCK-04", "STOCK-05")
def test_goods_in_boxes_go_out_in_pieces_and_one_comes_back_at_its_cost(company: Company) -> None:
    seller, keeper = company.as_user("张三"), company.as_user("冯仓管")
    product = company.product("LP-200")
    lines = [
        StockLine(product.id, company.unit("LP-200", unit).id, Decimal(quantity))
        for unit, quantity in (("箱", 2), ("台", 3))
    ]
    asked = request_issue(seller, reason="sale", lines=lines, customer=company.customer().id)
    keeper["crm.stock.document"].get(asked.id).confirm()
    back = request_receipt(
        seller, reason="return", lines=[StockLine(product.id, None, Decimal(1), unit_cost=Decimal(600))]
    )
    keeper["crm.stock.document"].get(back.id).confirm()
    product = company.product("LP-200")
    assert (product.stock_quantity, product.stock_value) == (20, Decimal("12000.00"))


@pytest.mark.rows("STOCK-03", "STOCK-02")
def test_the_opening_stock_of_the_company(company: Company) -> None:
    keeper = company.as_user("冯仓管")
    rows = keeper["crm.stock.level"].read([], ["product.model_number", "on_hand", "reserved"])
    found = {row["product.model_number"]: row["on_hand"] for row in rows}
    assert found == {"LP-200": 30, "TN-20": 100, "FU-2": 10, "CUP": 20}
    assert keeper["crm.stock.level"].search([["product.model_number", "=", "LP-200"]])[0].in_units == "7 箱 2 台"
