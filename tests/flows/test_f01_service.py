"""F1, steps 7, 11 and 12, as far as they are service: warranty of what was delivered, the ticket with its flow, and its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from addons.base_mail.services.reminders import make_items, open_items
from core.api import SYSTEM_UID, Environment
from tests.flows.company import Company

ADDONS = ("crm_sales_service", "base_mail")


@pytest.fixture
def delivered(company: Company) -> Any:
    """10 台 LP-200 of a contract of 华星贸易, delivered on 2025-01-15; the administrator stands for seller and keeper."""
    company.clock.set("2025-01-08")
    unit = company.unit("LP-200", "台")
    line = {"product": unit.product, "unit": unit, "name": "激光打印机", "quantity": 10, "price": 880}
    order = company.env["crm.order"].create({"customer": company.customer(), "lines": [line]})
    order.confirm()
    company.clock.set("2025-01-15")
    company.env["crm.delivery"].create(
        {"order": order, "line": order.lines[0], "quantity": 10, "serials": "LP200-0101\nLP200-0102"}
    )
    company.env.flush()
    return order


def open_reminders(company: Company, env: Environment) -> int:
    """How many things a person is reminded of, after the job ran."""
    system = company.env.as_user(SYSTEM_UID)
    make_items(system)
    system.flush()
    return len(open_items(env))


@pytest.mark.rows("SERV-18")
def test_the_machines_delivered_are_in_warranty_for_a_year(company: Company, delivered: Any) -> None:
    items = company.as_user("周客服")["crm.sold.item"].search([["customer", "=", delivered.customer.id]], order="id")
    assert [(item.serial, int(item.quantity)) for item in items] == [
        ("LP200-0101", 1), ("LP200-0102", 1), (None, 8),
    ]  # fmt: skip
    assert {item.warranty_end for item in items} == {dt.date(2026, 1, 15)}


@pytest.mark.rows("SERV-18", "SERV-08", "SERV-09", "SERV-01", "SALE-33", "BASE-08")
def test_a_ticket_in_warranty_ends_processed_and_without_reminder(company: Company, delivered: Any) -> None:
    company.clock.set("2025-06-20 10:00")
    zhou = company.as_user("周客服")
    ticket = zhou["crm.ticket"].create(
        {
            "customer": delivered.customer.id,
            "subject": "定影不良",
            "serial": "LP200-0101",
            "urgency": company.find("crm.urgency", ["code", "=", "urgent"], zhou),
            "flow": company.find("crm.service.flow", ["name", "=", "维修流程"], zhou),
        }
    )
    zhou.flush()
    assert ticket.warranty == "in"
    page = company.client("admin").get(f"/records/crm.order/{delivered.id}").text
    assert [word in page for word in ("LP200-0101", "LP200-0102", ticket.number, "定影不良")] == [True] * 4
    assert open_reminders(company, company.as_user("周客服")) == 1
    for name, following in (("周客服", "吴师傅"), ("吴师傅", "吴师傅"), ("吴师傅", "周客服"), ("周客服", None)):
        seen = company.as_user(name)["crm.ticket"].get(ticket.id)
        assert (seen.handler.name, seen.state == "done") == (name, False)
        seen.finish_step(next_handler=following and company.user(following).id)
    assert company.as_user("周客服")["crm.ticket"].get(ticket.id).state == "done"
    assert open_reminders(company, company.as_user("周客服")) == 0
    # The salesperson sees the tickets of the own customer, on its page and among all touches.
    assert company.as_user("张三")["crm.ticket"].search().ids == [ticket.id]
    assert company.as_user("陈四")["crm.ticket"].search().ids == []
    page = company.client("张三").get(f"/x/crm_base/customer/{delivered.customer.id}/touches")
    assert "定影不良" in page.text
