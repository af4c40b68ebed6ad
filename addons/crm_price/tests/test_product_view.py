"""Price policies in the view of a product (PROD-11)."""

import pytest


@pytest.mark.rows("PROD-11", "CORE-29")
def test_price_policies_stand_in_the_view_of_who_may_see_them(
    client, env, as_user, choice, create_product, create_unit
):
    unit = create_unit(name="台")
    product = create_product(name="LP-200", units=[{"unit": unit, "is_base": True, "price": 880}])
    env["crm.price.policy"].create(
        {"unit": product.units[0], "region": choice("region", "华东"), "price": 795, "floor_price": 715}
    )
    path = f"/panels/crm_price.product_policies?place=crm_product.product_view&record={product.id}"
    shown = client.get(path).get_data(as_text=True)
    assert "795.00" in shown and "715.00" in shown
    as_user("li", groups=["base.user"])
    client.log_in("li")
    assert client.request("GET", path, headers={"Accept": "text/html"}).status_code == 404
