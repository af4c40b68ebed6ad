"""F12, steps 1 and 2: points by product, unit and customer type, returned goods, and the three switches."""

from __future__ import annotations

from typing import Any

import pytest

from core.api import Environment
from tests.flows.company import Company

ADDONS = ("crm_loyalty",)


def sell(company: Company, env: Environment, customer: str) -> Any:
    """Make the contract: 2 箱 at 3,900 and 3 台 at 950."""
    lines = [
        {"unit": company.unit("LP-200", "箱"), "quantity": 2, "price": 3900},
        {"unit": company.unit("LP-200", "台"), "quantity": 3, "price": 950},
    ]
    order = env["crm.order"].create({"customer": company.customer(customer, env), "lines": lines})
    env.flush()
    return order


def return_one(company: Company, order: Any) -> None:
    """Deliver everything and take 1 台 back."""
    env = company.env
    order = env["crm.order"].get(order.id)
    for line in order.lines:
        env["crm.delivery"].create({"order": order, "line": line, "quantity": line.quantity})
    line = next(each for each in order.lines if each.unit.name == "台")
    env["crm.delivery"].create({"order": order, "line": line, "kind": "return", "quantity": 1})
    env.flush()


@pytest.mark.rows("PROD-08", "LOY-01", "LOY-04", "LOY-06", "LOY-07", "LOY-09", "SALE-46")
def test_a_return_takes_its_share_back_and_the_system_switch_hides_everything(company: Company) -> None:
    zhang = company.as_user("张三")
    order = sell(company, zhang, "华星贸易")
    assert [line.points for line in order.lines] == [100, 36]
    order.confirm()
    zhang.flush()
    assert company.customer().points == 136
    return_one(company, order)
    assert company.customer().points == 124
    switch = company.env["core.parameter"].search([["key", "=", "crm_loyalty.on"]])[0]
    switch.update(value=False)
    company.env.flush()
    pages = (
        f"/records/crm.customer/{company.customer().id}",
        f"/records/crm.order/{order.id}",
        "/records/crm.customer",
    )
    for page in pages:
        text = company.client("张三").get(page).get_data(as_text=True)
        # The role stays among the roles with which searches are shared.
        assert "积分" not in text.replace("积分管理员", ""), page
    assert company.client("张三").get("/records/crm.point.entry").status_code in (403, 404)
    switch.update(value=True)
    company.env.flush()
    text = company.client("张三").get(pages[0]).get_data(as_text=True)
    assert "积分" in text
    assert "124" in text


@pytest.mark.rows("LOY-02", "LOY-03")
def test_a_customer_of_a_type_without_points_is_switched_on_alone(company: Company) -> None:
    chen = company.as_user("陈四")
    order = sell(company, chen, "远航科技")
    assert order.points == 0
    company.customer("远航科技").update(points_switch="on")
    company.env.flush()
    again = sell(company, company.as_user("陈四"), "远航科技")
    assert [line.points for line in again.lines] == [90, 30]
    again.confirm()
    again.env.flush()
    assert company.customer("远航科技", company.as_user("陈四")).points == 120
