"""F0: the common data themselves, as the flows find them."""

from decimal import Decimal

import pytest

from tests.flows.company import PEOPLE, TEAM, Company

ADDONS = ("crm_price", "crm_approval", "crm_competitor")


def test_everybody_has_a_position_below_that_of_the_superior(company: Company) -> None:
    for name, _login, position, superior, *_ in PEOPLE:
        user = company.user(name)
        assert user.position.name == position
        if superior:
            assert user.position.parent is company.user(superior).position
    assert sorted(company.user(name).main_team.name for name in ("张三", "陈四")) == [TEAM, TEAM]


def test_each_salesperson_sees_the_own_customer_and_the_superiors_both(company: Company) -> None:
    seen = {
        name: sorted(company.as_user(name)["crm.customer"].search().mapped("name"))
        for name in ("张三", "陈四", "李经理", "王总")
    }
    assert seen == {
        "张三": ["华星贸易"],
        "陈四": ["远航科技"],
        "李经理": ["华星贸易", "远航科技"],
        "王总": ["华星贸易", "远航科技"],
    }
    huaxing = company.customer()
    assert (huaxing.type.name, huaxing.region.name, huaxing.contacts[0].name) == ("VIP", "华东", "王芳")


def test_what_one_test_changes_is_undone_for_the_next(company: Company) -> None:
    assert company.env["crm.customer"].count() == 2
    company.env["crm.customer"].create({"name": "甲"})
    company.env.flush()
    assert str(company.env.today()) == "2024-01-01"


def test_what_one_test_changes_is_undone_for_the_last(company: Company) -> None:
    test_what_one_test_changes_is_undone_for_the_next(company)


def test_goods_have_units_costs_and_prices(company: Company) -> None:
    printer = company.product("LP-200")
    assert (printer.cost, printer.warranty_months, printer.base_unit.name) == (Decimal(600), 12, "台")
    found = {
        (number, unit): (made.ratio, made.price, made.floor_price)
        for number, unit in (("LP-200", "台"), ("LP-200", "箱"), ("TN-20", "支"), ("TN-20", "盒"), ("FU-2", "件"))
        for made in [company.unit(number, unit)]
    }
    assert found == {
        ("LP-200", "台"): (1, 1000, 900),
        ("LP-200", "箱"): (4, 3900, 3500),
        ("TN-20", "支"): (1, 200, 160),
        ("TN-20", "盒"): (10, 1900, 1500),
        ("FU-2", "件"): (1, 260, 220),
    }


@pytest.mark.parametrize("addons", [("crm_base",)], indirect=True)
def test_the_smallest_selection_has_people_and_customers_alone(company: Company) -> None:
    assert not company.has("crm_product")
    assert company.customer().owner is company.user("张三")
