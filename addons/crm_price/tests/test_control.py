"""Below the lowest price: refused in A, to be approved in B, everything to be approved in C (D1, D2)."""

from decimal import Decimal

import pytest

from core.api import ValidationError


@pytest.mark.rows("PRICE-01", "PRICE-06")
def test_a_line_below_its_lowest_price_says_by_how_much(sell):
    line = sell(880).lines[0]
    assert (line.floor_price, line.is_below, line.below_amount, line.below_percent) == (
        Decimal("900.00"),
        True,
        Decimal("20.00"),
        Decimal("2.22"),
    )
    line.price = 900
    assert (line.is_below, line.below_amount, line.below_percent) == (False, None, None)


def test_the_lowest_price_is_compared_after_the_discount(sell):
    assert sell(1000, line={"discount": "10.01"}).lines[0].is_below
    assert not sell(1000, line={"discount": 10}).lines[0].is_below


@pytest.mark.rows("PROD-08")
def test_a_box_is_compared_with_the_lowest_price_of_a_box(sell):
    assert [sell(price, unit=1).lines[0].is_below for price in (3499, 3500)] == [True, False]
    assert sell(875, line={"quantity": 4}).lines[0].is_below


@pytest.mark.rows("PRICE-09")
def test_a_foreign_price_is_compared_in_base_currency_and_its_lowest_price_shown_in_its_own(sell):
    values = {"currency": "USD", "rate": "7.20"}
    fair, low = sell("125.00", **values).lines[0], sell("124.99", **values).lines[0]
    assert (fair.is_below, fair.floor_price) == (False, Decimal("125.00"))
    assert (low.is_below, low.below_amount) == (True, Decimal("0.07"))
    # 900 / 7.1 is 126.7605…: rounded down it would be below.
    assert sell("126.77", currency="USD", rate="7.1").lines[0].floor_price == Decimal("126.77")


def test_another_customer_or_rate_brings_another_lowest_price(env, sell, printer, choice, create_customer):
    east = choice("region", "华东")
    env["crm.price.policy"].create({"unit": printer.units[0], "region": east, "floor_price": 850})
    order = sell(880)
    assert order.needs_price_approval
    order.customer = create_customer(region=east)
    assert not order.needs_price_approval
    order.update(currency="USD", rate="0.9")
    assert order.needs_price_approval


def test_a_preview_shows_what_is_below_before_it_is_saved(env, printer, create_customer):
    line = {"product": printer, "unit": printer.units[0], "price": 880}
    order = env["crm.order"].new({"customer": create_customer(), "lines": [line]})
    assert (order.lines[0].below_amount, order.needs_price_approval) == (Decimal("20.00"), True)


@pytest.mark.rows("PRICE-05")
@pytest.mark.parametrize("model", ["crm.order", "crm.quote"])
def test_in_a_a_line_below_can_not_be_saved_and_the_message_names_the_numbers(sell, set_parameter, model):
    set_parameter("crm_price.control", "a")
    with pytest.raises(ValidationError, match=r"LP-200 .*899\.99 .*900\.00"):
        sell("899.99", model=model)
    document = sell(900, model=model)
    assert not document.needs_price_approval
    with pytest.raises(ValidationError, match=r"LP-200 .*899\.99 .*900\.00"):
        document.lines[0].update(price="899.99")
        document.env.flush()


@pytest.mark.rows("PRICE-06")
def test_in_b_a_document_needs_approval_if_a_line_is_below(sell, printer, env):
    low, fair = sell("899.99"), sell(900)
    assert (low.price_mode, low.needs_price_approval, fair.needs_price_approval) == ("b", True, False)
    line = {"product": printer, "unit": printer.units[0], "price": 1, "order": fair}
    added = env["crm.order.line"].create(line)
    assert fair.needs_price_approval
    added.delete()
    assert not fair.needs_price_approval


@pytest.mark.rows("PRICE-07")
def test_in_c_every_document_needs_approval(sell, set_parameter):
    set_parameter("crm_price.control", "c")
    assert sell(950).needs_price_approval
    assert sell(950, model="crm.quote").needs_price_approval


def test_off_nothing_needs_approval_and_nothing_is_refused(sell, set_parameter):
    set_parameter("crm_price.control", "off")
    order = sell(1)
    assert not order.needs_price_approval
    order.confirm()
    assert order.state == "confirmed"


def test_a_contract_category_may_have_a_control_of_its_own(env, sell):
    service = env.ref("crm_sales.category_service")
    control = env["crm.price.control"].create({"category": service, "mode": "c"})
    assert sell(950, category=service).needs_price_approval
    assert not sell(950).needs_price_approval
    control.mode = "a"
    with pytest.raises(ValidationError, match="LP-200"):
        sell(880, category=service)
    order = sell(880)
    with pytest.raises(ValidationError, match="LP-200"):
        order.update(category=service)
        env.flush()


def test_quotes_may_be_left_out_of_the_control(sell, set_parameter):
    set_parameter("crm_price.quotes_too", False)
    quote = sell(880, model="crm.quote")
    assert (quote.price_mode, quote.needs_price_approval) == ("off", False)
    quote.submit()
    assert quote.make_contract().needs_price_approval


@pytest.fixture
def contract(sell):
    quote = sell(880, model="crm.quote")
    quote.submit()
    return quote.make_contract()


@pytest.mark.rows("PRICE-06")
def test_in_b_a_contract_is_not_asked_again_about_what_its_quote_had_approved(contract):
    assert contract.lines[0].is_below
    assert not contract.needs_price_approval
    contract.lines[0].quantity = 2
    assert not contract.needs_price_approval
    contract.lines[0].price = "879.99"
    assert contract.needs_price_approval


def test_in_b_a_contract_is_asked_about_a_unit_that_its_quote_did_not_have(env, contract, printer):
    values = {"order": contract, "product": printer, "unit": printer.units[1], "price": 3499}
    env["crm.order.line"].create(values)
    assert contract.needs_price_approval


@pytest.mark.rows("PRICE-07")
def test_in_c_a_contract_is_asked_again(sell, set_parameter):
    set_parameter("crm_price.control", "c")
    quote = sell(950, model="crm.quote")
    quote.submit()
    assert quote.make_contract().needs_price_approval


def test_confirming_looks_at_the_lowest_prices_anew(env, sell, printer, clock):
    clock.set("2025-03-01")
    order = sell(920)
    assert not order.needs_price_approval
    printer.units[0].floor_price = 930
    assert order.lines[0].floor_price == 900
    order.confirm()
    assert (order.needs_price_approval, order.lines[0].below_amount) == (True, Decimal("10.00"))
    printer.units[0].floor_price = 100
    env.flush()
    assert order.lines[0].is_below


def test_confirming_in_a_refuses_what_was_entered_in_b(sell, set_parameter):
    order = sell(880)
    set_parameter("crm_price.control", "a")
    with pytest.raises(ValidationError, match=r"LP-200 .*880 .*900\.00"):
        order.confirm()
    assert order.state == "draft"


def test_lowest_prices_cost_one_statement_for_each_product_of_an_order(
    client, env, create_product, create_customer, statements
):
    products = [create_product() for _number in range(20)]
    for product in products:
        product.base_unit.update(price=10, floor_price=9)
    customer = create_customer()
    env.flush()

    lines = [{"product": product.id, "price": 8} for product in products]
    with statements.at_most(90):
        order = client.post_json("/api/v1/crm.order", {"customer": customer.id, "lines": lines})
    assert order["needs_price_approval"]
