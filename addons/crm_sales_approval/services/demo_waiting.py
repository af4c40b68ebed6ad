"""Contracts of the demo that wait for somebody: two for the superior, one that the superior passed on to the administrator; and one that was refused."""

import datetime as dt
from typing import Any

from addons.crm_approval.api import decide, request_of
from core.api import DemoYear

LARGE = 50_000
"""Amount from which the administrator approves too."""
ORDERS = ((2, "demo_lp200_carton", 4), (1, "demo_tn20_box", 12), (1, "demo_lp200_carton", 16))
"""Days ago, unit of a product, and how many of it."""


def make_waiting(year: DemoYear) -> None:
    """Have contracts approved from now on, submit four of this week and refuse one; nothing without the salespeople of the demo."""
    sellers = [user for user in year.users("lin", "wang", "zhao") if user.superior]
    if not sellers:
        return
    _make_flow(year)
    for (ago, unit, quantity), seller in zip(ORDERS, sellers, strict=False):
        with year.at(year.today - dt.timedelta(days=ago), hour=15):
            order = _submit(year, seller, unit, quantity)
            if order.base_amount >= LARGE:
                _pass_on(order, seller.superior)
    with year.at(year.today - dt.timedelta(days=5), hour=11):
        _refuse(_submit(year, sellers[0], "demo_lp200_unit", 6), sellers[0].superior)


def _make_flow(year: DemoYear) -> None:
    env = year.env
    steps = [
        {"sequence": 1, "name": "直接上级", "rule": "superior"},
        {
            "sequence": 2,
            "name": "大额合同",
            "rule": "users",
            "users": [env.ref("base.admin")],
            "condition": [["base_amount", ">=", LARGE]],
        },
    ]
    values = {"name": "合同审批", "model": "crm.order", "transition": "confirm", "sequence": 50, "steps": steps}
    env["crm.approval.flow"].create(values)


def _submit(year: DemoYear, seller: Any, unit: str, quantity: int) -> Any:
    env = year.env.as_user(seller.id)
    customer = env["crm.customer"].search([["owner", "=", seller.id]], order="id", limit=1)[0]
    chosen = env.ref(f"crm_product.{unit}")
    line = {"product": chosen.product, "unit": chosen, "quantity": quantity}
    plan = {"percent": 100, "date": year.today + dt.timedelta(days=30)}
    values = {"kind": "contract", "customer": customer, "title": "设备采购合同", "lines": [line], "plans": [plan]}
    order = env["crm.order"].create(values)
    order.confirm()
    return order


def _pass_on(order: Any, superior: Any) -> None:
    _decide(order, superior, "approve", "客户信用良好，同意")


def _refuse(order: Any, superior: Any) -> None:
    _decide(order, superior, "refuse", "付款条件未谈妥，请重新报价")


def _decide(order: Any, superior: Any, decision: str, remark: str) -> None:
    request = request_of(order)
    env = order.env.as_user(superior.id)
    task = env["crm.approval.task"].search([["request", "=", request.id], ["state", "=", "waiting"]])[0]
    decide(env, task.id, decision, remark)
