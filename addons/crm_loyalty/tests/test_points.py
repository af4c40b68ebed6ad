"""Points are earned on orders, taken back with them, and seen by those who see the customer."""

import pytest

from core.api import AccessDenied, ValidationError


@pytest.fixture
def order(create_order):
    return create_order(lines=[{"name": "Tea", "quantity": 3, "price": 35}])


def test_a_confirmed_order_earns_a_point_for_each_ten_of_its_amount(order):
    order.confirm()
    assert order.customer.points == 10


def test_an_order_below_ten_earns_nothing(create_order):
    order = create_order(lines=[{"name": "Sample", "quantity": 1, "price": 9}])
    order.confirm()
    assert order.customer.point_entries == []


def test_a_cancelled_order_takes_its_points_back(order):
    order.confirm()
    order.cancel()
    assert order.customer.points == 0


def test_redeeming_lowers_the_balance(create_customer, create_point_entry):
    customer = create_customer()
    create_point_entry(customer=customer, points=50)
    create_point_entry(customer=customer, points=-20, kind="redeem")
    assert customer.points == 30


def test_an_entry_of_no_points_is_refused(create_point_entry):
    with pytest.raises(ValidationError, match="zero"):
        create_point_entry(points=0)


def test_a_salesperson_earns_points_for_customers_without_the_right_to_write_them(as_user, env):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "Huaxing"})
        order = li["crm.order"].create({"customer": customer, "lines": [{"name": "Tea", "price": 100}]})
        order.confirm()
        assert li["crm.point.entry"].search().mapped("points") == [10]
        with pytest.raises(AccessDenied):
            li["crm.point.entry"].create({"customer": customer, "points": 1000})
    assert env["crm.customer"].get(customer.id).points == 10


def test_a_clerk_sees_all_entries_and_a_salesperson_those_of_own_customers(as_user, create_point_entry):
    create_point_entry(points=5)
    with as_user("zhang", groups=["crm_loyalty.clerk"]) as zhang:
        assert zhang["crm.point.entry"].count() == 1
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        assert li["crm.point.entry"].count() == 0
