"""Goods lent leave what is available and stay ours until they come back (STOCK-06)."""

import pytest

from core.api import ConflictError, ValidationError


@pytest.fixture
def lend(env, printer, post, create_customer):
    """A function that lends printers to a customer: ``lend(10)``."""
    post("opening", printer, 30)

    def make(quantity, **values):
        values = {"customer": create_customer(name="Huaxing"), "date": "2025-03-01", "due_date": "2025-03-31", **values}
        return post("loan", printer, quantity, **values)

    return make


@pytest.mark.rows("STOCK-06", "STOCK-10")
def test_what_is_lent_leaves_available_stock_and_stays_ours(printer, lend, levels):
    loan = lend(10)
    assert levels(printer) == (20, 0, 10, 20)
    assert (printer.stock_quantity, printer.stock_value, loan.still_lent) == (30, 18000, 10)


@pytest.mark.rows("STOCK-06")
def test_a_part_comes_back_against_the_loan(printer, lend, levels):
    loan = lend(10)
    back = loan.take_back_rest()
    assert (back.kind, back.state, back.lines[0].quantity, back.customer) == ("loan_return", "draft", 10, loan.customer)
    back.lines[0].quantity = 4
    back.confirm()
    assert (loan.still_lent, levels(printer)) == (6, (24, 0, 6, 24))
    back.reverse()
    assert (loan.still_lent, levels(printer)) == (10, (20, 0, 10, 20))


@pytest.mark.rows("STOCK-06")
def test_no_more_comes_back_than_was_lent(env, lend):
    first, _other = lend(10), lend(5)
    back = first.take_back_rest()
    back.lines[0].quantity = 11
    with pytest.raises(ValidationError, match="only 10 were lent"), env.savepoint():
        back.confirm()
    first.take_back_rest().confirm()
    with pytest.raises(ConflictError, match="still lent"):
        first.take_back_rest()


@pytest.mark.rows("STOCK-06")
def test_a_return_by_hand_finds_the_line_of_its_loan(env, printer, lend, warehouse, create_product):
    loan = lend(10)
    values = {"kind": "loan_return", "loan": loan, "warehouse": warehouse}
    back = env["crm.stock.document"].create({**values, "lines": [{"product": printer, "quantity": 1}]})
    assert back.lines[0].loan_line == loan.lines[0]
    other = create_product(name="TN-20")
    with pytest.raises(ValidationError, match="not out on this loan"), env.savepoint():
        env["crm.stock.document"].create({**values, "lines": [{"product": other, "quantity": 1}]})


@pytest.mark.rows("STOCK-06")
@pytest.mark.parametrize("values", [{"customer": None}, {"due_date": None}, {"due_date": "2025-02-28"}])
def test_a_loan_says_who_has_the_goods_and_until_when(lend, values):
    with pytest.raises(ValidationError):
        lend(1, **values)


@pytest.mark.rows("STOCK-06")
def test_a_loan_of_which_something_came_back_is_reversed_only_after_its_returns(env, lend, levels, printer):
    loan, _other = lend(10), lend(5)
    back = loan.take_back_rest()
    back.lines[0].quantity = 4
    back.confirm()
    with pytest.raises(ConflictError, match="came back already"), env.savepoint():
        loan.reverse()
    assert levels(printer) == (19, 0, 11, 19)
    back.reverse()
    loan.reverse()
    assert levels(printer) == (25, 0, 5, 25)


@pytest.mark.rows("STOCK-06")
def test_nothing_comes_back_against_a_loan_that_is_reversed_or_another_one(env, lend, levels, printer):
    loan, other = lend(10), lend(15)
    late, wrong = loan.take_back_rest(), loan.take_back_rest()
    wrong.update(loan=other)
    with pytest.raises(ValidationError, match="not out on this loan"), env.savepoint():
        wrong.confirm()
    loan.reverse()
    with pytest.raises(ValidationError, match="Choose the loan"), env.savepoint():
        late.confirm()
    assert levels(printer) == (15, 0, 15, 15)
