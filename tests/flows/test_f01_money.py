"""F1, steps 6 and 9: receivables of the contract, receipts in two parts, and how old the rest is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from addons.crm_finance.services.ageing import read_ageing
from tests.flows.company import Company

ADDONS = ("crm_finance",)
PLAN = [
    {"date": "2025-01-10", "percent": 30},
    {"date": "2025-03-10", "percent": 40},
    {"date": "2025-05-10", "percent": 30},
]


@pytest.mark.rows("FIN-08", "FIN-09", "FIN-19", "SALE-33", "SALE-41")
def test_two_receipts_and_the_age_of_the_rest(company: Company) -> None:
    company.clock.set("2025-01-08")
    zhang = company.as_user("张三")
    lines = [{"name": "激光打印机", "quantity": 10, "price": 880}, {"name": "硒鼓", "quantity": 20, "price": 180}]
    order = zhang["crm.order"].create({"customer": company.customer(env=zhang).id, "lines": lines})
    order.confirm()
    order.update(plans=PLAN)
    zhang.flush()
    qian = company.as_user("钱财务")
    owed = qian["crm.receivable"].search([["order", "=", order.id], ["cancelled", "=", False]], order="due_date")
    assert [each.amount for each in owed] == [Decimal("3720.00"), Decimal("4960.00"), Decimal("3720.00")]

    for day, amount in (("2025-01-10", 3720), ("2025-03-20", 2000)):
        company.clock.set(day)
        qian["crm.receipt"].create({"order": order.id, "amount": amount, "date": day}).confirm()
    seen = qian["crm.order"].get(order.id)
    assert (seen.received, seen.outstanding) == (Decimal("5720.00"), Decimal("6680.00"))
    page = company.client("钱财务").get(f"/records/crm.order/{order.id}").text
    assert [each.number in page for each in (*owed, *seen.receipts)] == [True] * 5

    april = read_ageing(qian, "customer", dt.date(2025, 4, 15)).rows[0]
    assert april.parts == (Decimal(3720), 0, Decimal(2960), 0, 0, 0)
    june = read_ageing(qian, "customer", dt.date(2025, 6, 20)).rows[0]
    assert june.parts == (0, 0, Decimal(3720), 0, Decimal(2960), 0)
