"""Points are set for one product or for many selected ones (LOY-05)."""

import pytest

from core.api import AccessDenied


@pytest.fixture
def cup(env):
    """A product sold by the piece only, without points."""
    return env["crm.product"].create({"name": "Cup", "units": [{"unit": env["crm.unit"].create({"name": "cup"})}]})


@pytest.mark.rows("LOY-05")
def test_points_of_the_base_unit_are_set_for_all_products_selected(env, client, printer, cup):
    ids = f"{printer.id},{cup.id}"
    page = client.post(
        "/x/crm_loyalty/points", data={"ids": [str(printer.id), str(cup.id)], "back": "/records/crm.product"}
    )
    assert "Cup" in page.get_data(as_text=True)
    client.post("/x/crm_loyalty/points/set", data={"ids": ids, "points": "7"})
    assert [product.base_unit.points for product in (printer, cup)] == [7, 7]


@pytest.mark.rows("LOY-05", "LOY-07")
def test_points_of_another_unit_and_type_are_set_where_products_have_it(env, client, printer, cup, box, vip):
    client.post(
        "/x/crm_loyalty/points/set",
        data={"ids": f"{printer.id},{cup.id}", "unit": str(box.unit.id), "type": str(vip.id), "points": "60"},
    )
    assert [(rule.unit.id, rule.points) for rule in env["crm.point.rule"].search([["points", "=", 60]])] == [
        (box.id, 60)
    ]


@pytest.mark.parametrize("points", ["many", "-1", ""])
def test_what_is_no_number_of_points_is_asked_again(client, printer, points):
    answer = client.post("/x/crm_loyalty/points/set", data={"ids": str(printer.id), "points": points})
    assert answer.status_code == 422


def test_a_salesperson_may_not_set_points(as_user, printer):
    from addons.crm_loyalty.services.product_points import batch_link, set_points

    with as_user("li", groups=["crm_base.salesperson"]) as li:
        assert batch_link(li) is None
        with pytest.raises(AccessDenied):
            set_points(li, [printer.id], None, None, 5)
