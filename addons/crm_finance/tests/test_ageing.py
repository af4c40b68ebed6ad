"""Ageing, limits and statements (FIN-17 to FIN-21)."""

import datetime as dt
from decimal import Decimal

import pytest

from addons.crm_finance.services.ageing import read_ageing
from addons.crm_finance.services.statement import read_statement

TODAY = dt.date(2025, 7, 1)
DUE = {-3: 1100, 0: 1000, 1: 100, 30: 200, 31: 300, 60: 400, 61: 500, 90: 600, 91: 700, 180: 800, 181: 900}
PARTS = tuple(Decimal(each) for each in (2100, 300, 700, 1100, 1500, 900))


@pytest.fixture
def debts(env, clock, create_customer):
    """Receivables of one customer, by days overdue on 2025-07-01."""
    clock.set(TODAY.isoformat())
    customer = create_customer(name="Huaxing", owner=env.user.id)
    env["crm.receivable"].create(
        [
            {
                "customer": customer.id,
                "date": "2025-01-01",
                "amount": amount,
                "due_date": TODAY - dt.timedelta(days=days),
            }
            for days, amount in DUE.items()
        ]
    )
    return customer


@pytest.mark.rows("FIN-19", "FIN-20")
def test_borders_belong_to_the_lower_bucket(env, debts):
    found = read_ageing(env, "customer", TODAY)
    assert [(row.key, row.parts) for row in found.rows] == [(debts.id, PARTS)]
    assert (found.total.total, found.total.overdue, found.count) == (Decimal(6600), Decimal(4500), 1)
    by_owner = read_ageing(env, "owner", TODAY)
    assert [(row.key, row.parts) for row in by_owner.rows] == [(env.user.id, PARTS)]


@pytest.mark.rows("FIN-19")
def test_only_what_the_reader_may_see_counts(env, debts, as_user):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        assert read_ageing(li, "customer", TODAY).count == 0


@pytest.mark.rows("FIN-20")
def test_a_customer_over_its_limit_is_flagged_until_it_pays(env, debts, create_order, client):
    debts.update(overdue_limit=4000)
    env.flush()
    assert debts.overdue_excess == Decimal(500)
    order = create_order(customer=debts, lines=[{"name": "Tea", "price": 1}])
    order.confirm()
    assert (order.is_over_limit, order.overdue_excess) == (True, Decimal(500))
    page = client.request("GET", "/x/crm_finance/ageing", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "4,500.00" in page and "500.00" in page
    shown = client.request("GET", f"/records/crm.customer/{debts.id}", headers={"Accept": "text/html"})
    assert "over the limit by" in shown.get_data(as_text=True)


@pytest.mark.rows("FIN-19", "FIN-32")
@pytest.mark.parametrize("by", ["customer", "owner", "order"])
def test_the_page_and_its_export_group_as_asked(client, debts, by):
    page = client.request("GET", f"/x/crm_finance/ageing?by={by}", headers={"Accept": "text/html"})
    assert page.status_code == 200 and "2,100.00" in page.get_data(as_text=True)
    sheet = client.request("GET", f"/x/crm_finance/ageing/export/csv?by={by}")
    assert sheet.status_code == 200 and "6600.00" in sheet.get_data(as_text=True)


@pytest.mark.rows("FIN-19")
def test_ageing_asks_the_database_the_same_number_of_times_for_any_number_of_receivables(env, debts, statements):
    env.flush()
    with statements.at_most(2):
        read_ageing(env, "customer", TODAY)


@pytest.mark.rows("FIN-21")
def test_a_statement_adds_up(env, clock, sell, receive, client):
    clock.set("2025-01-10")
    order = sell(1000)
    receive(order, 300)
    clock.set("2025-02-05")
    second = sell(50, customer=order.customer)
    receipt = receive(second, 50)
    clock.set("2025-02-20")
    receipt.reverse()
    found = read_statement(env, order.customer.id, dt.date(2025, 2, 1), dt.date(2025, 2, 28))
    assert (found.opening, found.new, found.settled, found.closing) == (700, 50, 0, 750)
    address = f"/x/crm_finance/statement?customer={order.customer.id}&month=2025-01"
    page = client.request("GET", address, headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "700.00" in page


def test_the_menu_marks_the_page_itself_and_not_its_neighbour_of_the_same_object(client):
    page = client.get("/x/crm_finance/ageing").get_data(as_text=True)
    marked = [line for line in page.splitlines() if 'aria-current="page"' in line and "<a " in line]
    assert ['href="/x/crm_finance/ageing"' in line for line in marked] == [True]
