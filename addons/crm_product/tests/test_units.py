"""A quantity is told in any unit of a product, exactly."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.crm_product.api import split, to_base
from core.api import ValidationError


@pytest.fixture
def printer(env, create_unit):
    units = [
        {"unit": create_unit(name="台"), "is_base": True, "price": 1000},
        {"unit": create_unit(name="箱"), "ratio": 4, "price": 3900, "barcode": "6901234567892"},
    ]
    return env["crm.product"].create({"name": "LP-200", "units": units})


@pytest.mark.rows("PROD-08")
def test_a_box_of_four_is_four_base_units(printer):
    piece, box = printer.units
    assert (to_base(box, Decimal("2.5")), to_base(piece, Decimal(3))) == (Decimal(10), Decimal(3))


@pytest.mark.rows("PROD-09")
def test_base_units_are_split_into_the_largest_units_that_fit(printer):
    piece, box = printer.units
    assert split(printer, Decimal(7)) == [(box, 1), (piece, 3)]
    assert split(printer, Decimal("-7")) == [(box, -1), (piece, -3)]
    assert split(printer, Decimal(8)) == [(box, 2)]
    assert split(printer, Decimal(0)) == []


@pytest.mark.rows("PROD-08")
def test_a_quantity_that_base_units_can_not_tell_exactly_is_refused(env, printer, create_unit):
    metre = env["crm.product.unit"].create({"product": printer, "unit": create_unit(name="米"), "ratio": "0.3333"})
    with pytest.raises(ValidationError, match=r"0\.5.*米.*LP-200.*台"):
        to_base(metre, Decimal("0.5"))


@pytest.mark.rows("PROD-01")
def test_a_product_begins_with_the_first_unit_as_its_base_unit(env, create_product):
    product = create_product(name="Cup")
    assert (product.unit, product.base_unit.ratio) == (env.ref("crm_product.unit_piece"), 1)


def test_a_unit_with_ratio_one_becomes_the_base_unit_where_none_is_marked(env, create_unit):
    lines = [{"unit": create_unit(name="箱"), "ratio": 4}, {"unit": create_unit(name="台"), "price": 1000}]
    product = env["crm.product"].create({"name": "LP-200", "units": lines})
    env.flush()
    assert (product.base_unit.name, product.unit.name, product.price) == ("台", "台", Decimal("1000.00"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ratio": 0}, "above 0"),
        ({"ratio": -1}, "above 0"),
        ({"ratio": 2, "is_base": True}, "its ratio is 1, not 2"),
        ({"ratio": 1, "is_base": True}, "one base unit only"),
    ],
)
def test_wrong_ratios_and_second_base_units_are_refused(env, printer, create_unit, values, words):
    with pytest.raises(ValidationError, match=words):
        env["crm.product.unit"].create({"product": printer, "unit": create_unit(name="托"), **values})


def test_the_base_unit_can_not_be_taken_away(env, printer):
    with pytest.raises(ValidationError, match="needs a base unit"), env.savepoint():
        printer.update(units=[printer.units[1]])


@pytest.mark.rows("PROD-06")
def test_a_base_unit_that_comes_later_takes_the_place_of_the_one_filled_in(env, create_product, create_unit, clock):
    clock.set("2025-03-01")
    product = create_product(name="Imported")
    clock.forward(minutes=1)
    rows = [
        {"product": product, "unit": create_unit(name="台"), "ratio": 1, "is_base": True, "price": 10, "barcode": "1"},
        {"product": product, "unit": create_unit(name="箱"), "ratio": 4, "price": 38},
    ]
    env["crm.product.unit"].create(rows)
    env.flush()
    assert [(unit.name, unit.is_base) for unit in product.units] == [("台", True), ("箱", False)]
    assert (product.unit.name, product.price) == ("台", Decimal("10.00"))


def test_a_product_has_each_unit_once(env, printer):
    with pytest.raises(ValidationError):
        env["crm.product.unit"].create({"product": printer, "unit": printer.units[1].unit, "ratio": 6})


@pytest.mark.rows("PROD-07")
def test_a_barcode_is_unique_over_all_products(env, printer, create_product):
    other = create_product(name="TN-20")
    with pytest.raises(ValidationError):
        other.base_unit.update(barcode="6901234567892")
    other.base_unit.update(barcode=" 690 ")
    env.flush()
    assert other.base_unit.barcode == "690"


@pytest.mark.rows("PROD-09")
def test_splitting_and_adding_up_again_gives_the_same_quantity():
    @given(
        st.lists(st.decimals("0.0001", 10_000, places=4), max_size=4),
        st.decimals(-1_000_000, 1_000_000, places=4),
    )
    def round_trip(ratios, quantity):
        product = SimpleNamespace(name="LP-200")
        units = [
            SimpleNamespace(id=n, name=f"U{n}", ratio=ratio, product=product) for n, ratio in enumerate([1, *ratios])
        ]
        product.units, product.base_unit = units, units[0]
        parts = split(product, quantity)
        assert sum((to_base(unit, part) for unit, part in parts), Decimal(0)) == quantity
        assert all(part == part.to_integral_value() for unit, part in parts if unit is not units[0])

    round_trip()
