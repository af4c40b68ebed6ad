"""Lines are filled in by their product: unit, description, price, cost."""

from decimal import Decimal

import pytest

from core.api import ValidationError


@pytest.fixture
def printer(env):
    """The printer LP-200 of the flows: 台 at 1,000, 箱 of 4 at 3,900, cost 600."""
    piece, box = env["crm.unit"].create([{"name": "台"}, {"name": "箱"}])
    units = [
        {"unit": piece, "ratio": 1, "is_base": True, "price": 1000, "barcode": "6901"},
        {"unit": box, "ratio": 4, "price": 3900},
    ]
    return env["crm.product"].create({"name": "LP-200 激光打印机", "cost": 600, "units": units})


def unit_of(product, name):
    return next(unit for unit in product.units if unit.name == name)


@pytest.mark.rows("SALE-29", "SALE-31")
def test_a_line_with_a_product_only_gets_its_base_unit_name_price_and_cost(create_order, printer):
    line = create_order(lines=[{"product": printer, "quantity": 10}]).lines[0]
    assert (line.unit.name, line.name, line.price) == ("台", "LP-200 激光打印机", Decimal("1000.00"))
    assert (line.amount, line.cost, line.base_quantity) == (Decimal("10000.00"), Decimal("6000.00"), 10)


@pytest.mark.rows("SALE-31")
def test_what_is_filled_in_shows_before_the_order_is_saved(env, printer):
    order = env["crm.order"].new({"lines": [{"product": printer, "quantity": 2}]})
    assert (order.amount, order.lines[0].price) == (Decimal("2000.00"), Decimal("1000.00"))


@pytest.mark.rows("SALE-29")
def test_a_line_in_boxes_counts_base_units(create_order, printer):
    line = create_order(lines=[{"unit": unit_of(printer, "箱"), "quantity": 2}]).lines[0]
    assert (line.product, line.price, line.amount) == (printer, Decimal("3900.00"), Decimal("7800.00"))
    assert (line.base_quantity, line.cost) == (8, Decimal("4800.00"))


@pytest.mark.rows("SALE-31")
def test_another_unit_brings_its_price_unless_the_price_was_typed(create_order, printer):
    order = create_order(lines=[{"product": printer}, {"product": printer, "price": 880}])
    for line in order.lines:
        line.update(unit=unit_of(printer, "箱"))
    order.env.flush()
    assert [line.price for line in order.lines] == [Decimal("3900.00"), Decimal("880.00")]


@pytest.mark.rows("SALE-31")
def test_another_product_brings_its_unit_name_and_cost(create_order, printer, create_product):
    other = create_product(name="TN-20", cost=120)
    other.units[0].update(price=200)
    line = create_order(lines=[{"product": printer}]).lines[0]
    line.update(product=other)
    line.env.flush()
    assert (line.unit, line.name, line.price) == (other.units[0], "TN-20", Decimal("200.00"))
    assert line.cost == Decimal("120.00")


@pytest.mark.rows("SALE-29")
def test_a_later_change_of_the_product_leaves_lines_as_they_are(create_order, printer, env):
    order = create_order(lines=[{"product": printer}])
    printer.update(cost=700)
    unit_of(printer, "台").update(price=1200)
    order.lines[0].update(name="Printer")
    env.flush()
    line = order.lines[0]
    assert (line.price, line.cost, line.suggested_price) == (Decimal("1000.00"), Decimal("600.00"), Decimal("1000.00"))


@pytest.mark.rows("SALE-29")
def test_a_unit_of_another_product_is_refused(create_order, printer, create_product):
    with pytest.raises(ValidationError, match="no unit of"):
        create_order(lines=[{"product": create_product(), "unit": unit_of(printer, "箱")}])


@pytest.mark.rows("SALE-31")
def test_the_price_is_told_in_the_currency_of_the_document(create_quote, printer):
    quote = create_quote(currency="USD", rate="7.2", lines=[{"product": printer}])
    assert quote.lines[0].price == Decimal("138.89")


@pytest.mark.rows("SALE-31")
def test_an_addon_may_suggest_another_price(create_quote, printer, hooks):
    asked = []

    def suggest_price(product_unit, customer, date):
        asked.append((product_unit.name, customer, date))
        return Decimal(950)

    hooks.register(suggest_price=suggest_price)
    quote = create_quote(lines=[{"product": printer}, {"product": printer, "price": 880}])
    assert [line.price for line in quote.lines] == [Decimal("950.00"), Decimal("880.00")]
    assert [line.suggested_price for line in quote.lines] == [Decimal("950.00")] * 2
    assert ("台", quote.customer, quote.date) in asked


@pytest.mark.rows("SALE-29")
def test_a_line_without_product_needs_a_description(create_order):
    with pytest.raises(ValidationError, match="Description"):
        create_order(lines=[{"quantity": 1, "price": 5}])
