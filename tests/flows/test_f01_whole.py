"""F1 whole in one company, and without each of points, stock, service, price control and approval: the rest runs unchanged (step 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_finance.services.ageing import read_ageing
from addons.crm_service.services.satisfaction import read_satisfaction
from core.api import ValidationError
from tests.flows.company import Company, user_named
from tests.flows.test_f01_delivery import in_stock, keeper_confirms
from tests.flows.test_f01_lead_to_contract import (
    approve_the_quote,
    convert_the_lead,
    make_the_contract,
    make_the_quote,
    plan_the_payments,
    take_effect,
)
from tests.flows.test_f01_points import change_the_points, redeem_a_cup

EVERYTHING = ("crm_price", "crm_approval", "crm_loyalty", "crm_stock", "crm_expense", "crm_finance", "crm_service")
DROPPED = ("crm_loyalty", "crm_stock", "crm_service", "crm_price", "crm_approval")


def selections() -> Iterator[Any]:
    """Everything on both databases; without one of them on SQLite, since what differs is Python's."""
    yield pytest.param("sqlite", EVERYTHING, id="sqlite-everything")
    yield pytest.param("postgresql", EVERYTHING, id="postgresql-everything")
    for dropped in DROPPED:
        rest = tuple(each for each in EVERYTHING if each != dropped)
        yield pytest.param("sqlite", rest, id=f"sqlite-without {dropped.removeprefix('crm_')}")


@pytest.mark.rows(
    *("SALE-03", "SALE-30", "SALE-44", "SALE-48", "PRICE-06", "APPR-07", "LOY-07", "LOY-09", "LOY-10", "STOCK-07"),
    *("FIN-08", "FIN-09", "FIN-19", "EXP-04", "SERV-08", "SERV-09", "SERV-14", "SERV-18", "SERV-21", "SERV-22"),
    *("BASE-08", "CORE-01", "SALE-33", "SALE-41", "SALE-50"),
)
@pytest.mark.parametrize(("engine", "addons"), list(selections()), indirect=True)
def test_the_whole_flow_runs_with_whatever_is_enabled(company: Company) -> None:
    manager = user_named(company.env, "李经理")
    approvers = company.env["core.group"].search([["key", "=", "crm_expense.approver"]])[0]
    manager.update(groups=[*manager.groups, approvers])
    zhang = company.as_user("张三")
    quote = make_the_quote(company, zhang, convert_the_lead(company, zhang).opportunity)
    approve_the_quote(company, quote)
    order = make_the_contract(company, zhang, quote)
    if company.has("crm_loyalty"):
        assert [line.points for line in order.lines] == [120, 20]
        change_the_points(zhang, order)
    take_effect(company, order)
    plan_the_payments(company, zhang, order)
    deliver(company, order)
    spend(company, "张三", {"order": order.id}, ("travel", 300), ("freight", 260))
    spend(company, "张三", {"order": order.id}, ("entertainment", 200), approve=False)
    assert profit_of(company, order) == (Decimal("3440.00"), Decimal("27.74"))
    assert commission(company, "sales", 3) == [Decimal("372.00")]
    assert commission(company, "profit", 10) == [Decimal("344.00")]
    receive(company, order)
    if company.has("crm_loyalty"):
        assert company.customer(env=zhang).points == 150
        redeem_a_cup(company, zhang)
    if company.has("crm_service"):
        serve(company, order)
    look_at_the_customer(company)


def deliver(company: Company, order: Any) -> None:
    """Step 7: by the warehouse where there is one, else noted by who keeps it."""
    company.clock.set("2025-01-15")
    if company.has("crm_stock"):
        keeper_confirms(company, order.request_stock_out().id)
        assert (in_stock(company, "LP-200"), in_stock(company, "TN-20")) == (20, 80)
        with pytest.raises(ValidationError, match="only 0 can still be requested"), order.env.savepoint():
            order.request_stock_out({order.lines[0].id: 1})
    else:
        feng = company.as_user("冯仓管")
        for line in feng["crm.order"].get(order.id).lines:
            feng["crm.delivery"].create({"order": order.id, "line": line.id, "quantity": line.quantity})
        feng.flush()
    assert company.env["crm.order"].get(order.id).delivery_state == "full"
    if company.has("crm_service"):
        items = company.as_user("周客服")["crm.sold.item"].search([["product.model_number", "=", "LP-200"]])
        assert {item.warranty_end for item in items} == {dt.date(2026, 1, 15)}
        assert sum(item.quantity for item in items) == 10


def spend(company: Company, who: str, place: dict[str, int], *lines: tuple[str, int], approve: bool = True) -> None:
    """Let somebody claim expenses, and 李经理 approve them."""
    env = company.as_user(who)
    rows = [
        {"category": company.env.ref(f"crm_expense.{name}").id, "name": name, "amount": amount, **place}
        for name, amount in lines
    ]
    made = env["crm.expense"].create({"title": "华星贸易", "lines": rows})
    made.submit()
    env.flush()
    if approve:
        manager = company.as_user("李经理")
        manager["crm.expense"].get(made.id).approve()
        manager.flush()


def profit_of(company: Company, order: Any) -> tuple[Decimal, Decimal]:
    """Return gross profit and margin as the administrator sees them."""
    seen = company.env["crm.order"].get(order.id)
    return (seen.profit, seen.margin)


def commission(company: Company, basis: str, rate: int) -> list[Decimal]:
    """Return what the salespeople get for January by a plan; the manager works it out."""
    manager = company.as_user("李经理")
    manager["crm.commission.plan"].search([]).update(active=False)
    manager["crm.commission.plan"].create({"name": f"{rate} %", "basis": basis, "rate": rate})
    period = manager["crm.commission.period"].create({"name": basis, "start": "2025-01-01", "end": "2025-01-31"})
    manager.flush()
    period.work_out()
    manager.flush()
    return [entry.amount for entry in period.entries]


def receive(company: Company, order: Any) -> None:
    """Step 9."""
    qian = company.as_user("钱财务")
    owed = qian["crm.receivable"].search([["order", "=", order.id], ["cancelled", "=", False]], order="due_date")
    assert [each.amount for each in owed] == [Decimal("3720.00"), Decimal("4960.00"), Decimal("3720.00")]
    for day, amount in (("2025-01-10", 3720), ("2025-03-20", 2000)):
        company.clock.set(day)
        qian["crm.receipt"].create({"order": order.id, "amount": amount, "date": day}).confirm()
        qian.flush()
    seen = qian["crm.order"].get(order.id)
    assert (seen.received, seen.outstanding) == (Decimal("5720.00"), Decimal("6680.00"))
    page = company.client("钱财务").get(f"/records/crm.order/{order.id}").text
    assert [each.number in page for each in (*owed, *seen.receipts)] == [True] * 5
    parts = {
        day: read_ageing(qian, "customer", dt.date.fromisoformat(day)).rows[0].parts
        for day in ("2025-04-15", "2025-06-20")
    }
    assert parts == {
        "2025-04-15": (Decimal(3720), 0, Decimal(2960), 0, 0, 0),
        "2025-06-20": (0, 0, Decimal(3720), 0, Decimal(2960), 0),
    }


def serve(company: Company, order: Any) -> None:
    """Steps 11 and 12: a repair in warranty with a free part and a trip, done step by step, and what the customer says of it."""
    company.clock.set("2025-06-20 10:00")
    zhou = company.as_user("周客服")
    item = zhou["crm.sold.item"].search([["product.model_number", "=", "LP-200"]], limit=1)[0]
    flow = company.find("crm.service.flow", ["name", "=", "维修流程"], zhou)
    values = {"customer": item.customer.id, "subject": "定影不良", "sold_item": item.id, "flow": flow.id}
    ticket = zhou["crm.ticket"].create(values)
    zhou.flush()
    assert ticket.warranty == "in"
    finish(company, ticket, "周客服", "吴师傅")
    finish(company, ticket, "吴师傅", "吴师傅")
    repair = mend(company, ticket)
    finish(company, ticket, "吴师傅", "周客服")
    spend(company, "吴师傅", {"repair": repair.id}, ("transport", 60))
    assert profit_of(company, order) == (Decimal("3380.00"), Decimal("27.26"))
    finish(company, ticket, "周客服", None)
    assert zhou["crm.ticket"].get(ticket.id).state == "done"
    ask_the_customer(company, ticket)


def ask_the_customer(company: Company, ticket: Any) -> None:
    """Step 12: 4 points for this service and 5 of somebody else in June."""
    env = company.env
    survey = env["crm.ticket"].get(ticket.id).ask_satisfaction()
    another = env["crm.survey"].create({"customer": company.customer("远航科技"), "owner": survey.owner})
    env.flush()
    page = f"/x/crm_service/survey/{survey.token}"
    assert company.client("周客服").post(page, data={"score": "4"}).status_code == 303
    another.update(score=5)
    another.answer()
    env.flush()
    lines, total = read_satisfaction(env, "owner", dt.date(2025, 6, 1), dt.date(2025, 6, 30))
    assert [line.mean for line in lines] == [Decimal("4.50")]
    assert (total.mean, total.satisfied_share) == (Decimal("4.50"), Decimal("100.00"))


def finish(company: Company, ticket: Any, name: str, following: str | None) -> None:
    """Let somebody finish the step at hand."""
    seen = company.as_user(name)["crm.ticket"].get(ticket.id)
    seen.finish_step(next_handler=following and company.user(following).id)
    seen.env.flush()


def mend(company: Company, ticket: Any) -> Any:
    """1 FU-2 is given free: nothing to pay, its cost stays with us, and the warehouse has one less."""
    wu = company.as_user("吴师傅")
    repair = wu["crm.ticket"].get(ticket.id).make_repair()
    part = {"product": company.product("FU-2").id, "unit": company.unit("FU-2", "件").id, "quantity": 1}
    repair.update(parts=[{**part, "charge": "free"}])
    wu.flush()
    if company.has("crm_stock"):
        repair.request_parts()
        wu.flush()
        waiting = company.as_user("冯仓管")["crm.stock.document"].search([["state", "=", "requested"]])
        keeper_confirms(company, waiting[0].id)
        assert in_stock(company, "FU-2") == 9
    repair = company.as_user("吴师傅")["crm.repair"].get(repair.id)
    repair.confirm()
    repair.env.flush()
    assert (repair.amount, repair.cost) == (Decimal("0.00"), Decimal("150.00"))
    return repair


def look_at_the_customer(company: Company) -> None:
    """Step 13, as the salesperson counts; the page itself is looked at in the browser."""
    zhang = company.as_user("张三")
    customer = company.customer(env=zhang)
    models = {"crm.opportunity": 1, "crm.quote": 1, "crm.order": 1, "crm.receivable": 3, "crm.receipt": 2}
    if company.has("crm_service"):
        models["crm.ticket"] = 1
    assert {name: zhang[name].count([["customer", "=", customer.id]]) for name in models} == models
    if company.has("crm_loyalty"):
        assert customer.points == 70
    assert company.client("张三").get(f"/x/crm_base/customer/{customer.id}").status_code == 200
