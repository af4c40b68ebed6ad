"""Leads of the demo's year, and what its salespeople are to reach."""

import datetime as dt
from typing import Any

from core.api import DemoYear

COMPANIES = [
    "联讯",
    "远洋",
    "佳信",
    "德润",
    "丰泽",
    "启航",
    "盛源",
    "嘉禾",
    "永信",
    "大成",
    "安泰",
    "泰和",
    "万象",
    "鑫源",
    "天宇",
    "华康",
]
PLACES = ["昆山", "常州", "嘉兴", "绍兴", "珠海", "惠州", "厦门", "合肥", "石家庄", "太原", "南昌", "贵阳"]
TRADES = ("电子", "纺织", "家具", "医疗器械", "印刷", "包装")
SUBJECTS = ("官网咨询打印方案", "展会名片", "来电询价办公桌椅", "老客户介绍", "咨询耗材年供", "索取样品")
SHARES = {"wang": 0.4, "zhao": 0.35, "lin": 0.25}
TURNOVER = 4_800_000
"""Year plan of the three together."""


def make_leads(year: DemoYear) -> None:
    """Make leads of the whole year, of which a third is dropped and some are open."""
    chance = year.chance("leads")
    sellers = list(year.users("wang", "zhao", "lin")) or [year.env.user]
    reasons = year.choices("lead_dropped_reason")
    names = [f"{place}{word}{trade}有限公司" for place in PLACES for word in COMPANIES for trade in TRADES]
    chance.shuffle(names)
    for step, day in enumerate(year.days("leads", 70)):
        with year.at(day):
            lead = year.env["crm.lead"].create(
                {
                    "name": chance.choice(SUBJECTS),
                    "company_name": names[step],
                    "contact_name": chance.choice("王李张刘陈杨黄赵") + chance.choice(("经理", "主任", "工", "总")),
                    "mobile": f"15{chance.randint(100000000, 999999999)}",
                    "source": chance.choice(year.choices("customer_source")),
                    "amount": chance.randint(8, 120) * 1000,
                    "is_new_customer": True,
                    "owner": chance.choice(sellers),
                }
            )
        _follow(year, lead, day, chance.random(), chance.choice(reasons), chance.randint(2, 20))


def _follow(year: DemoYear, lead: Any, day: dt.date, fate: float, reason: Any, days: int) -> None:
    later = day + dt.timedelta(days=days)
    if later > year.today:
        if fate < 0.5:
            lead.take_up()
            lead.update(next_date=year.today + dt.timedelta(days=days % 6))
        return
    with year.at(later):
        if fate < 0.35:
            lead.convert()
            _pursue(year, lead.opportunity, later, fate)
        elif fate < 0.85:
            lead.update(dropped_reason=reason)
            lead.drop()
        else:
            lead.take_up()
            lead.update(next_date=later + dt.timedelta(days=10))


def _pursue(year: DemoYear, opportunity: Any, since: dt.date, fate: float) -> None:
    """Give a young opportunity a next step; an older one came to nothing."""
    ended = since + dt.timedelta(days=30)
    if ended > year.today:
        opportunity.update(next_step="约见面谈", next_date=year.today + dt.timedelta(days=1 + round(fate * 20)))
        return
    with year.at(ended):
        reasons = year.choices("opportunity_lost_reason")
        opportunity.update(lost_reason=reasons[round(fate * 100) % len(reasons)])
        opportunity.lose()


def make_targets(year: DemoYear) -> None:
    """Give each salesperson monthly targets of the turnover of this calendar year."""
    users = year.users(*SHARES)
    for user in users:
        amount = round(TURNOVER * SHARES[user.login], -3)
        year.env["crm.target"].create(
            [
                {"measure": "amount", "owner": user, "month": dt.date(year.today.year, month, 1), "value": amount / 12}
                for month in range(1, 13)
                if month != year.today.month  # that of this month is among the demo's files
            ]
        )
