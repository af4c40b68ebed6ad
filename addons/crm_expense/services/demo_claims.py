"""Claims of the demo's year in every state, many of them for contracts."""

import datetime as dt
from decimal import Decimal
from typing import Any

from core.api import DemoYear

KINDS = (
    ("transport", "高铁往返", 180, 620), ("hotel", "住宿", 260, 780), ("entertainment", "客户招待", 200, 900), ("freight", "样机运费", 60, 300),
    ("office", "办公用品", 40, 260),
)  # fmt: skip
"""Category, what for, least and most of it."""
LARGEST = Decimal("0.2")
"""Part of the profit of a contract that its claims take at most."""
TITLES = ("出差报销", "安装差旅", "客户拜访费用", "展会费用", "市内交通")


def make_claims(year: DemoYear) -> None:
    """Make claims over the year; those of the last two weeks wait to be approved or paid."""
    chance = year.chance("claims")
    orders = list(year.env["crm.order"].search([["state", "=", "confirmed"]], order="effective_date, id"))
    sellers = list(year.users("wang", "zhao", "lin")) or [year.env.user]
    spent: dict[int, Decimal] = {}
    for day in year.days("claims", 45):
        lines = [
            (category, name, chance.randint(least, most))
            for category, name, least, most in chance.sample(KINDS, k=chance.choice((1, 2, 3)))
        ]
        total = Decimal(sum(amount for _category, _name, amount in lines))
        known = [order for order in orders if order.effective_date <= day and _bears(order, spent, total)][-20:]
        order = chance.choice(known) if known and chance.random() < 0.8 else None
        if order is not None:
            spent[order.id] = spent.get(order.id, Decimal(0)) + total
        with year.at(day, 18):
            claim = year.env["crm.expense"].create(
                {
                    "title": chance.choice(TITLES),
                    "owner": order.owner if order is not None else chance.choice(sellers),
                    "lines": [
                        {
                            "category": year.choice("expense_category", category),
                            "name": name,
                            "amount": amount,
                            **({"order": order, "customer": order.customer} if order is not None else {}),
                        }
                        for category, name, amount in lines
                    ],
                }
            )
        _decide(year, claim, day, chance.random())


def _bears(order: Any, spent: dict[int, Decimal], total: Decimal) -> bool:
    """Tell whether a contract is large enough for one more claim."""
    return spent.get(order.id, Decimal(0)) + total <= (order.profit + order.expenses) * LARGEST


def _decide(year: DemoYear, claim: Any, day: dt.date, fate: float) -> None:
    age = (year.today - day).days
    if age < 3 and fate < 0.3:
        return
    claim.submit()
    if claim.state != "submitted" or age < 14:
        return
    with year.at(day + dt.timedelta(days=4), 10):
        if fate < 0.06:
            claim.update(answer="缺少发票，请补充")
            claim.refuse()
            return
        claim.approve()
    if fate < 0.9:
        with year.at(day + dt.timedelta(days=9), 10):
            claim.pay()
