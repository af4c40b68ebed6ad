"""What is delivered stands in the list of sold goods; what comes back leaves it."""

import datetime as dt

import pytest

from core.api import ValidationError


@pytest.fixture
def line(env, create_order):
    """A line of 20 printers with 12 months of warranty, of an effective contract."""
    product = env["crm.product"].create({"name": "LP-200", "warranty_months": 12})
    order = create_order(lines=[{"product": product, "name": "LP-200", "quantity": 20, "price": 880}])
    order.confirm()
    return order.lines[0]


def deliver(line, quantity, kind="delivery", **values):
    delivery = line.env["crm.delivery"].create(
        {"order": line.order, "line": line, "quantity": quantity, "kind": kind, "date": "2025-01-15", **values}
    )
    line.env.flush()
    return delivery


def goods(line):
    found = line.env["crm.sold.item"].search([["customer", "=", line.order.customer.id]], order="id")
    return [(item.serial, int(item.quantity), int(item.returned)) for item in found]


@pytest.mark.rows("SERV-18")
def test_a_delivery_lists_devices_with_warranty(line):
    deliver(line, 10, serials="A1\nA2\n")
    assert goods(line) == [("A1", 1, 0), ("A2", 1, 0), (None, 8, 0)]
    item = line.env["crm.sold.item"].search([["serial", "=", "A1"]])[0]
    assert (item.warranty_end, item.order, item.source.number) == (
        dt.date(2026, 1, 15), line.order, item.delivery.number,
    )  # fmt: skip


@pytest.mark.rows("SERV-18")
def test_serial_numbers_noted_later_and_a_deleted_delivery_are_followed(line):
    delivery = deliver(line, 2)
    delivery.update(serials="A1")
    line.env.flush()
    assert goods(line) == [(None, 1, 0), ("A1", 1, 0)]
    delivery.delete()
    assert goods(line) == []


@pytest.mark.rows("SERV-18")
def test_returns_take_goods_off_the_list(line):
    deliver(line, 10, serials="A1")
    deliver(line, 3, kind="return", serials="A1")
    assert goods(line) == [("A1", 1, 1), (None, 9, 2)]


@pytest.mark.rows("SERV-18")
def test_no_more_serial_numbers_than_pieces(line):
    with pytest.raises(ValidationError, match="more serial numbers"), line.env.savepoint():
        deliver(line, 1, serials="A1\nA2")
    with pytest.raises(ValidationError, match="twice"), line.env.savepoint():
        deliver(line, 2, serials="A1\nA1")


@pytest.mark.rows("SERV-01", "SERV-18")
def test_a_ticket_finds_the_device_and_shows_what_was_bought(line, client):
    deliver(line, 1, serials="A1")
    ticket = line.env["crm.ticket"].create({"customer": line.order.customer, "subject": "Jams", "serial": "A1"})
    line.env.flush()
    assert (ticket.sold_item.serial, ticket.product, ticket.warranty_end) == ("A1", line.product, dt.date(2026, 1, 15))
    answer = client.get(f"/x/crm_sales_service/history/{ticket.id}")
    assert answer.status_code == 200
    assert line.order.number in answer.text
