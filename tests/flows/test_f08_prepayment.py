"""F8: prepayment, merged receipt and invoice, slip and arrival, figure by figure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_finance.services.receive import Payment, receive_at_once
from addons.crm_finance.services.settling import settle_from_prepayment
from addons.crm_finance.services.statement import read_statement
from core.api import ValidationError
from tests.flows.company import Company

ADDONS = ("crm_finance",)


class Money:
    """What the flow looks at, as 钱财务 sees it."""

    def __init__(self, company: Company) -> None:
        self.env = company.as_user("钱财务")
        self.customer = company.customer(env=self.env)

    @property
    def bank(self) -> Decimal:
        """Balance of 工行."""
        balance: Decimal = self.account.balance
        return balance

    @property
    def account(self) -> Any:
        """工行."""
        self.env.session.expire_all()
        return self.env["crm.account"].search([["name", "=", "工行"]])[0]

    @property
    def prepaid(self) -> Decimal:
        """Prepayment of 华星贸易."""
        rows = self.env["crm.prepayment"].read([["customer", "=", self.customer.id]], ["balance"])
        return sum((row["balance"] for row in rows), Decimal(0))

    def receive(self, amount: int, **values: Any) -> Any:
        """Enter a receipt into 工行 and confirm it."""
        given = {"customer": self.customer.id, "account": self.account.id, "amount": amount, **values}
        receipt = self.env["crm.receipt"].create(given)
        receipt.confirm()
        return receipt

    def order(self, number: int) -> Any:
        """A contract, read anew."""
        self.env.session.expire_all()
        return self.env["crm.order"].get(number)


def sell(company: Company, amount: int, due: str) -> int:
    """An effective contract of 张三 with 华星贸易."""
    zhang = company.as_user("张三")
    order = zhang["crm.order"].create(
        {
            "customer": company.customer(env=zhang).id,
            "lines": [{"name": "耗材", "price": amount}],
            "plans": [{"date": due, "percent": 100}],
        }
    )
    order.confirm()
    zhang.flush()
    return int(order.id)


@pytest.mark.rows("FIN-11", "FIN-12", "FIN-10", "FIN-14", "FIN-15", "FIN-16", "FIN-21", "FIN-09")
def test_prepayment_merged_receipt_invoice_and_slip(company: Company) -> None:
    company.clock.set("2025-06-02")
    money = Money(company)
    env = money.env
    money.receive(5000, is_prepayment=True)
    assert (money.prepaid, money.bank) == (Decimal(5000), Decimal(105000))

    first, second = sell(company, 3000, "2025-06-20"), sell(company, 4000, "2025-06-25")
    values: dict[str, Any] = {
        "currency": "CNY",
        "date": dt.date(2025, 6, 10),
        "amount": Decimal(2000),
        "prepaid": Decimal(5000),
        "account": money.account.id,
        "invoice_number": "25312000000012345678",
    }
    with pytest.raises(ValidationError, match=r"1\.00 more than is not invoiced"):
        receive_at_once(env, Payment(customer=money.customer, **values, invoice_amount=Decimal(7001)))
    assert (money.prepaid, money.bank, env["crm.invoice"].count()) == (Decimal(5000), Decimal(105000), 0)
    money = Money(company)
    done = receive_at_once(money.env, Payment(customer=money.customer, **values, invoice_amount=Decimal(7000)))
    assert sorted((each.order.id, each.amount) for each in done.invoice.lines) == [(first, 3000), (second, 4000)]
    paid = {
        number: [each.amount for each in money.order(number).receivables[0].settlements] for number in (first, second)
    }
    assert paid == {first: [3000], second: [2000, 2000]}
    assert [money.order(each).prepaid for each in (first, second)] == [3000, 2000]
    assert [money.order(each).outstanding for each in (first, second)] == [0, 0]
    assert [money.order(each).not_invoiced for each in (first, second)] == [0, 0]
    assert (money.prepaid, money.bank) == (0, Decimal(107000))
    with pytest.raises(ValidationError, match=r"3,?001\.00 can't be invoiced"), money.env.savepoint():
        money.env["crm.invoice"].create(
            {"customer": money.customer.id, "number": "2", "lines": [{"order": first, "amount": 1}]}
        )

    third = sell(company, 6000, "2025-06-28")
    money = Money(company)
    receipt = money.env["crm.receipt"].create({"order": third, "account": money.account.id, "amount": 6000})
    slips = money.env["crm.receipt"].aggregate([["order", "=", third]], {"slip_base": "sum"})[0]["slip_base"]
    assert (slips, receipt.arrived, money.order(third).outstanding) == (6000, None, 6000)
    assert money.bank == Decimal(107000)
    receipt = money.env["crm.receipt"].get(receipt.id)
    receipt.update(arrived=5900)
    receipt.confirm()
    assert (money.order(third).outstanding, money.bank) == (Decimal(100), Decimal(112900))

    found = read_statement(money.env, money.customer.id, dt.date(2025, 6, 1), dt.date(2025, 6, 30))
    assert (found.opening, found.new, found.settled, found.closing) == (0, 13000, 12900, 100)

    with pytest.raises(ValidationError, match=r"100\.00 more"), money.env.savepoint():
        money.receive(200)
    money.receive(200, keep_rest=True)
    assert (money.order(third).outstanding, money.prepaid) == (0, Decimal(100))

    fourth = sell(company, 500, "2025-07-20")
    money = Money(company)
    receivable = money.order(fourth).receivables[0]
    with pytest.raises(ValidationError, match=r"is 100\.00: 101\.00"), money.env.savepoint():
        settle_from_prepayment(money.env, [(receivable, Decimal(101))])
