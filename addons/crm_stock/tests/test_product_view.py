"""Stock and purchases in the view of a product (PROD-11)."""

import pytest

PLACE = "crm_product.product_view"


@pytest.mark.rows("PROD-11", "CORE-29")
def test_stock_and_purchases_stand_in_the_view_of_who_may_see_them(client, as_user, printer, post, create_warehouse):
    post("in", printer, 30, cost=600, reason="purchase")
    post("out", printer, 4, reason="other")
    viewer = as_user("zhao", groups=["crm_stock.viewer"])
    far = create_warehouse(name="Far", code="B", viewers=[viewer.user.id])
    post("in", printer, 5, cost=610, reason="purchase", warehouse=far)
    as_user("li", groups=["base.user"])

    def panel(name, status=200):
        path = f"/panels/crm_stock.product_{name}?place={PLACE}&record={printer.id}"
        answer = client.request("GET", path, headers={"Accept": "text/html"})
        assert answer.status_code == status
        return answer.get_data(as_text=True)

    page = client.get(f"/x/crm_product/product/{printer.id}").get_data(as_text=True)
    for name in ("on_hand", "levels", "moves", "bought_for", "purchases"):
        assert f"/panels/crm_stock.product_{name}?place={PLACE}&amp;record={printer.id}" in page
    assert "31" in panel("on_hand")
    assert "21,050.00" in panel("bought_for"), "30 · 600 + 5 · 610"
    assert "Main" in panel("levels") and "Far" in panel("purchases")

    client.log_in("zhao")
    assert "Main" not in panel("levels") and "Far" in panel("levels")
    panel("bought_for", 404)
    client.log_in("li")
    for name in ("on_hand", "levels", "moves", "bought_for", "purchases"):
        panel(name, 404)
