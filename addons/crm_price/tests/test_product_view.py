"""Price policies in the view of a product (PROD-11)."""

import pytest

from core.api import get_parameter


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


@pytest.mark.rows("SALE-54")
def test_price_control_stands_among_the_settings_of_sales(client, env):
    here, form = "/x/crm_sales/settings", {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    url = f"{here}/parameters/crm_price.control,crm_price.quotes_too"
    page = client.request("GET", here, headers={"Accept": "text/html"}).get_data(as_text=True)
    assert f'"{url}"' in page and "/panels/crm_price.set_categories" in page
    assert client.request("POST", url, data={"p:crm_price.control": "c"}, headers=form).status_code == 303
    assert (get_parameter(env, "crm_price.control"), get_parameter(env, "crm_price.quotes_too")) == ("c", False)
    client.request("POST", url, data={"p:crm_price.control": "z"}, headers=form)
    assert get_parameter(env, "crm_price.control") == "c"
