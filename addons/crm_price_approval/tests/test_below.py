"""The list of sales below the lowest price shows who approved them."""

import pytest

from addons.crm_approval.api import decide


@pytest.mark.rows("PRICE-08")
def test_a_sale_below_the_lowest_price_is_listed_with_its_approver(
    client, env, as_user, create_customer, create_product
):
    product = create_product(name="激光打印机")
    product.base_unit.update(price=1000, floor_price=900)
    boss = as_user("wang", name="王总", groups=["crm_base.manager"])
    seller = as_user("li", groups=["crm_base.salesperson"], superior=env["core.user"].get(boss.uid))
    customer = seller["crm.customer"].create({"name": "华星贸易"})
    order = seller["crm.order"].create({"customer": customer, "lines": [{"product": product.id, "price": 880}]})
    order.confirm()
    assert order.state == "in_approval"
    decide(boss, env["crm.approval.task"].search([["state", "=", "waiting"]])[0].id, "approve")
    assert order.state == "confirmed"
    page = client.get("/records/crm.order.line", menu="crm_price.menu_below").text
    assert order.number in page
    assert "王总" in page
