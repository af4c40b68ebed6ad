"""What is not returned of a loan can be turned into a sale (STOCK-06)."""

import pytest

from core.api import ConflictError


@pytest.fixture
def loan(create_customer, printer, post):
    """10 printers lent to a customer, of 30."""
    post("opening", printer, 30)
    values = {"customer": create_customer(name="Huaxing"), "date": "2025-03-01", "due_date": "2025-03-31"}
    return post("loan", printer, 10, **values)


@pytest.mark.rows("STOCK-06", "SALE-41")
def test_what_the_customer_keeps_is_sold_from_the_loan(env, loan, printer):
    back = loan.take_back_rest()
    back.lines[0].quantity = 4
    back.confirm()
    order = loan.sell_rest()
    assert (order.state, order.customer, [line.quantity for line in order.lines]) == ("draft", loan.customer, [6])
    order.confirm()
    env.flush()
    assert (order.delivery_state, order.cost, loan.still_lent) == ("full", 3600, 0)
    levels = env["crm.stock.level"].aggregate([["product", "=", printer.id]], {"on_hand": "sum", "lent": "sum"})
    assert (levels[0]["on_hand"], levels[0]["lent"], printer.stock_quantity) == (24, 0, 24)
    with pytest.raises(ConflictError, match="still lent"):
        loan.sell_rest()


@pytest.mark.rows("STOCK-06")
def test_more_than_is_lent_stays_open(env, loan):
    order = loan.sell_rest()
    order.lines[0].quantity = 12
    order.confirm()
    env.flush()
    assert (order.lines[0].delivered, order.lines[0].to_request) == (10, 2)
