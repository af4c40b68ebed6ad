"""Stock moves on confirmation only, never below zero; what is confirmed is reversed, not changed."""

from decimal import Decimal

import pytest

from addons.crm_stock.api import StockLine, available, request_issue
from core.api import SYSTEM_UID, ConflictError, CoreError, ValidationError


@pytest.mark.rows("STOCK-04")
def test_stock_in_counts_only_once_it_is_confirmed(env, printer, warehouse, levels):
    line = {"product": printer, "unit": printer.units[1], "quantity": 2, "unit_cost": 600}
    document = env["crm.stock.document"].create({"kind": "in", "warehouse": warehouse, "lines": [line]})
    document.request()
    assert levels(printer) == (0, 0, 0, 0)
    document.confirm()
    assert (levels(printer)[0], printer.stock_value) == (8, Decimal("4800.00"))
    assert document.number.startswith("RK")


@pytest.mark.rows("STOCK-04")
def test_a_confirmed_document_is_neither_changed_nor_deleted(env, printer, post):
    document = post("in", printer, 30, cost=600)
    for change in (
        lambda: document.update(date="2025-01-01"),
        lambda: document.lines[0].update(quantity=31),
        lambda: env["crm.stock.line"].create({"document": document, "product": printer, "quantity": 1}),
        document.lines[0].delete,
        document.delete,
    ):
        with pytest.raises(ConflictError), env.savepoint():
            change()
            env.flush()
    assert printer.stock_quantity == 30


@pytest.mark.rows("STOCK-04", "STOCK-05")
def test_a_reversal_moves_back_at_the_value_of_the_original(env, printer, post):
    post("in", printer, 30, cost=600)
    issue = post("out", printer, 10, reason="sale")
    post("in", printer, 10, cost=900)
    issue.reverse()
    assert (printer.stock_quantity, printer.stock_value) == (40, Decimal("27000.00"))
    moves = env["crm.stock.move"].search([["document", "=", issue.id]])
    assert sum(move.value for move in moves) == 0
    with pytest.raises(ConflictError):
        issue.reverse()


@pytest.mark.rows("STOCK-05")
def test_issue_beyond_stock_is_refused(env, printer, post, set_parameter):
    post("in", printer, 30, cost=600)
    with pytest.raises(ValidationError, match="30 in Main, 31 are to be taken out, 1 are missing"), env.savepoint():
        post("out", printer, 31)
    assert (env["crm.stock.move"].count(), printer.stock_quantity) == (1, 30)
    set_parameter("crm_stock.negative_allowed", True)
    post("out", printer, 31)
    assert (printer.stock_quantity, printer.stock_value) == (-1, Decimal("-600.00"))
    post("in", printer, 1, cost=700)
    assert (printer.stock_quantity, printer.stock_value) == (0, 0)


@pytest.mark.rows("STOCK-01")
def test_stock_is_kept_by_place_and_batch(env, printer, warehouse, post):
    shelf = env["crm.stock.place"].create({"warehouse": warehouse, "name": "A-01"})
    post("in", printer, 5, cost=600, line={"place": shelf, "batch": "PC-1"})
    with pytest.raises(ValidationError, match="0 in Main"), env.savepoint():
        post("out", printer, 1)
    post("out", printer, 1, line={"place": shelf, "batch": "PC-1"})
    level = env["crm.stock.level"].search([["batch", "=", "PC-1"]])[0]
    assert (level.place, level.on_hand, level.in_units) == (shelf, 4, "1 箱")
    # Named by a relation: as the product is called, not by its id.
    (row,) = env["crm.stock.level"].read([["id", "=", level.id]], ["display_name"])
    assert row["display_name"] == level.display_name == printer.display_name


@pytest.mark.rows("STOCK-03")
def test_no_opening_entry_after_closing(env, printer, warehouse, post):
    opening = post("opening", printer, 30, cost=600)
    draft = env["crm.stock.document"].create(
        {"kind": "opening", "warehouse": warehouse, "lines": [{"product": printer, "quantity": 1}]}
    )
    warehouse.close_opening()
    for verb in (draft.confirm, opening.reverse, lambda: post("opening", printer, 1)):
        with pytest.raises(ValidationError, match="closed"), env.savepoint():
            verb()
    assert printer.stock_quantity == 30


@pytest.mark.rows("STOCK-10", "STOCK-11")
def test_a_request_reserves_and_confirmation_frees(env, printer, post, levels):
    post("in", printer, 30, cost=600)
    asked = request_issue(env, reason="sale", lines=[StockLine(printer, printer.units[1], Decimal(2))])
    assert levels(printer) == (30, 8, 0, 22)
    asked.lines[0].update(quantity=9)
    env.flush()
    assert levels(printer) == (30, 36, 0, -6)
    assert available(env, [printer]) == {printer.id: -6}
    asked.cancel()
    assert levels(printer) == (30, 0, 0, 30)
    again = request_issue(env, reason="sale", lines=[StockLine(printer, None, Decimal(11))], source=printer)
    again.confirm()
    assert (levels(printer), again.source.id) == ((19, 0, 0, 19), printer.id)


@pytest.mark.rows("STOCK-04", "STOCK-05")
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "out", "reason": "purchase"}, "no reason"),
        ({"kind": "in", "reason": "sale"}, "no reason"),
        ({"kind": "transfer"}, "another warehouse"),
    ],
)
def test_wrong_kinds_are_refused(env, warehouse, values, words):
    with pytest.raises(ValidationError, match=words):
        env["crm.stock.document"].create({"warehouse": warehouse, **values})


def test_a_document_without_lines_is_not_confirmed(env, warehouse):
    document = env["crm.stock.document"].create({"warehouse": warehouse, "kind": "in"})
    for verb in (document.request, document.confirm):
        with pytest.raises(ValidationError, match="no lines"):
            verb()


@pytest.mark.rows("STOCK-13", "STOCK-04")
def test_what_comes_back_after_a_sale_brings_its_cost_back(env, printer, post):
    post("opening", printer, 30, cost=600)
    sold = post("out", printer, 11, reason="sale")
    back = post("in", printer, 1, cost=600, reason="return")
    assert sold.lines[0].value - back.lines[0].value == 6000
    assert (printer.stock_quantity, printer.average_cost) == (20, 600)


def test_the_hooks_tell_of_confirmation_and_reversal(env, hooks, printer, post):
    told = []
    hooks.register(
        stock_document_confirmed=lambda document: told.append((document.state, document.lines[0].value)),
        stock_document_reversed=lambda document: told.append((document.state, None)),
    )
    post("in", printer, 1, cost=5).reverse()
    assert told == [("draft", Decimal("5.00")), ("confirmed", None)]


def test_what_a_hook_refuses_has_moved_nothing(env, hooks, printer, post):
    def refuse(document):
        raise ValidationError("no")

    hooks.register(stock_document_confirmed=refuse)
    with pytest.raises(CoreError), env.savepoint():
        post("in", printer, 1, cost=5)
    assert (env["crm.stock.move"].count(), env["crm.stock.level"].count()) == (0, 0)


@pytest.mark.rows("STOCK-03")
def test_lines_shipped_below_a_confirmed_document_are_posted_and_valued(env, warehouse, printer):
    system = env.as_user(SYSTEM_UID)
    document = system["crm.stock.document"].create({"kind": "opening", "warehouse": warehouse.id, "state": "confirmed"})
    for quantity, cost in ((30, 600), (10, 590)):
        values = {"document": document, "product": printer.id, "quantity": quantity, "unit_cost": cost}
        system["crm.stock.line"].create(values)
        system.flush()
    assert (document.value, [line.value for line in document.lines]) == (23900, [18000, 5900])
    assert printer.stock_quantity == 40
