"""A year of the demo's deals: opportunities won and lost, quotes and their versions, contracts with payment plans."""

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from core.api import DemoYear

SUBJECTS = (
    "办公设备更新",
    "打印机年度采购",
    "耗材框架供货",
    "新办公区家具",
    "分公司设备配置",
    "会议室改造",
    "门店设备采购",
    "库房设备添置",
)
BASKETS = (
    ("demo_lp200_unit", 4, 16), ("demo_lp200_carton", 1, 4), ("demo_tn20_stick", 10, 40), ("demo_tn20_box", 1, 6), ("demo_fu2_item", 2, 6),
    ("demo_chair_piece", 10, 50), ("demo_desk_piece", 4, 16), ("demo_fridge_unit", 1, 5), ("demo_box_piece", 200, 900),
)  # fmt: skip
"""Unit of a product, least and most of it in one line."""
PLANS = (((100, 30),), ((30, 5), (70, 45)), ((50, 10), (50, 60)), ((30, 3), (40, 30), (30, 90)))
"""Shares in percent, each with the days after the contract after which it is due."""
KEENNESS = (Decimal(1), Decimal("0.95"), Decimal("0.9"), Decimal("0.84"), Decimal("0.77"))
"""What part of the listed price a deal asks; the last leaves a margin of some 10 %."""
OPEN_WEEK = 7
OPEN_DAYS = 25
"""Deals that began in the last days are not decided yet."""


def make_orders(year: DemoYear) -> None:
    """Make the deals of the year in the order of their days: two in three won, the rest lost or still open."""
    chance = year.chance("orders")
    customers = list(year.env["crm.customer"].search([["owner", "is_set", True]], order="id"))
    units = [(year.env.ref(f"crm_product.{name}"), least, most) for name, least, most in BASKETS]
    if not customers:
        return
    # A few buy much, as in every company.
    weights = [1 / (1 + position * 0.08) for position in range(len(customers))]
    chance.shuffle(customers)
    old = year.moment(year.today, 0)
    for day in year.days("orders", 60):
        # Those of the demo's files count as customers from before the year.
        known = [each.created_at <= year.moment(day, 23) or each.created_at >= old for each in customers]
        customer = chance.choices(customers, [weight * there for weight, there in zip(weights, known, strict=True)])[0]
        fate = chance.random()
        if fate < 0.45:
            with year.at(day):
                _contract(year, chance, _order(year, chance, units, customer))
        else:
            _deal(year, chance, units, customer, day, fate)
    _leave_open(year, chance, units, customers)


def _deal(year: DemoYear, chance: Random, units: list[Any], customer: Any, day: dt.date, fate: float) -> None:
    """Take an opportunity through its stages to a quote, and that to a contract or to nothing."""
    lines = _lines(chance, units)
    with year.at(day):
        opportunity = year.env["crm.opportunity"].create(
            {
                "name": chance.choice(SUBJECTS),
                "customer": customer,
                "owner": customer.owner,
                "amount": sum(line["quantity"] * line["unit"].price for line in lines),
                "date": day + dt.timedelta(days=chance.randint(20, 70)),
                "source": customer.source,
                "next_step": chance.choice(("发送报价", "确认交期", "约见采购经理", "催审批")),
                "next_date": max(day, year.today - dt.timedelta(days=3)) + dt.timedelta(days=chance.randint(1, 9)),
            }
        )
    stages = list(year.env["crm.sales.stage"].search([["process", "=", opportunity.process]], order="sequence, id"))
    decided = day + dt.timedelta(days=chance.randint(6, OPEN_DAYS))
    reached = stages if decided <= year.today else stages[: chance.randint(1, len(stages))]
    for step, stage in enumerate(reached[1:], start=1):
        with year.at(min(year.today, day + (decided - day) * step / len(stages))):
            opportunity.update(stage=stage)
    if len(reached) < 3:
        return
    offered = min(year.today, day + (decided - day) / 2)
    with year.at(offered):
        quote = year.env["crm.quote"].create(
            {
                "customer": customer,
                "opportunity": opportunity,
                "owner": customer.owner,
                "title": opportunity.name,
                "lines": lines,
            }
        )
        if decided > year.today and chance.random() < 0.4:
            return
        quote.submit()
        if quote.state != "approved":
            return
        quote.send()
        if chance.random() < 0.3:
            quote = quote.revise()
            for line in quote.lines:
                line.discount = chance.choice((2, 3, 5))
            quote.submit()
            if quote.state == "approved":
                quote.send()
    if decided <= year.today:
        with year.at(decided):
            _decide(year, chance, quote, opportunity, is_won=fate < 0.82)


def _decide(year: DemoYear, chance: Random, quote: Any, opportunity: Any, *, is_won: bool) -> None:
    if is_won and quote.state == "sent":
        opportunity.update(won_reason=chance.choice(year.choices("opportunity_won_reason")))
        _contract(year, chance, quote.make_contract())
        return
    if quote.state == "sent":
        quote.update(refusal=chance.choice(("价格偏高", "预算取消", "交期不合适")))
        quote.refuse()
    opportunity.update(lost_reason=chance.choice(year.choices("opportunity_lost_reason")))
    opportunity.lose()


def _order(year: DemoYear, chance: Random, units: list[Any], customer: Any) -> Any:
    return year.env["crm.order"].create(
        {
            "kind": chance.choice(("contract", "order", "order")),
            "customer": customer,
            "contact": next(iter(customer.contacts), None),
            "owner": customer.owner,
            "title": chance.choice(SUBJECTS),
            "category": year.choice("contract_category", chance.choice(("sale", "sale", "frame"))),
            "lines": _lines(chance, units),
        }
    )


def _contract(year: DemoYear, chance: Random, order: Any) -> None:
    """Give a contract its plan of payments and make it effective; a few of this week stay drafts, a few are called off."""
    today = year.env.today()
    plan = chance.choice(PLANS)
    order.update(plans=[{"percent": share, "date": today + dt.timedelta(days=days)} for share, days in plan])
    fate = chance.random()
    if fate < 0.04:
        order.cancel()
    elif fate > 0.3 or (year.today - today).days > 6:
        order.confirm()


def _leave_open(year: DemoYear, chance: Random, units: list[Any], customers: list[Any]) -> None:
    """Leave two contracts of this week as drafts, and call two off that were effective."""
    for ago, customer in zip((1, 3, 20, 75), customers, strict=False):
        with year.at(year.today - dt.timedelta(days=ago)):
            order = _order(year, chance, units, customer)
            if ago > OPEN_WEEK:
                order.confirm()
                if order.state == "confirmed":
                    order.cancel()


def _lines(chance: Random, units: list[Any]) -> list[dict[str, Any]]:
    keenness = chance.choices(KEENNESS, (60, 15, 10, 8, 7))[0]
    return [
        {
            "product": unit.product,
            "unit": unit,
            "quantity": chance.randint(least, most),
            "price": (unit.price * keenness).quantize(Decimal("0.01")),
            "discount": chance.choice((0, 0, 0, 2, 5)),
        }
        for unit, least, most in chance.sample(units, k=chance.choice((1, 1, 2, 2, 3)))
    ]
