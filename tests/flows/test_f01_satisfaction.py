"""F1 Lead to satisfaction, step 12: the survey after the service, and what the month says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from addons.crm_service.services.satisfaction import read_satisfaction
from tests.flows.company import Company

ADDONS = ("crm_service",)


@pytest.mark.rows("SERV-21", "SERV-22")
def test_step_12_an_answer_of_4_and_another_of_5_make_a_mean_of_450(company: Company) -> None:
    company.clock.set("2025-06-20")
    env = company.env
    ticket = env["crm.ticket"].create(
        {"customer": company.customer(), "subject": "卡纸", "executor": company.user("吴师傅")}
    )
    survey = ticket.ask_satisfaction()
    env.flush()
    page = f"/x/crm_service/survey/{survey.token}"
    assert company.client("周客服").post(page, data={"score": "4"}).status_code == 303
    another = env["crm.survey"].create({"customer": company.customer("远航科技"), "owner": company.user("吴师傅")})
    another.update(score=5)
    another.answer()
    env.flush()
    lines, total = read_satisfaction(env, "owner", dt.date(2025, 6, 1), dt.date(2025, 6, 30))
    assert [(line.name, line.mean) for line in lines] == [("吴师傅", Decimal("4.50"))]
    assert (total.mean, total.satisfied_share) == (Decimal("4.50"), Decimal("100.00"))
