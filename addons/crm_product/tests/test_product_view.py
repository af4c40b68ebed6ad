"""The page of one product with its own data and prices; sales, stock and service add to it (PROD-11)."""

import pytest

pytestmark = pytest.mark.rows("PROD-11", "CORE-29")


def shown(client, path, status=200):
    answer = client.request("GET", path, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


def test_the_view_shows_the_data_of_a_product_and_its_units_and_the_form_leads_there(client, env, create_unit, as_user):
    units = [
        {"unit": create_unit(name="台"), "is_base": True, "price": 880},
        {"unit": create_unit(name="箱"), "ratio": 4, "price": 3400},
    ]
    values = {"name": "激光打印机", "model_number": "LP-200", "specification": "A4 黑白", "cost": 612, "units": units}
    product = env["crm.product"].create(values)
    here = f"/x/crm_product/product/{product.id}"
    assert f'href="{here}"' in shown(client, f"/records/crm.product/{product.id}")
    page = shown(client, here)
    for text in ("激光打印机", product.number, "LP-200", "A4 黑白", "880.00", "612"):
        assert text in page
    panel = shown(client, f"/panels/crm_product.view_units?place=crm_product.product_view&record={product.id}")
    assert "箱" in panel and "3,400.00" in panel

    as_user("li", groups=["base.user"])
    client.log_in("li")
    page = shown(client, here)
    assert "A4 黑白" in page and "612" not in page, "what a product costs is seen only with the right"


def test_a_product_that_is_not_there_has_no_view(client):
    shown(client, "/x/crm_product/product/987654", 404)
