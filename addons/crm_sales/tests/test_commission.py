"""Commission on sales or gross profit, by person, category and tier; returns lower it (D11)."""

from decimal import Decimal

import pytest

from core.api import AccessDenied, ConflictError, ValidationError


@pytest.fixture
def seller(create_user):
    return create_user(name="张三")


@pytest.fixture
def sold(create_order, create_product, seller, clock):
    """The contract of flow F1: 12,400.00 with cost 8,400.00 and expenses of 560.00, effective on 2025-01-08."""
    clock.set("2025-01-08")
    printer, drum = create_product(cost=600), create_product(cost=120)
    lines = [{"product": printer, "quantity": 10, "price": 880}, {"product": drum, "quantity": 20, "price": 180}]
    order = create_order(lines=lines, owner=seller, expenses=560)
    order.confirm()
    return order


@pytest.fixture
def period(env):
    return env["crm.commission.period"].create({"name": "2025-01", "start": "2025-01-01", "end": "2025-01-31"})


def plan(env, **values):
    return env["crm.commission.plan"].create({"name": "Plan", **values})


def amounts(period):
    period.work_out()
    return [(entry.order.id, entry.basis, entry.amount) for entry in period.env["crm.commission.entry"].search()]


@pytest.mark.rows("SALE-50")
def test_a_rate_on_sales_or_on_gross_profit(env, sold, period):
    sales = plan(env, rate=3)
    assert amounts(period) == [(sold.id, Decimal("12400.00"), Decimal("372.00"))]
    sales.update(active=False)
    plan(env, basis="profit", rate=10)
    assert amounts(period) == [(sold.id, Decimal("3440.00"), Decimal("344.00"))]


@pytest.mark.rows("SALE-50")
def test_only_contracts_that_became_effective_in_the_period_count(env, sold, period, create_order, seller, clock):
    plan(env, rate=3)
    create_order(lines=[{"name": "Draft", "price": 1}], owner=seller)
    clock.set("2025-02-01")
    create_order(lines=[{"name": "Later", "price": 1}], owner=seller).confirm()
    assert [number for number, _basis, _amount in amounts(period)] == [sold.id]


@pytest.mark.rows("SALE-50")
def test_a_plan_is_for_its_employees_and_category(env, sold, period, create_user, create_category):
    goods = create_category(name="Printers")
    sold.lines[0].product.update(category=goods)
    plan(env, rate=50, persons=[create_user()])
    plan(env, rate=1, category=goods)
    assert amounts(period) == [(sold.id, Decimal("8800.00"), Decimal("88.00"))]


@pytest.mark.rows("SALE-50")
@pytest.mark.parametrize(("reached", "amount"), [(12400, "620.00"), ("12400.01", "372.00")])
def test_the_tier_reached_sets_the_rate(env, sold, period, reached, amount):
    plan(env, rate=3, tiers=[{"reached": 0, "rate": 3}, {"reached": reached, "rate": 5}])
    assert amounts(period)[0][2] == Decimal(amount)


@pytest.mark.rows("SALE-50")
def test_returns_lower_it(env, sold, period):
    plan(env, rate=3)
    line = sold.lines[0]
    for kind, quantity in (("delivery", 10), ("return", 5)):
        env["crm.delivery"].create({"order": sold, "line": line, "kind": kind, "quantity": quantity})
    assert amounts(period) == [(sold.id, Decimal("8000.00"), Decimal("240.00"))]


@pytest.mark.rows("SALE-50")
def test_the_setting_counts_only_what_was_received(env, sold, period, set_parameter):
    plan(env, rate=3)
    set_parameter("crm_sales.commission_received_only", True)
    assert amounts(period) == []
    env["crm.receipt"].create({"order": sold, "amount": 6200}).confirm()
    assert amounts(period) == [(sold.id, Decimal("6200.00"), Decimal("186.00"))]


@pytest.mark.rows("SALE-50")
def test_an_approved_period_is_fixed_until_it_is_reopened(env, sold, period):
    plan(env, rate=3)
    period.work_out()
    period.approve()
    assert period.entries[0].state == "approved"
    with pytest.raises(ConflictError, match="approved"):
        period.work_out()
    period.reopen()
    period.work_out()


@pytest.mark.rows("SALE-50")
def test_the_last_day_is_not_before_the_first(env):
    with pytest.raises(ValidationError, match="last day"):
        env["crm.commission.period"].create({"name": "x", "start": "2025-01-31", "end": "2025-01-01"})


@pytest.mark.rows("SALE-50")
def test_salespeople_see_their_own_and_work_nothing_out(env, as_user, sold, period):
    plan(env, rate=3)
    period.work_out()
    li = as_user("li", groups=["crm_base.salesperson"])
    assert li["crm.commission.entry"].count() == 0
    with pytest.raises(AccessDenied):
        li["crm.commission.period"].get(period.id).work_out()
    assert as_user("wang", groups=["crm_base.manager"])["crm.commission.entry"].count() == 1
