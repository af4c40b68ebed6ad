"""F1, steps 4, 5 and 10: points on the lines of the contract, changed before it takes effect, accrued and redeemed."""

from __future__ import annotations

from typing import Any

import pytest

from core.api import CoreError, Environment, ValidationError
from tests.flows.company import Company

SELECTIONS = [
    pytest.param(("crm_loyalty",), id="points"),
    pytest.param(("crm_price", "crm_approval", "crm_loyalty_stock"), id="points+price+approval+stock"),
]


@pytest.mark.rows("LOY-07", "LOY-08", "LOY-09", "LOY-10", "LOY-11", "CORE-01")
@pytest.mark.parametrize("addons", SELECTIONS, indirect=True)
def test_points_of_the_contract_accrue_and_are_redeemed_for_a_cup(company: Company) -> None:
    zhang = company.as_user("张三")
    order = sell(company, zhang)
    assert [line.points for line in order.lines] == [120, 20]
    change_the_points(zhang, order)
    order = confirm(company, zhang, order)
    assert company.customer(env=zhang).points == 150
    redeem_a_cup(company, zhang)


def sell(company: Company, zhang: Environment) -> Any:
    """The contract of step 4."""
    company.clock.set("2025-01-08")
    lines = [
        {"unit": company.unit("LP-200", "台"), "quantity": 10, "price": 900},
        {"unit": company.unit("TN-20", "支"), "quantity": 20, "price": 180},
    ]
    order = zhang["crm.order"].create({"customer": company.customer(env=zhang), "lines": lines})
    zhang.flush()
    return order


def change_the_points(zhang: Environment, order: Any) -> None:
    """Step 5, before it takes effect."""
    line = order.lines[1]
    line.update(points=30)
    zhang.flush()
    assert (line.points, line.rule_points, line.points_changed, order.points) == (30, 20, True, 150)


def confirm(company: Company, zhang: Environment, order: Any) -> Any:
    """Step 5: effective at once, since no price lies below its floor."""
    assert company.customer(env=zhang).points == 0
    order.confirm()
    zhang.flush()
    assert order.state == "confirmed"
    return order


def redeem_a_cup(company: Company, zhang: Environment) -> None:
    """Step 10."""
    gift = company.find("crm.gift", ["product.model_number", "=", "CUP"])
    before = cups(company)

    def redeem() -> None:
        zhang["crm.redemption"].create({"customer": company.customer(env=zhang), "gift": gift.id}).redeem()
        zhang.flush()

    redeem()
    assert company.customer(env=zhang).points == 70
    with pytest.raises(ValidationError, match="70") as refusal, zhang.savepoint():
        redeem()
    assert isinstance(refusal.value, CoreError)
    assert company.customer(env=zhang).points == 70
    assert zhang["crm.point.entry"].count() == 2
    if company.has("crm_stock"):
        assert (before, cups(company)) == (20, 19)


def cups(company: Company) -> int | None:
    """How many cups are on hand."""
    if not company.has("crm_stock"):
        return None
    company.env.flush()
    domain = [["product", "=", company.product("CUP").id]]
    return int(company.env["crm.stock.level"].aggregate(domain, {"on_hand": "sum"})[0]["on_hand"])
