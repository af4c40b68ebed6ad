"""The service of the demo's year: tickets of every kind on their way, repairs, and what customers thought of it."""

import datetime as dt
from random import Random
from typing import Any

from addons.crm_service.services.demo_repairs import labour, spare_part
from core.api import DemoYear

CASES = (
    ("service", "打印机卡纸", "fault", "flow_repair"), ("service", "打印有竖线", "fault", "flow_repair"), ("service", "上门安装调试", "delivery", None),
    ("service", "无法连接网络打印", "use", None), ("service", "定影组件更换", "fault", "flow_repair"), ("feedback", "希望增加双面扫描", "suggestion", None),
    ("feedback", "说明书不够清楚", "suggestion", None), ("complaint", "送货比约定晚两天", "delivery", "flow_complaint"),
    ("complaint", "上门服务迟到", "attitude", "flow_complaint"), ("service", "咨询耗材型号", "use", None),
)  # fmt: skip
"""Kind, concern, kind of problem, flow."""
WORDS = ("响应很快，问题当场解决。", "技术人员很专业。", "还可以，等待时间稍长。", "总体满意。", "希望备件更充足。")


def make_tickets(year: DemoYear) -> None:
    """Make tickets in the order of their days; those of the last days are still under way."""
    chance = year.chance("tickets")
    agent, technician = year.users("hejing", "kongwei")
    customers = list(year.env["crm.customer"].search([["owner", "is_set", True]], order="id"))
    product = year.env.ref("crm_product.demo_lp200")
    for day in year.days("tickets", 50):
        kind, subject, category, flow = chance.choice(CASES)
        with year.at(day, chance.randint(9, 16)):
            ticket = year.env["crm.ticket"].create(
                {
                    "kind": kind,
                    "subject": subject,
                    "problem": f"{subject}，请尽快处理。",
                    "customer": chance.choice(customers),
                    "product": product,
                    "category": year.choice("service_category", category),
                    "channel": chance.choice(year.choices("service_channel")),
                    "method": chance.choice(year.choices("service_method")),
                    "urgency": year.env.ref(
                        f"crm_service.urgency_{chance.choice(('urgent', 'high', 'normal', 'normal', 'low'))}"
                    ),
                    "owner": agent,
                    "executor": technician,
                    **({"flow": year.env.ref(f"crm_service.{flow}")} if flow else {}),
                }
            )
        _handle(year, chance, ticket, day, technician)


def _handle(year: DemoYear, chance: Random, ticket: Any, day: dt.date, technician: Any) -> None:
    done = day + dt.timedelta(days=chance.choice((0, 1, 1, 2, 2, 3, 6)))
    if (year.today - done).days < chance.choice((0, 1, 3)):
        if chance.random() < 0.5:
            ticket.begin()
        return
    with year.at(done, 17):
        ticket.begin()
        repair = _repair(year, chance, ticket, technician) if ticket.category.key == "fault" else None
        while ticket.state not in ("done", "closed"):
            ticket.finish_step(note="已处理", next_handler=technician.id)
        if repair is not None and chance.random() < 0.8:
            repair.confirm()
            if chance.random() < 0.6:
                repair.hand_back(receiver="前台")
        ticket.update(result=chance.choice(year.choices("service_result")), solution="检查并更换相关部件，测试正常。")
        if chance.random() < 0.3:
            ticket.close()
    if chance.random() < 0.7:
        _ask(year, chance, ticket, min(year.today, done + dt.timedelta(days=2)))


def _repair(year: DemoYear, chance: Random, ticket: Any, technician: Any) -> Any:
    return year.env["crm.repair"].create(
        {
            "ticket": ticket,
            "owner": technician,
            "finding": "定影组件老化",
            "parts": [spare_part(year)] if chance.random() < 0.3 else [],
            "work": [labour(technician, chance.choice((1, 2)))],
        }
    )


def _ask(year: DemoYear, chance: Random, ticket: Any, day: dt.date) -> None:
    with year.at(day, 11):
        survey = year.env["crm.survey"].create(
            {
                "occasion": "ticket",
                "ticket": ticket,
                "customer": ticket.customer,
                "owner": ticket.executor,
                "channel": "phone",
            }
        )
        if chance.random() < 0.8:
            score = chance.choice((5, 5, 5, 4, 4, 4, 3, 2))
            survey.update(score=score, response_score=score, skill_score=min(5, score + 1), words=chance.choice(WORDS))
            survey.answer()
