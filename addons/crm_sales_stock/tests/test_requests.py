"""Orders ask the warehouse for their goods, and the keeper's confirmation delivers them (SALE-44, STOCK-07)."""

from decimal import Decimal

import pytest

from addons.crm_stock.api import shortages
from core.api import AccessDenied, ConflictError, ValidationError


@pytest.mark.rows("SALE-44", "STOCK-07")
def test_the_keepers_confirmation_delivers_what_was_requested(order, confirm):
    boxes, pieces = order.lines
    document = order.request_stock_out()
    assert (document.state, document.reason, document.customer, document.order.id) == (
        "requested",
        "sale",
        document.env["crm.customer"].get(order.customer.id),
        order.id,
    )
    assert (boxes.requested, boxes.to_request, order.delivery_state) == (2, 0, "none")
    confirm(document)
    assert [line.delivered for line in order.lines] == [2, 3]
    assert (order.delivery_state, pieces.requested, pieces.product.stock_quantity) == ("full", 0, 19)


@pytest.mark.rows("SALE-44")
def test_a_part_is_requested_and_never_more_than_is_open(env, order, confirm):
    boxes, pieces = order.lines
    confirm(order.request_stock_out({str(pieces.id): "2"}))
    first = order.request_stock_out({boxes.id: "1.5"})
    assert (pieces.delivered, boxes.requested, boxes.to_request) == (2, Decimal("1.5"), Decimal("0.5"))
    with pytest.raises(ValidationError, match=r"only 0.5 can still be requested, not 0.75"), env.savepoint():
        order.request_stock_out({boxes.id: "0.75"})
    env["crm.stock.document"].get(first.id).cancel()
    assert (boxes.requested, boxes.to_request) == (0, 2)
    confirm(order.request_stock_out())
    assert order.delivery_state == "full"
    with pytest.raises(ConflictError, match="still to be requested"):
        order.request_stock_out()


@pytest.mark.rows("SALE-44")
@pytest.mark.parametrize("sent", [{"x": "1"}, {"1": "many"}, {"1": "NaN"}, [1], {}])
def test_nonsense_is_refused(order, sent):
    with pytest.raises(ValidationError):
        order.request_stock_out(sent)


@pytest.mark.rows("STOCK-07")
def test_a_reversed_issue_is_open_again(env, order, confirm):
    document = confirm(order.request_stock_out())
    document.reverse()
    assert (order.delivery_state, [line.to_request for line in order.lines]) == ("none", [2, 3])
    assert (env["crm.delivery"].count(), order.cost) == (0, 6600)


@pytest.mark.rows("SALE-46", "SALE-48", "STOCK-13")
def test_goods_come_back_at_their_issue_cost_and_the_order_shrinks(env, order, confirm, post, printer):
    post("in", printer, 10, cost=640)
    confirm(order.request_stock_out())
    assert (order.amount, order.cost) == (10650, 6710)
    post("in", printer, 71, cost=100)
    back = order.announce_return({order.lines[1].id: 1})
    assert (order.lines[1].coming_back, order.lines[1].delivered) == (1, 3)
    own = confirm(back)
    assert (own.lines[0].value, order.lines[1].delivered, order.delivery_state) == (610, 2, "full")
    assert (order.amount, order.cost, order.profit, order.margin) == (9700, 6100, 3600, Decimal("37.11"))
    own.reverse()
    assert (order.amount, order.cost, order.lines[1].delivered) == (10650, 6710, 3)


@pytest.mark.rows("SALE-46")
def test_goods_to_be_replaced_are_open_again(env, order, confirm):
    confirm(order.request_stock_out())
    line = order.lines[1]
    with pytest.raises(ValidationError, match="only 3 can come back, not 4"), env.savepoint():
        order.announce_return({line.id: 4})
    confirm(order.announce_return({line.id: 2}, replace=True))
    assert (order.amount, line.delivered, line.to_request) == (10650, 1, 2)
    confirm(order.request_stock_out())
    assert order.delivery_state == "full"


@pytest.mark.rows("SALE-48", "STOCK-13")
def test_the_issue_cost_takes_the_place_of_the_copied_cost_for_what_is_delivered(order, confirm, post, printer):
    post("in", printer, 30, cost=700)
    assert order.cost == 6600
    confirm(order.request_stock_out({order.lines[0].id: 1}))
    assert order.cost == 4 * 650 + 7 * 600


@pytest.mark.rows("STOCK-07")
def test_products_are_delivered_by_documents_alone_while_stock_is_kept(env, order, as_user):
    user = as_user("li", groups=["crm_base.manager"])
    own = user["crm.order"].get(order.id)
    values = {"order": own, "line": own.lines[1], "quantity": 1}
    with pytest.raises(AccessDenied, match="kept in stock"), user.savepoint():
        user["crm.delivery"].create(values)
    assert env["crm.delivery"].count() == 0


@pytest.mark.rows("SALE-44", "STOCK-07")
def test_a_right_may_do_without_the_keeper(env, order, as_user):
    seller = as_user("zhang", groups=["crm_base.salesperson"])
    order.update(owner=seller.uid)
    env.flush()
    with pytest.raises(AccessDenied, match="without the keeper"), seller.savepoint():
        seller["crm.order"].get(order.id).request_stock_out(at_once=True)
    assert order.request_stock_out(at_once=True).state == "confirmed"
    assert order.delivery_state == "full"


@pytest.mark.rows("SALE-44")
def test_an_order_that_is_called_off_gives_up_its_requests(env, order):
    document = order.request_stock_out()
    order.cancel()
    assert env["crm.stock.document"].get(document.id).state == "cancelled"


@pytest.mark.rows("STOCK-11")
def test_who_sells_is_told_what_is_missing(env, create_order, printer, post, order, as_user):
    """By the hook ``stock_shortage``."""
    seller = as_user("zhang", groups=["crm_base.salesperson"])
    large = create_order(owner=seller.uid, lines=[{"product": printer, "quantity": 62, "price": 950}])
    large.confirm()
    document = large.request_stock_out()
    assert [each.missing for each in shortages(document)] == [32]
    told = env["core.notification"].search([["user", "=", seller.uid]])
    assert [large.number in each.title for each in told] == [True]


@pytest.mark.rows("SALE-44", "SALE-46")
def test_the_ways_to_request_and_to_take_back_show_to_those_who_may_change_the_order(env, client, order, as_user):
    as_user("keeper", groups=["crm_sales.warehouse"])
    page = f"/records/crm.order/{order.id}"
    order.request_stock_out({order.lines[0].id: 1}, at_once=True)
    env.flush()
    ways = [f'href="/x/crm_sales_stock/orders/{order.id}/{way}' for way in ("request", "return")]
    shown = client.get(page).get_data(as_text=True)
    assert [way in shown for way in ways] == [True, True]
    client.log_in("keeper")
    answer = client.get(page)
    assert answer.status_code == 200
    assert [way in answer.get_data(as_text=True) for way in ways] == [False, False]
