"""Moving average cost, to the cent: the value of a product is the sum of its moves."""

from decimal import Decimal

import pytest


@pytest.mark.rows("STOCK-13", "STOCK-09")
def test_average_cost_and_ledger_of_flow_f2(env, printer, post):
    post("opening", printer, 30, cost=600)
    post("in", printer, 38, cost=605, reason="purchase")
    assert printer.average_cost == Decimal("602.794118")
    issue = post("out", printer, 62, reason="sale")
    assert issue.lines[0].value == Decimal("37373.24")
    assert (printer.stock_quantity, printer.stock_value) == (6, Decimal("3616.76"))
    moves = env["crm.stock.move"].search([["product", "=", printer.id]], order="id")
    assert [move.balance for move in moves] == [30, 68, 6]
    assert sum(move.value for move in moves) == Decimal("3616.76")
