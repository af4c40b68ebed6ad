"""Services in the view of a product (PROD-11)."""

import pytest


@pytest.mark.rows("PROD-11", "CORE-29")
def test_tickets_and_goods_with_customers_stand_in_the_view_of_the_product(client, env, as_user, create_product):
    product, other = create_product(name="LP-200"), create_product(name="TN-20")
    customer = env["crm.customer"].create({"name": "Huaxing"})
    for each, subject in ((product, "Paper jam"), (other, "Leaks")):
        env["crm.ticket"].create({"customer": customer, "product": each, "subject": subject, "kind": "service"})
    env["crm.sold.item"].create(
        {"customer": customer, "product": product, "serial": "SN-1", "delivered_on": "2025-01-10"}
    )
    as_user("li", groups=["base.user"])

    def panel(name, status=200):
        path = f"/panels/crm_service.product_{name}?place=crm_product.product_view&record={product.id}"
        answer = client.request("GET", path, headers={"Accept": "text/html"})
        assert answer.status_code == status
        return answer.get_data(as_text=True)

    page = client.get(f"/x/crm_product/product/{product.id}").get_data(as_text=True)
    assert "crm_service.product_tickets" in page and "crm_service.product_items" in page
    assert "Paper jam" in panel("tickets") and "Leaks" not in panel("tickets")
    assert "SN-1" in panel("items")
    client.log_in("li")
    panel("tickets", 404)
    panel("items", 404)
