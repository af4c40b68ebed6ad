"""F4 Call to repair, steps 5 to 7: what the job brings, how satisfied customers are, and the report of the month."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_service.services.satisfaction import read_satisfaction
from addons.crm_service.services.service_report import read_report
from tests.flows.company import Company

ADDONS = ("crm_service", "crm_stock", "crm_finance", "base_print")
ROLES = {"周客服": "crm_service.agent", "吴师傅": "crm_service.technician", "冯仓管": "crm_stock.keeper"}
DAY = dt.date(2025, 6, 20)


@pytest.fixture
def service(company: Company) -> Company:
    """The company on 2025-06-20, with 10 pieces of FU-2 in the warehouse of 冯仓管."""
    env = company.env
    for name, group in ROLES.items():
        user, found = company.user(name), env["core.group"].search([["key", "=", group]])
        user.update(groups=[*user.groups, *found])
    company.clock.set("2025-06-20 09:00")
    if company.has("crm_stock"):
        warehouses = env["crm.warehouse"].search([], limit=1) or [
            env["crm.warehouse"].create({"name": "主仓库", "code": "ZC"})
        ]
        warehouses[0].update(keepers=[company.user("冯仓管"), env.user])
        part = company.product("FU-2")
        short = 10 - (part.stock_quantity or 0)
        if short:
            lines = [{"product": part, "quantity": short, "unit_cost": 150}]
            env["crm.stock.document"].create({"kind": "opening", "warehouse": warehouses[0], "lines": lines}).confirm()
    env.flush()
    return company


def receive(company: Company, **more: Any) -> Any:
    """Let 周客服 enter a ticket of 华星贸易; 吴师傅 executes it."""
    zhou = company.as_user("周客服")
    values = {
        "customer": company.customer().id,
        "subject": "卡纸",
        "product": company.product("LP-200").id,
        "serial": "LP200-0007",
        "executor": company.user("吴师傅").id,
    }
    return zhou["crm.ticket"].create({**values, **more})


def repair_of(company: Company) -> Any:
    """Let 周客服 make the repair order and give it to 吴师傅, who replaces a FU-2 and works an hour."""
    ticket = receive(company)
    repair = ticket.make_repair()
    repair.update(owner=company.user("吴师傅").id)
    repair.env.flush()
    wu = company.as_user("吴师傅")
    own = wu["crm.repair"].get(repair.id)
    own.update(parts=[{"product": company.product("FU-2").id}], work=[{"name": "更换定影组件", "price": 100}])
    own.confirm()
    wu.flush()
    return company.env["crm.repair"].get(repair.id)


@pytest.mark.rows("SERV-13", "SERV-14")
def test_step_5_the_job_brings_150_after_part_and_expense(service: Company) -> None:
    repair = repair_of(service)
    document = repair.parts[0].document
    feng = service.as_user("冯仓管")
    feng["crm.stock.document"].get(document.id).confirm()
    feng.flush()
    with repair.env.system_changes():
        repair.expenses = 60
    repair.env.flush()
    assert (repair.amount, repair.cost, repair.result) == (Decimal("360.00"), Decimal("150.00"), Decimal("150.00"))
    assert (repair.receivable.customer.name, repair.receivable.open_amount) == ("华星贸易", Decimal("360.00"))
    assert service.product("FU-2").stock_quantity == 9
    receivable, own = repair.receivable, service.as_user("吴师傅")["crm.repair"].get(repair.id)
    own.reopen()
    own.env.flush()
    assert (receivable.state, receivable.open_amount) == ("cancelled", 0)


@pytest.mark.rows("SERV-14")
@pytest.mark.parametrize("addons", [("crm_service",)], indirect=True)
def test_step_5_without_stock_and_finance_the_figures_are_the_same(service: Company) -> None:
    repair = repair_of(service)
    assert (repair.amount, repair.cost, repair.ticket.repair_cost) == (
        Decimal("360.00"),
        Decimal("150.00"),
        Decimal("150.00"),
    )


@pytest.mark.rows("SERV-21", "SERV-22")
@pytest.mark.parametrize("addons", [("crm_service",)], indirect=True)
def test_step_6_three_surveys_and_two_answers(service: Company) -> None:
    zhou = service.as_user("周客服")
    surveys = zhou["crm.survey"].create([{"customer": service.customer().id} for _number in range(3)])
    for survey, score in zip(surveys, (4, 5), strict=False):
        survey.update(score=score)
        survey.answer()
    zhou.flush()
    _lines, total = read_satisfaction(zhou, "owner", DAY.replace(day=1), DAY.replace(day=30))
    assert (total.mean, total.answer_rate, total.satisfied_share) == (
        Decimal("4.50"),
        Decimal("66.67"),
        Decimal("100.00"),
    )


@pytest.mark.rows("SERV-27")
@pytest.mark.parametrize("addons", [("crm_service",)], indirect=True)
def test_step_7_the_report_of_june_and_of_the_fiscal_year(service: Company) -> None:
    zhou = service.as_user("周客服")
    for kind, count, handled in (("feedback", 2, 1), ("complaint", 3, 2), ("service", 4, 0)):
        for number in range(count):
            ticket = receive(service, kind=kind)
            if number < handled:
                finish(service, ticket)
    zhou.flush()
    for by, place in (("month", 5), ("fiscal_year", -1)):
        line = read_report(zhou, by, 2025)[place]
        assert (line.count["feedback"], line.handled["feedback"]) == (2, 1)
        assert (line.count["complaint"], line.handled["complaint"]) == (3, 2)
        assert line.total == 9


def finish(company: Company, ticket: Any) -> None:
    """Let the administrator finish every step of a ticket, each handed on to 吴师傅."""
    own = company.env["crm.ticket"].get(ticket.id)
    while own.state not in ("done", "closed"):
        own.finish_step(next_handler=company.user("吴师傅").id)
        company.env.flush()
