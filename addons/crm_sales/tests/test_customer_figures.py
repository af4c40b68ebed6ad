"""Customers are ranked and summed up by their contracts, and their trading stands in a tab of its own (BASE-12, BASE-16, BASE-61)."""

from decimal import Decimal

import pytest


def page(client, path):
    answer = client.request("GET", path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


@pytest.fixture
def customers(create_customer, create_order, clock):
    made = {}
    for name, price, day in (
        ("华星贸易", 900, "2025-01-10"),
        ("远航科技", 900, "2025-02-10"),
        ("宏达", 1500, "2024-06-01"),
    ):
        clock.set(day)
        made[name] = create_customer(name=name)
        create_order(customer=made[name], lines=[{"name": "LP-200", "quantity": 2, "price": price}]).confirm()
        create_order(customer=made[name], lines=[{"name": "draft", "quantity": 9, "price": 999}])
    clock.set("2025-03-01")
    return made


@pytest.mark.rows("BASE-61")
def test_customers_are_ranked_by_what_they_bought_in_a_period(client, customers):
    text = page(client, "/x/crm_base/ranking?figure=crm_sales.purchases&period=year")
    assert "1,800.00" in text and "宏达" not in text
    text = page(client, "/x/crm_base/ranking?figure=crm_sales.purchases&period=all")
    assert text.index("宏达") < text.index("华星贸易")
    for figure in ("profit", "profit_rate", "expenses"):
        page(client, f"/x/crm_base/ranking?figure=crm_sales.{figure}&period=all")


@pytest.mark.rows("BASE-16")
def test_the_summary_adds_contracts_opportunities_and_what_is_open(client, customers, create_opportunity):
    create_opportunity(customer=customers["宏达"], amount=Decimal("260000"))
    text = page(client, "/x/crm_base/summary?by=status")
    assert "6,600.00" in text and "260,000.00" in text


@pytest.mark.rows("BASE-12")
def test_trading_stands_in_a_tab_with_its_totals(client, customers):
    number = customers["华星贸易"].id
    trading = page(client, f"/x/crm_base/customer/{number}").partition('id="page-pv-trading"')[2]
    for panel in ("opportunities", "quotes", "orders", "goods", "ordered"):
        assert f"/panels/crm_sales.customer_{panel}?place=crm_base.customer_view" in trading
    shown = page(client, f"/panels/crm_sales.customer_ordered?place=crm_base.customer_view&record={number}")
    assert "1,800.00" in shown
