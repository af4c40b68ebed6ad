"""The suggested price is looked up by type and region, type, region, general; the lowest by region, unit, base unit."""

from decimal import Decimal

import pytest

from core.api import ValidationError


@pytest.fixture
def line_for(env, printer, create_customer):
    def line(customer=None, unit=0, **values):
        order = env["crm.order"].create(
            {"customer": customer or create_customer(), "lines": [{"product": printer, "unit": printer.units[unit]}]}
        )
        return order.lines[0]

    return line


@pytest.mark.rows("PRICE-02", "PRICE-03")
def test_prices_are_looked_up_from_the_most_special_to_the_general(env, printer, choice, create_customer, line_for):
    vip, east, south = choice("customer_type", "VIP"), choice("region", "华东"), choice("region", "华南")
    shanghai = choice("region", "上海", east)
    piece = printer.units[0]
    customer = create_customer(type=vip, region=shanghai)

    def price():
        return line_for(customer).price

    assert price() == Decimal("1000.00")
    env["crm.price.policy"].create({"unit": piece, "region": east, "price": 980})
    assert price() == Decimal("980.00")
    env["crm.price.policy"].create({"unit": piece, "region": shanghai, "price": 970})
    assert price() == Decimal("970.00")
    env["crm.price.policy"].create({"unit": piece, "type": vip, "price": 950})
    assert price() == Decimal("950.00")
    env["crm.price.policy"].create({"unit": piece, "type": vip, "region": south, "price": 1})
    assert price() == Decimal("950.00")
    env["crm.price.policy"].create({"unit": piece, "type": vip, "region": east, "price": 940})
    assert price() == Decimal("940.00")


@pytest.mark.rows("PRICE-02")
def test_a_price_by_type_holds_for_its_unit_alone(env, printer, choice, create_customer, line_for):
    vip = choice("customer_type", "VIP")
    env["crm.price.policy"].create({"unit": printer.units[0], "type": vip, "price": 950})
    assert line_for(create_customer(type=vip), unit=1).price == Decimal("3900.00")


@pytest.mark.rows("PRICE-01")
def test_each_unit_has_its_own_lowest_price_else_that_of_the_base_unit_times_the_ratio(line_for):
    assert [line_for(unit=n).floor_price for n in range(3)] == [Decimal(900), Decimal(3500), Decimal(36000)]


@pytest.mark.rows("PRICE-03")
def test_a_region_may_have_a_lowest_price_of_its_own_and_a_type_never(env, printer, choice, create_customer, line_for):
    vip, east = choice("customer_type", "VIP"), choice("region", "华东")
    env["crm.price.policy"].create({"unit": printer.units[0], "region": east, "floor_price": 850})
    there = create_customer(type=vip, region=choice("region", "上海", east))
    assert [line_for(there, n).floor_price for n in range(3)] == [Decimal(850), Decimal(3500), Decimal(34000)]
    assert line_for(create_customer(region=choice("region", "华南"))).floor_price == Decimal(900)
    for region in (None, east):
        with pytest.raises(ValidationError, match="the same for all customer types"):
            env["crm.price.policy"].create({"unit": printer.units[0], "type": vip, "region": region, "floor_price": 1})


def test_a_policy_needs_somebody_it_is_for_and_a_price(env, printer, choice):
    with pytest.raises(ValidationError, match="needs a customer type or a region"):
        env["crm.price.policy"].create({"unit": printer.units[0], "price": 950})
    with pytest.raises(ValidationError, match="Enter a suggested price"):
        env["crm.price.policy"].create({"unit": printer.units[0], "type": choice("customer_type", "VIP")})


def test_there_is_one_policy_for_a_unit_type_and_region(env, printer, choice):
    values = {"unit": printer.units[0], "type": choice("customer_type", "VIP"), "price": 950}
    env["crm.price.policy"].create(values)
    with pytest.raises(ValidationError, match="Unit, customer type and region"):
        env["crm.price.policy"].create({**values, "price": 940})
