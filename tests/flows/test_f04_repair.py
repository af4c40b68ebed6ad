"""F4, steps 3 and 4: a ticket with its due time, reminder and warranty goes through the flow of repairs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from addons.base_mail.services.reminders import make_items, open_items
from addons.crm_service.api import add_sold_item
from core.api import SYSTEM_UID, Environment, MissingRecord, ValidationError
from tests.flows.company import Company

ADDONS = ("crm_service", "base_mail")
SERIAL = "LP200-0007"


@pytest.fixture
def ticket_id(company: Company) -> int:
    """The ticket that 周客服 enters at 09:00 on 2025-06-20, after the call of 王芳."""
    company.clock.set("2024-01-10")
    add_sold_item(
        company.env,
        customer=company.customer().id,
        product=company.product("LP-200"),
        quantity=1,
        delivered_on=dt.date(2024, 1, 10),
        serial=SERIAL,
    )
    company.clock.set("2025-06-20 09:00")
    zhou = company.as_user("周客服")
    made = zhou["crm.ticket"].create(
        {
            "customer": company.customer(env=zhou),
            "contact": company.contact(env=zhou),
            "subject": "卡纸",
            "serial": SERIAL,
            "urgency": company.find("crm.urgency", ["code", "=", "urgent"], zhou),
            "channel": "phone",
            "flow": company.find("crm.service.flow", ["name", "=", "维修流程"], zhou),
        }
    )
    zhou.flush()
    return int(made.id)


def seen(company: Company, name: str, number: int) -> Any:
    """The ticket as a person sees it."""
    return company.as_user(name)["crm.ticket"].get(number)


def reminders(env: Environment) -> list[str]:
    """What a person is reminded of, after the job ran."""
    system = env.as_user(SYSTEM_UID)
    make_items(system)
    system.flush()
    return [each.title for each, _record in open_items(env)]


@pytest.mark.rows("SERV-01", "SERV-05", "SERV-12", "SERV-18")
def test_an_urgent_ticket_is_due_in_24_hours_and_out_of_warranty(company: Company, ticket_id: int) -> None:
    ticket = seen(company, "周客服", ticket_id)
    assert ticket.due_at.astimezone(company.env.timezone).strftime("%Y-%m-%d %H:%M") == "2025-06-21 09:00"
    assert (ticket.product.model_number, ticket.warranty) == ("LP-200", "out")
    assert str(ticket.warranty_end) == "2025-01-10"
    assert reminders(company.as_user("周客服")) == [f"{ticket.number} 卡纸 · 登记"]


@pytest.mark.rows("SERV-06", "SERV-07", "SERV-08", "SERV-09", "SERV-12", "SERV-26")
def test_the_flow_of_repairs_goes_from_handler_to_handler(company: Company, ticket_id: int) -> None:
    number = ticket_id
    wu = company.user("吴师傅")
    seen(company, "周客服", number).finish_step(note="客户送修", next_handler=wu.id)
    told = company.env["core.notification"].search([["user", "=", wu.id]])
    assert [each.title for each in told] == [f"检测: {seen(company, '周客服', number).number} 卡纸"]
    assert reminders(company.as_user("周客服")) == []
    assert len(reminders(company.as_user("吴师傅"))) == 1
    with pytest.raises(MissingRecord):
        seen(company, "孙工", number).finish_step(next_handler=wu.id)
    seen(company, "吴师傅", number).finish_step(note="搓纸轮磨损", next_handler=wu.id)
    seen(company, "吴师傅", number).finish_step(note="更换定影组件", next_handler=company.user("周客服").id)
    assert seen(company, "周客服", number).state == "processing"
    with pytest.raises(ValidationError), company.env.savepoint():
        company.env["crm.ticket"].get(number).update(state="done")
        company.env.flush()
    refused = company.client("周客服").request("PATCH", f"/api/v1/crm.ticket/{number}", json={"state": "done"})
    assert refused.status_code in (400, 422)
    company.clock.set("2025-06-20 17:30")
    seen(company, "周客服", number).finish_step(note="已取走")
    ticket = company.env["crm.ticket"].get(number)
    company.env.flush()
    assert (ticket.state, str(ticket.solution_hours), ticket.late) == ("done", "8.50", False)
    assert [step.handler.name for step in ticket.steps] == ["周客服", "吴师傅", "吴师傅", "周客服"]
    for name in ("周客服", "吴师傅"):
        assert reminders(company.as_user(name)) == []
