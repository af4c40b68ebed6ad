"""What was sold of a product: in its view and as a list with sums, each with the rights of who looks (PROD-11, PROD-12)."""

import re
from urllib.parse import quote

import pytest

PLACE = "crm_product.product_view"
SOLD = '[["order.state","in",["confirmed","done"]],["product","is_set"]]'


def shown(client, path, status=200):
    answer = client.request("GET", path, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


def panel(client, name, product, status=200):
    return shown(client, f"/panels/crm_sales.product_{name}?place={PLACE}&record={product.id}", status)


@pytest.fixture
def sold(env, as_user, create_customer, create_order, create_product, clock):
    """Two sales of a printer, by two salespeople, besides a draft and a sale of toner: 10 for 8,800.00 and 3 for 2,550.00."""
    clock.set("2025-03-10")
    printer = create_product(name="激光打印机", model_number="LP-200", cost=600)
    toner = create_product(name="碳粉", cost=100)
    people = {login: as_user(login, groups=["crm_base.salesperson"]) for login in ("li", "xu")}
    found = {"printer": printer}
    for login, name, quantity, price in (("li", "华星贸易", 10, 880), ("xu", "远航科技", 3, 850)):
        owner = people[login].user.id
        customer = create_customer(name=name, owner=owner)
        lines = [{"product": printer, "quantity": quantity, "price": price}]
        found[login] = create_order(customer=customer, owner=owner, lines=lines)
        found[login].confirm()
    create_order(owner=people["li"].user.id, lines=[{"product": printer, "quantity": 99, "price": 1}])
    create_order(owner=people["li"].user.id, lines=[{"product": toner, "quantity": 7, "price": 180}]).confirm()
    return found


@pytest.mark.rows("PROD-11", "CORE-29")
def test_sales_stand_in_the_view_of_the_product_each_section_under_its_right_and_range(client, as_user, sold):
    printer = sold["printer"]
    page = shown(client, f"/x/crm_product/product/{printer.id}")
    for name in ("quantity", "amount", "profit", "months", "sales"):
        assert f"/panels/crm_sales.product_{name}?place={PLACE}&amp;record={printer.id}" in page
    # 8,800.00 + 2,550.00 without the draft; cost 13 · 600.
    for name, text in (("quantity", "13"), ("amount", "11,350.00"), ("profit", "3,550.00")):
        assert text in panel(client, name, printer)

    client.log_in("li")
    page = shown(client, f"/x/crm_product/product/{printer.id}")
    assert "crm_sales.product_amount" in page and "crm_sales.product_profit" not in page
    assert "8,800.00" in panel(client, "amount", printer)
    panel(client, "profit", printer, 404)
    detail = panel(client, "sales", printer)
    assert f"/records/crm.order/{sold['li'].id}" in detail
    assert "华星贸易" in detail and "远航科技" not in detail

    as_user("nobody", groups=["base.user"])
    client.log_in("nobody")
    page = shown(client, f"/x/crm_product/product/{printer.id}")
    assert "激光打印机" in page and "crm_sales" not in page.partition('class="fw"')[2]
    panel(client, "sales", printer, 404)


@pytest.mark.rows("PROD-12")
def test_each_sale_stands_in_one_list_with_sums_and_leads_to_its_contract(client, sold):
    where = quote(f'[{SOLD[1:-1]},["product","=",{sold["printer"].id}]]')
    listed = f"/records/crm.order.line?view=list&f=-&domain={where}"
    page = shown(client, listed)
    for text in ("LP-200", "华星贸易", "远航科技", "880.00", "850.00", "8,800.00", "2,550.00"):
        assert text in page
    foot = re.sub(r"<[^>]+>", " ", page.partition('class="tf row')[2].partition("</div>")[0])
    assert "11,350.00" in foot and re.search(r"\b13\b", foot), foot
    assert "碳粉" not in page
    for login in ("li", "xu"):
        assert f"/records/crm.order/{sold[login].id}" in page, "the contract opens from its line"

    client.log_in("li")
    page = shown(client, listed)
    assert "8,800.00" in page and "2,550.00" not in page and "远航科技" not in page


def test_the_view_and_its_list_take_as_many_statements_however_much_was_sold(client, sold, create_order, statements):
    printer = sold["printer"]
    paths = (
        f"/x/crm_product/product/{printer.id}",
        f"/panels/crm_sales.product_sales?place={PLACE}&record={printer.id}",
    )
    counted = []
    for _round in range(2):
        for path in paths:
            shown(client, path)
            with statements.at_most(30):
                shown(client, path)
            counted.append(len(statements.seen))
        for _number in range(10):
            create_order(lines=[{"product": printer, "quantity": 1, "price": 880}]).confirm()
    assert counted[:2] == counted[2:]
