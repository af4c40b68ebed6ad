"""Transfers keep quantity and value; stock-taking posts the difference to the book once it is approved (STOCK-14)."""

from decimal import Decimal

import pytest

from core.api import AccessDenied, ConflictError, ValidationError


@pytest.fixture
def count(env, warehouse, printer, post):
    """A stock-taking of the warehouse, in which 30 printers are listed."""
    post("opening", printer, 30)
    document = env["crm.stock.document"].create({"kind": "count", "warehouse": warehouse})
    document.list_stock()
    return document


@pytest.mark.rows("STOCK-14")
def test_a_transfer_keeps_quantity_and_value(env, printer, post, create_warehouse):
    post("opening", printer, 30)
    other = create_warehouse(name="Shop", code="B")
    document = post("transfer", printer, 12, target_warehouse=other)
    rows = env["crm.stock.level"].aggregate([["product", "=", printer.id]], {"on_hand": "sum"}, by=["warehouse"])
    assert [row["on_hand"] for row in rows] == [18, 12]
    assert (printer.stock_quantity, printer.stock_value, document.value) == (30, 18000, 0)
    with pytest.raises(ValidationError, match="19 are to be taken out"), env.savepoint():
        post("transfer", printer, 19, target_warehouse=other)
    document.reverse()
    assert (printer.stock_quantity, printer.stock_value) == (30, 18000)


@pytest.mark.rows("STOCK-14", "STOCK-13")
def test_a_transfer_taken_back_keeps_the_value_though_the_average_fell_meanwhile(env, printer, post, create_warehouse):
    post("in", printer, 10, cost=100)
    document = post("transfer", printer, 10, target_warehouse=create_warehouse(name="Shop", code="B"))
    post("in", printer, 1000, cost=0)
    post("out", printer, 1000)
    document.reverse()
    moves = env["crm.stock.move"].search([["document", "=", document.id]], order="id")
    assert [move.value for move in moves] == [-1000, 1000, -1000, 1000]
    assert (printer.stock_quantity, printer.stock_value) == (10, Decimal("9.90"))
    assert env["crm.stock.move"].aggregate([], {"value": "sum"})[0]["value"] == printer.stock_value


@pytest.mark.rows("STOCK-14")
def test_the_difference_is_posted_and_postings_in_between_stay(printer, post, count, levels):
    line = count.lines[0]
    assert (line.book_quantity, line.quantity, line.difference) == (30, 30, 0)
    line.quantity = 28
    post("out", printer, 5)
    count.request()
    assert (levels(printer)[0], line.difference, count.differences) == (25, -2, 1)
    count.confirm()
    assert (levels(printer)[0], line.value, count.value) == (23, Decimal("1200.00"), Decimal("-1200.00"))


@pytest.mark.rows("STOCK-14")
def test_what_lies_there_without_being_in_the_book_is_found(env, count, create_product, levels):
    toner = create_product(name="TN-20", cost=120)
    env["crm.stock.line"].create({"document": count, "product": toner, "quantity": 3})
    count.request()
    count.confirm()
    assert (levels(toner)[0], toner.stock_value) == (3, 360)


@pytest.mark.rows("STOCK-14")
def test_a_stock_taking_is_handed_in_first_and_approved_with_the_right(env, count, warehouse, as_user):
    with pytest.raises(ConflictError, match="still being counted"):
        count.confirm()
    keeper = as_user("feng", groups=["crm_stock.keeper"])
    warehouse.update(keepers=[keeper.uid])
    env.flush()
    own = keeper["crm.stock.document"].get(count.id)
    own.request()
    with pytest.raises(AccessDenied, match="approve"):
        own.confirm()


@pytest.mark.rows("STOCK-14")
def test_nothing_is_listed_twice(count):
    count.list_stock()
    assert len(count.lines) == 1


@pytest.mark.rows("STOCK-14")
def test_a_stock_taking_of_another_warehouse_is_against_the_book_of_that(count, printer, create_warehouse):
    count.update(warehouse=create_warehouse(name="Shop", code="B"))
    count.request()
    line = count.lines[0]
    assert (line.book_quantity, line.difference) == (0, 30)
    count.confirm()
    assert printer.stock_quantity == 60


@pytest.mark.rows("STOCK-14")
def test_what_becomes_a_stock_taking_is_against_the_book(env, printer, post):
    post("opening", printer, 30)
    values = {"kind": "in", "lines": [{"product": printer, "quantity": 28}]}
    document = env["crm.stock.document"].create(values)
    document.update(kind="count")
    env.flush()
    assert (document.lines[0].book_quantity, document.lines[0].difference) == (30, -2)


@pytest.mark.rows("STOCK-01")
def test_no_document_moves_to_another_warehouse_with_the_places_of_the_first(env, warehouse, printer, create_warehouse):
    shelf = env["crm.stock.place"].create({"warehouse": warehouse, "name": "A-01"})
    line = {"product": printer, "quantity": 1, "place": shelf}
    document = env["crm.stock.document"].create({"kind": "in", "warehouse": warehouse, "lines": [line]})
    shop = create_warehouse(name="Shop", code="B")
    with pytest.raises(ValidationError, match="A-01 is no place of Shop"), env.savepoint():
        document.update(warehouse=shop)
    document.lines[0].update(place=None)
    document.update(warehouse=shop)
    assert document.warehouse == shop
