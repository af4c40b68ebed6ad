"""F9: ageing, reminders, limit, figure by figure, as of Tuesday 2025-07-01."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from addons.base_mail.services.reminders import make_items
from addons.crm_approval.api import request_of
from addons.crm_finance.services.ageing import read_ageing
from core.api import SYSTEM_UID, Environment
from tests.flows.company import Company

ADDONS = ("crm_finance", "crm_approval", "base_mail")
TODAY = dt.date(2025, 7, 1)
DUE = {-3: 1100, 0: 1000, 1: 100, 30: 200, 31: 300, 60: 400, 61: 500, 90: 600, 91: 700, 180: 800, 181: 900}


def owe(env: Environment, customer: Any, amount: int, due: dt.date) -> Any:
    return env["crm.receivable"].create(
        {
            "customer": customer.id,
            "owner": customer.owner.id,
            "kind": "opening",
            "date": min(due, TODAY),
            "due_date": due,
            "amount": amount,
        }
    )


def total(env: Environment, domain: list[Any]) -> Decimal:
    sums = env["crm.receivable"].aggregate([["open_base", ">", 0], *domain], {"open_base": "sum"})
    return sums[0]["open_base"] or Decimal(0)


def reminded(company: Company, day: str) -> set[int]:
    """Run the daily reminders and return the receivables that 张三 is reminded of."""
    company.clock.set(day)
    zhang = company.as_user("张三")
    make_items(company.env.as_user(SYSTEM_UID))
    rows = zhang["base.reminder"].read(
        [["kind.key", "=", "crm_finance.receivable_due"], ["user", "=", zhang.uid]], ["record_id"]
    )
    return {row["record_id"] for row in rows}


@pytest.mark.rows("FIN-19", "FIN-18", "FIN-17", "FIN-20", "CORE-77", "APPR-05")
def test_ageing_reminders_and_limit(company: Company) -> None:
    company.clock.set(TODAY.isoformat())
    env = company.as_user("钱财务")
    huaxing, others = company.customer(env=env), company.customer("远航科技", env=env)
    by_days = {days: owe(env, huaxing, amount, TODAY - dt.timedelta(days=days)) for days, amount in DUE.items()}
    owe(env, others, 19800, dt.date(2025, 12, 1))

    found = read_ageing(env, "customer", TODAY, among=[huaxing.id]).rows[0]
    assert found.parts == tuple(Decimal(each) for each in (2100, 300, 700, 1100, 1500, 900))
    assert (found.overdue, found.total) == (Decimal(4500), Decimal(6600))
    of_huaxing: list[Any] = [["customer", "=", huaxing.id]]
    assert total(env, [*of_huaxing, ["due_date", "=", "today"]]) == 1000
    assert total(env, [*of_huaxing, ["due_date", "=", {"this": "week"}]]) == 2200
    page = company.client("钱财务").get("/x/crm_finance/ageing", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "25.00%" in page and "4,500.00" in page
    people = {row.key: row.parts for row in read_ageing(env, "owner", TODAY).rows}
    assert people[company.user("张三").id] == found.parts

    li = company.as_user("李经理")
    company.customer(env=li).update(overdue_limit=4000)
    li.flush()
    env.session.expire_all()
    assert huaxing.overdue_excess == 500
    zhang = company.as_user("张三")
    order = zhang["crm.order"].create(
        {"customer": company.customer(env=zhang).id, "lines": [{"name": "耗材", "price": 10}]}
    )
    order.confirm()
    zhang.flush()
    assert (order.state, order.is_over_limit, request_of(order) is not None) == ("in_approval", True, True)

    soon = owe(env, huaxing, 50, dt.date(2025, 7, 5))
    env.flush()
    today = reminded(company, "2025-07-01")
    assert by_days[-3].id in today and by_days[181].id in today and soon.id not in today
    assert soon.id in reminded(company, "2025-07-02")

    company.clock.set(TODAY.isoformat())
    oldest = by_days[181]
    receipt = env["crm.receipt"].create(
        {"customer": huaxing.id, "amount": 900, "shares": [{"receivable": oldest.id, "amount": 900}]}
    )
    receipt.confirm()
    env.flush()
    found = read_ageing(env, "customer", TODAY, among=[huaxing.id]).rows[0]
    assert (found.overdue, company.customer(env=company.as_user("钱财务")).overdue_excess) == (Decimal(3600), 0)
    assert oldest.id not in reminded(company, "2025-07-02")
