"""F1, step 8: expenses of the contract lower its gross profit once they are approved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.flows.company import Company, user_named

ADDONS = ("crm_expense",)


def claim(company: Company, order: Any, category: str, amount: int) -> Any:
    """A claim of 张三 for the contract, submitted."""
    zhang = company.as_user("张三")
    line = {
        "category": company.env.ref(category).id,
        "name": category.rpartition(".")[2],
        "amount": amount,
        "order": order.id,
    }
    made = zhang["crm.expense"].create({"title": "华星贸易 安装", "lines": [line]})
    made.submit()
    zhang.flush()
    assert made.state == "submitted"
    return made


@pytest.mark.rows("EXP-02", "EXP-04", "EXP-05", "EXP-08", "SALE-33", "SALE-48")
def test_approved_expenses_lower_the_gross_profit_of_the_contract(company: Company) -> None:
    company.clock.set("2025-01-08")
    approvers = company.env["core.group"].search([["key", "=", "crm_expense.approver"]])[0]
    manager = user_named(company.env, "李经理")
    manager.update(groups=[*manager.groups, approvers])
    order = company.env["crm.order"].create(
        {
            "customer": company.customer(),
            "owner": company.user("张三"),
            "lines": [
                {"unit": company.unit("LP-200", "台"), "quantity": 10, "price": 880},
                {"unit": company.unit("TN-20", "支"), "quantity": 20, "price": 180},
            ],
        }
    )
    order.confirm()
    company.env.flush()
    assert (order.amount, order.cost) == (Decimal(12400), Decimal(8400))
    travel = claim(company, order, "crm_expense.travel", 300)
    freight = claim(company, order, "crm_expense.freight", 260)
    claim(company, order, "crm_expense.entertainment", 200)
    for made in (travel, freight):
        company.as_user("李经理")["crm.expense"].get(made.id).approve()
        company.as_user("李经理").flush()
    order = company.env["crm.order"].get(order.id)
    page = company.client("李经理").get(f"/records/crm.order/{order.id}").text
    assert [word in page for word in ("travel", "freight", travel.number)] == [True] * 3
    assert (order.expenses, order.profit, order.margin) == (Decimal(560), Decimal("3440.00"), Decimal("27.74"))
    li = company.as_user("李经理")
    li["crm.expense"].get(freight.id).refuse()
    li.flush()
    assert company.env["crm.order"].get(order.id).profit == Decimal("3700.00")
