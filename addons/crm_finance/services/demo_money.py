"""The money of the demo's year: receipts with what they settle, invoices, prepayments, what the company spends."""

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from addons.crm_finance.services.entries import post_entry
from addons.crm_finance.services.receive import Payment, receive_at_once
from core.api import DemoYear

UNPAID = 0.14
"""Share of the receivables that nobody has paid yet; they fall into every bucket of the ageing."""
MONTHLY = (
    ("wages", "工资", 14000),
    ("rent", "办公室租金", 3000),
    ("office", "办公用品", 800),
    ("bank_fee", "银行手续费", 120),
)
"""Category, what for and how much is paid from the bank each month."""
GOODS_SHARE = Decimal("0.62")
"""Of what customers paid in a month, what goes on to the suppliers."""


def make_money(year: DemoYear) -> None:
    """Receive what fell due, in the order of its days; pay what each month costs."""
    account = year.env["crm.account"].search(
        [["kind", "=", "bank"], ["currency", "=", "CNY"]], order="sequence, id", limit=1
    )
    if not account:
        return
    chance = year.chance("money")
    events = _due(year, chance)
    month, income = year.first.replace(day=1), Decimal(0)
    for step, (day, receivable) in enumerate(events, start=1):
        while (following := (month + dt.timedelta(days=32)).replace(day=1)) <= day:
            _spend(year, account[0], following - dt.timedelta(days=1), income)
            month, income = following, Decimal(0)
        income += _receive(year, chance, account[0], receivable, day, step)
    _prepay(year, chance, account[0])


def _due(year: DemoYear, chance: Random) -> list[tuple[dt.date, Any]]:
    """Return which receivables are paid and when: most some days late, some early, some not at all."""
    found = []
    for receivable in year.env["crm.receivable"].search([["open_amount", ">", 0]], order="due_date, id"):
        day = receivable.due_date + dt.timedelta(days=chance.choice((-2, 0, 0, 1, 3, 6, 12, 25, 45)))
        if chance.random() > UNPAID and year.first <= day <= year.today and receivable.order is not None:
            found.append((max(day, receivable.order.effective_date or day), receivable))
    return sorted(found, key=lambda pair: (pair[0], pair[1].id))


def _receive(year: DemoYear, chance: Random, account: Any, receivable: Any, day: dt.date, step: int) -> Decimal:
    amount = receivable.open_amount
    if chance.random() < 0.06:
        amount = (amount / 2).quantize(Decimal(1))
    with year.at(day, 14):
        receive_at_once(
            year.env,
            Payment(
                customer=receivable.customer,
                currency=receivable.currency,
                date=day,
                amount=amount,
                account=account.id,
                method=chance.choice(year.choices("payment_method")).id,
                shares={receivable.id: amount},
                invoice_number=f"2{day:%y}{31000000 + step * 7}" if chance.random() < 0.7 else "",
            ),
        )
    return amount


def _spend(year: DemoYear, account: Any, day: dt.date, income: Decimal) -> None:
    costs = [*MONTHLY, ("goods", "供应商货款", int(income * GOODS_SHARE))]
    with year.at(day, 16):
        for category, note, amount in costs:
            if amount:
                item = year.choice("cash_category", category)
                post_entry(year.env, account=account, amount=-amount, date=day, kind="direct", category=item, note=note)


def _prepay(year: DemoYear, chance: Random, account: Any) -> None:
    customers = list(year.env["crm.customer"].search([["status", "=", "formal"]], order="id"))
    for day in year.days("prepayments", 6, until=3):
        if not customers:
            return
        amount = Decimal(chance.randint(2, 12) * 1000)
        customer = chance.choice(customers)
        with year.at(day, 11):
            receipt = year.env["crm.receipt"].create(
                {
                    "customer": customer,
                    "amount": amount,
                    "account": account,
                    "is_prepayment": True,
                    "keep_rest": True,
                    "owner": customer.owner,
                }
            )
            receipt.confirm()
