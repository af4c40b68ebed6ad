"""What approvers and salespeople see of prices: the tab beside a document, earlier prices, sales below the lowest price."""

from decimal import Decimal

import pytest

from addons.crm_price.services.price_check import check_lines
from addons.crm_price.services.price_history import earlier_prices, price_range


@pytest.fixture
def customer(create_customer):
    return create_customer(name="华星贸易")


@pytest.mark.rows("PRICE-08")
def test_the_approver_sees_each_line_beside_its_prices_and_what_the_customer_paid_last(sell, customer, clock):
    for day, price in (("2025-01-08", 940), ("2025-02-08", 930)):
        clock.set(day)
        sell(price, customer=customer).confirm()
    clock.set("2025-03-01")
    sell(1, customer=customer)
    sell(920).confirm()
    quote = sell(880, model="crm.quote", customer=customer)
    (line,) = check_lines(quote)
    assert (line.suggested, line.floor, line.below, line.below_percent) == (
        Decimal("1000.00"),
        Decimal("900.00"),
        Decimal("20.00"),
        Decimal("2.22"),
    )
    assert (line.last, str(line.last_day)) == (Decimal(930), "2025-02-08")
    # 880 - 600 = 280
    assert round(line.margin, 2) == Decimal("31.82")


@pytest.mark.rows("PRICE-08")
def test_the_tab_beside_a_document_shows_its_prices(client, sell):
    quote = sell(880, model="crm.quote")
    page = client.get(f"/x/crm_price/check/crm.quote/{quote.id}").text
    for text in ("880.00", "900.00", "20.00", "2.22%", "The prices need approval"):
        assert text in page
    assert f"/x/crm_price/check/crm.quote/{quote.id}" in client.get(f"/records/crm.quote/{quote.id}/side").text
    for wrong in ("crm.customer/1", "crm.quote/9999", "nothing/1"):
        assert client.get(f"/x/crm_price/check/{wrong}").status_code == 404


def test_the_prices_of_a_document_take_few_statements(env, create_product, create_customer, statements):
    lines = [{"product": create_product(), "price": 8} for _number in range(20)]
    order = env["crm.order"].create({"customer": create_customer(), "lines": lines})
    env.flush()
    with statements.at_most(4):
        assert len(check_lines(order)) == 20


@pytest.mark.rows("PRICE-10")
def test_earlier_prices_come_from_quotes_and_contracts_the_latest_first(env, sell, printer, customer, clock):
    clock.set("2025-01-08")
    sell(940, customer=customer).confirm()
    sell(960).confirm()
    clock.set("2025-02-08")
    sell(930, customer=customer, line={"discount": 10}).confirm()
    sell(3800, unit=1, customer=customer).confirm()
    clock.set("2025-03-01")
    sell(920, model="crm.quote", customer=customer).submit()
    piece = printer.units[0].id
    theirs = earlier_prices(env, printer.id, customer.id, piece)
    assert [(each.model, str(each.day), each.net) for each in theirs] == [
        ("crm.quote", "2025-03-01", Decimal(920)),
        ("crm.order", "2025-02-08", Decimal(837)),
        ("crm.order", "2025-01-08", Decimal(940)),
    ]
    assert len(earlier_prices(env, printer.id, None, piece)) == 4
    assert len(earlier_prices(env, printer.id)) == 5
    sold = price_range(earlier_prices(env, printer.id, None, piece))
    assert (sold.count, sold.last, sold.lowest, sold.highest) == (3, Decimal(837), Decimal(837), Decimal(960))
    assert price_range([], "crm.order") is None


@pytest.mark.rows("PRICE-10")
def test_earlier_prices_to_customers_of_others_are_seen_by_right_alone(as_user, printer):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        mine = li["crm.customer"].create({"name": "Huaxing"})
        li["crm.order"].create({"customer": mine, "lines": [{"product": printer.id, "price": 950}]}).confirm()
        assert len(earlier_prices(li, printer.id)) == 1
    with as_user("zhang", groups=["crm_base.salesperson"]) as zhang:
        assert earlier_prices(zhang, printer.id) == []
    with as_user("wang", groups=["crm_base.manager"]) as wang:
        assert len(earlier_prices(wang, printer.id)) == 1


@pytest.mark.rows("PRICE-10")
def test_the_page_of_earlier_prices_opens_the_documents(client, sell, printer, customer):
    order = sell(940, customer=customer)
    order.confirm()
    page = client.get(f"/x/crm_price/history/{printer.id}", customer=customer.id).text
    for text in ("940.00", f"/records/crm.order/{order.id}", "To 华星贸易", "To all customers"):
        assert text in page
    assert "Neither quoted nor sold" in client.get(f"/x/crm_price/history/{printer.id}", unit=printer.units[1].id).text
    assert client.get("/x/crm_price/history/9999").status_code == 404
    assert client.get(f"/x/crm_price/history/{printer.id}", customer="x").status_code == 422
    assert f"/x/crm_price/history/{printer.id}" in client.get(f"/records/crm.product/{printer.id}").text


@pytest.mark.rows("PRICE-08")
def test_sales_below_the_lowest_price_are_listed_whatever_the_control_was(client, sell, set_parameter):
    set_parameter("crm_price.control", "off")
    sold, fair, draft = sell(880), sell(900), sell(870)
    sold.confirm()
    fair.confirm()
    page = client.get("/records/crm.order.line", menu="crm_price.menu_below").text
    assert sold.number in page
    assert fair.number not in page
    assert draft.number not in page
    assert "Below by" in page


@pytest.mark.rows("PRICE-10")
def test_a_product_leads_to_earlier_prices_only_whoever_may_read_documents_that_have_them(
    client, sell, printer, as_user
):
    order, quote = sell(940), sell(950, model="crm.quote")
    order.confirm()
    history, product = f"/x/crm_price/history/{printer.id}", f"/records/crm.product/{printer.id}"
    as_user("cashier", groups=["crm_sales.cashier"])
    client.log_in("cashier")
    assert history in client.get(product).text
    page = client.get(history).text
    assert f"/records/crm.order/{order.id}" in page and f"/records/crm.quote/{quote.id}" not in page
    as_user("clerk", groups=["base.user"])
    client.log_in("clerk")
    assert history not in client.get(product).text
