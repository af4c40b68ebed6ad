"""Deliveries and returns: what is open, what is planned, and the stage a contract stands in."""

from decimal import Decimal

import pytest

from core.api import ConflictError, ValidationError


def deliver(line, quantity, **values):
    return line.env["crm.delivery"].create({"order": line.order, "line": line, "quantity": quantity, **values})


@pytest.mark.rows("SALE-41", "SALE-42")
def test_open_is_what_was_ordered_less_what_was_delivered(effective):
    printers, drums = effective.lines
    deliver(printers, 4)
    assert (printers.delivered, printers.open_quantity) == (4, 6)
    assert (effective.delivery_state, effective.delivered_percent) == ("part", Decimal("13.33"))
    deliver(printers, 6)
    deliver(drums, 20)
    assert (effective.delivery_state, effective.delivered_percent) == ("full", Decimal("100.00"))


@pytest.mark.rows("SALE-41", "SALE-44")
def test_more_than_is_open_is_refused_and_the_message_names_the_numbers(effective):
    line = effective.lines[0]
    deliver(line, 9)
    with pytest.raises(ValidationError, match=r"only 1 .*not 2"), effective.env.savepoint():
        deliver(line, 2)
    assert effective.env["crm.delivery"].count() == 1


@pytest.mark.rows("SALE-41")
def test_a_return_lowers_both_alike_unless_the_goods_are_replaced(effective):
    line = effective.lines[0]
    deliver(line, 10)
    deliver(line, 2, kind="return")
    assert (line.delivered, line.open_quantity) == (8, 0)
    deliver(line, 3, kind="return", replace=True)
    assert (line.delivered, line.open_quantity) == (5, 3)
    with pytest.raises(ValidationError, match="only 5 were delivered"):
        deliver(line, 6, kind="return")


@pytest.mark.rows("SALE-46", "SALE-48")
def test_what_came_back_for_good_is_not_charged_for(effective):
    printers, drums = effective.lines
    rows = [{"date": "2025-01-10", "percent": 50}, {"date": "2025-02-10", "amount": 6000}]
    effective.update(plans=[*rows, {"date": "2025-03-10", "amount": 200}])
    effective.env.flush()
    deliver(printers, 10)
    back = deliver(printers, 1, kind="return")
    assert (printers.amount, printers.returned_amount, printers.base_quantity) == (7920, 880, 9)
    assert (effective.amount, effective.profit, effective.returned_amount) == (11520, 11520, 880)
    # Half of it is 5,760; the last row gives way first, and 240 less are due in February.
    assert [row.amount for row in effective.plans] == [5760, 5760, 0]
    back.delete()
    assert (effective.amount, [row.amount for row in effective.plans]) == (12400, [6200, 5760, 440])
    assert drums.amount == 3600


@pytest.mark.rows("SALE-46")
def test_goods_come_back_for_good_after_the_order_ended(effective):
    line = effective.lines[0]
    deliver(line, 10)
    effective.complete()
    deliver(line, 1, kind="return")
    assert (effective.state, effective.amount) == ("done", 11520)
    with pytest.raises(ConflictError, match="not effective"), effective.env.savepoint():
        deliver(line, 1, kind="return", replace=True)


@pytest.mark.rows("SALE-41")
def test_only_an_effective_order_is_delivered(create_order):
    order = create_order(lines=[{"name": "Tea", "price": 1}])
    with pytest.raises(ConflictError, match="not effective"):
        deliver(order.lines[0], 1)


@pytest.mark.rows("SALE-41")
def test_a_line_of_another_order_is_refused(effective, create_order):
    other = create_order(lines=[{"name": "Tea", "price": 1}])
    other.confirm()
    with pytest.raises(ValidationError, match="another contract"):
        effective.env["crm.delivery"].create({"order": other, "line": effective.lines[0], "quantity": 1})


@pytest.mark.rows("SALE-41", "SALE-43")
def test_planned_deliveries_are_filled_by_date(effective):
    line = effective.lines[0]
    plans = [{"line": line, "date": "2025-02-01", "quantity": 6}, {"line": line, "date": "2025-01-15", "quantity": 4}]
    effective.update(delivery_plans=plans)
    effective.env.flush()
    deliver(line, 5)
    found = effective.env["crm.delivery.plan"].search(order="date")
    assert [(row.delivered, row.open_quantity) for row in found] == [(4, 0), (1, 5)]


@pytest.mark.rows("SALE-41")
def test_no_more_is_planned_than_was_ordered(effective):
    with pytest.raises(ValidationError, match="11 are planned, but 10"):
        effective.env["crm.delivery.plan"].create({"order": effective, "line": effective.lines[0], "quantity": 11})


@pytest.mark.rows("SALE-38")
def test_the_stage_moves_by_itself_and_by_hand_in_between(effective, env):
    env["crm.receipt"].create({"order": effective, "amount": 12400}).confirm()
    stages = [effective.stage.event]
    waiting = env["crm.order.stage"].create({"name": "Waiting for the truck", "sequence": 25})
    effective.update(stage=waiting)
    env.flush()
    assert effective.stage == waiting
    deliver(effective.lines[0], 10)
    stages.append(effective.stage.event)
    deliver(effective.lines[1], 20)
    stages.append(effective.stage.event)
    effective.complete()
    stages.append(effective.stage.event)
    assert stages == ["effective", "delivering", "settled", "ended"]


@pytest.mark.rows("SALE-38")
def test_a_draft_is_drafted_and_one_called_off_is_cancelled(create_order):
    order = create_order(lines=[{"name": "Tea", "price": 1}])
    assert order.stage.event == "drafted"
    order.cancel()
    assert order.stage.event == "cancelled"
