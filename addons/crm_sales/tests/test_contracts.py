"""Contracts: locked once effective, changed by going back to draft, copied, standing below one another, with profit."""

from decimal import Decimal

import pytest

from core.api import AccessDenied, ConflictError, ValidationError


@pytest.mark.rows("SALE-29")
def test_a_contract_is_numbered_by_the_rule_of_the_day(create_order, clock):
    clock.set("2025-01-08")
    numbers = [create_order().number for _number in range(2)]
    clock.set("2025-01-09")
    assert [*numbers, create_order().number] == ["HT20250108-001", "HT20250108-002", "HT20250109-001"]


@pytest.mark.rows("SALE-29")
@pytest.mark.parametrize("change", [{"currency": "USD"}, {"rate": 2}])
def test_an_effective_contract_is_locked(effective, change):
    with pytest.raises(ConflictError, match="locked"):
        effective.update(change)
        effective.env.flush()


@pytest.mark.rows("SALE-29")
@pytest.mark.parametrize("change", [{"price": 1}, {"quantity": 1}, {"name": "Other"}, {"discount": 5}])
def test_lines_of_an_effective_contract_are_locked(effective, change):
    with pytest.raises(ConflictError, match="locked"):
        effective.lines[0].update(change)
        effective.env.flush()


@pytest.mark.rows("SALE-29")
def test_no_line_comes_or_goes_in_an_effective_contract(effective):
    env = effective.env
    with pytest.raises(ConflictError, match="locked"), env.savepoint():
        env["crm.order.line"].create({"order": effective, "name": "Gift", "price": 0})
    with pytest.raises(ConflictError), env.savepoint():
        effective.lines[0].delete()
    with pytest.raises(ConflictError, match="deleted"), env.savepoint():
        env["crm.order"].delete([effective.id])
    assert effective.amount == Decimal("12400.00")


@pytest.mark.rows("SALE-29")
def test_notes_and_the_payment_plan_stay_open(effective):
    effective.update(notes="Call first", plans=[{"date": "2025-01-10", "percent": 100}])
    effective.env.flush()
    assert effective.plans[0].amount == Decimal("12400.00")


@pytest.mark.rows("SALE-29")
def test_a_reopened_contract_is_changed_and_takes_effect_again(effective, hooks):
    calls = hooks.watch("sales_order_cancelled")
    effective.reopen()
    assert (effective.state, effective.effective_date, len(calls)) == ("draft", None, 1)
    effective.lines[0].price = 900
    effective.confirm()
    assert effective.amount == Decimal("12600.00")


@pytest.mark.rows("SALE-35")
def test_a_copy_is_a_draft_of_today_with_the_lines_and_without_what_happened(effective, env, clock):
    effective.update(plans=[{"date": "2025-01-10", "percent": 100}], terms="30 days")
    env["crm.receipt"].create({"order": effective, "amount": 100}).confirm()
    env["crm.delivery"].create({"order": effective, "line": effective.lines[0], "quantity": 1})
    clock.forward(days=3)
    copied = effective.copy()
    assert (copied.state, copied.date, copied.amount, copied.terms) == (
        "draft",
        clock.today,
        effective.amount,
        "30 days",
    )
    assert copied.number != effective.number
    assert (copied.receipts, copied.deliveries, copied.received, copied.delivery_state) == ([], [], 0, "none")
    assert copied.customer == effective.customer


@pytest.mark.rows("SALE-36")
def test_a_parent_shows_sums_with_and_without_its_children(create_order):
    def order(price, parent=None):
        made = create_order(lines=[{"name": "Tea", "price": price}], parent=parent)
        made.confirm()
        return made

    frame = order(1000)
    child = order(300, frame)
    grandchild = order(50, child)
    cancelled = order(7, frame)
    cancelled.cancel()
    assert (frame.base_amount, frame.family_amount, child.family_amount) == (1000, 1350, 350)
    grandchild.env["crm.receipt"].create({"order": grandchild, "amount": 20}).confirm()
    assert (frame.received, frame.family_received, frame.family_profit) == (0, 20, 1350)


@pytest.mark.rows("SALE-36")
def test_a_loop_of_contracts_is_refused(create_order):
    one = create_order()
    two = create_order(parent=one)
    with pytest.raises(ValidationError, match="below itself"):
        one.update(parent=two)
        one.env.flush()


@pytest.mark.rows("SALE-48")
def test_profit_is_the_amount_less_cost_and_expenses(create_order, create_product):
    printer, drum = create_product(cost=600), create_product(cost=120)
    lines = [{"product": printer, "quantity": 10, "price": 880}, {"product": drum, "quantity": 20, "price": 180}]
    order = create_order(lines=lines)
    assert (order.amount, order.cost, order.profit) == (Decimal("12400.00"), Decimal("8400.00"), Decimal("4000.00"))
    order.confirm()
    order.update(expenses=560)
    order.env.flush()
    assert (order.profit, order.margin) == (Decimal("3440.00"), Decimal("27.74"))


@pytest.mark.rows("SALE-48")
def test_a_contract_without_amount_has_no_margin(create_order):
    assert create_order(lines=[{"name": "Gift", "price": 0}]).margin is None


@pytest.mark.rows("SALE-48")
def test_profit_is_seen_only_with_the_right(as_user):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "Huaxing"})
        li["crm.order"].create({"customer": customer, "lines": [{"name": "Tea", "price": 100}]})
        with pytest.raises(AccessDenied):
            li["crm.order"].read(None, ["profit"])
        with pytest.raises(AccessDenied):
            li["crm.order.line"].read(None, ["cost"])
    manager = as_user("wang", groups=["crm_base.manager"])
    assert manager["crm.order"].read(None, ["profit"])[0]["profit"] == Decimal("100.00")
