"""F7 Accounts and currencies, figure by figure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_finance.services.book import BookQuestion, read_book
from addons.crm_finance.services.cash_flow import balance_on, read_flow
from addons.crm_finance.services.entries import post_entry
from core.api import AccessDenied, ConflictError, ValidationError
from tests.flows.company import BRANCH, Company

ADDONS = ("crm_finance",)
FIRST, LAST = dt.date(2025, 5, 1), dt.date(2025, 5, 31)


class May:
    """May 2025: what 钱财务 and 张三 do; today is the last day."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.qian = company.as_user("钱财务")
        for day, rate in ((FIRST, "7.20"), (LAST, "7.25")):
            self.qian["crm.currency.rate"].create({"currency": "USD", "date": day, "rate": rate})
        # Who enters money for contracts needs the right to (SALE-40).
        right = {"right": "crm_sales.enter_receipts", "user": company.user("张三"), "allowed": True}
        company.env["core.special_grant"].create(right)
        company.clock.set("2025-05-02")
        self.direct("工行", 50000, category="capital", note="股东投入")
        company.clock.set("2025-05-03")
        values = {"from_account": self.account("工行"), "to_account": self.account("建行"), "amount": 30000, "fee": 15}
        self.transfer = self.qian["crm.account.transfer"].create(values)
        self.transfer.book()
        company.clock.set("2025-05-05")
        self.receipt = self.receive("工行", 3720, "CNY")
        company.clock.set("2025-05-06")
        self.direct("工行", -560, category="office", note="办公用品")
        company.clock.set("2025-05-08")
        self.dollars = self.receive("中行", 500, "USD")
        company.clock.set(LAST.isoformat())

    def account(self, name: str, env: Any = None) -> Any:
        return self.company.find("crm.account", ["name", "=", name], self.qian if env is None else env)

    def direct(self, account: str, amount: int, **more: Any) -> Any:
        values = {"money_in" if amount > 0 else "money_out": abs(amount), **more}
        entry = self.qian["crm.account.entry"].create({"account": self.account(account), **values})
        entry.confirm()
        return entry

    def receive(self, account: str, amount: int, currency: str) -> Any:
        """A contract of 张三 and the money for it, which he enters and 钱财务 confirms."""
        zhang = self.company.as_user("张三")
        lines = [{"name": "打印机", "price": amount}]
        order = zhang["crm.order"].create(
            {"customer": self.company.customer(env=zhang), "currency": currency, "lines": lines}
        )
        order.confirm()
        before = self.account(account).balance
        receipt = zhang["crm.receipt"].create({"order": order, "amount": amount})
        own = self.qian["crm.receipt"].get(receipt.id)
        assert self.account(account).balance == before
        own.update(account=self.account(account))
        own.confirm()
        return own

    def entry_of(self, source: Any) -> Any:
        found = self.qian["crm.account.entry"].search([["kind", "=", "receipt"]])
        return next(entry for entry in found if entry.source == source)


@pytest.fixture
def may(company: Company) -> May:
    return May(company)


@pytest.mark.rows("FIN-01", "FIN-04", "FIN-05", "FIN-06", "FIN-03", "FIN-28")
def test_balances_of_step_2(may: May) -> None:
    balances = {row["name"]: row["balance"] for row in may.qian["crm.account"].read([], ["name", "balance"])}
    assert balances == {"工行": Decimal("123145.00"), "建行": Decimal("50000.00"), "中行": Decimal("1500.00")}
    assert [account.base_balance for account in may.qian["crm.account"].search([], order="sequence")] == [
        Decimal("123145.00"),
        Decimal("50000.00"),
        Decimal("10875.00"),
    ]
    assert read_flow(may.qian, FIRST, LAST, "month").closing == Decimal("184020.00")
    assert balance_on(may.qian, may.account("工行"), dt.date(2025, 5, 3)) == Decimal("119985.00")


@pytest.mark.rows("FIN-07", "FIN-02")
def test_cash_flow_of_step_3(may: May) -> None:
    flow = read_flow(may.qian, FIRST, LAST, "month")
    assert (flow.money_in, flow.money_out, flow.net) == (Decimal("57320.00"), Decimal("575.00"), Decimal("56745.00"))
    assert (flow.opening, flow.opening + flow.net) == (Decimal("127200.00"), Decimal("183945.00"))
    assert flow.difference == Decimal("75.00")
    one = read_flow(may.qian, FIRST, LAST, "day", may.account("建行"))
    assert (one.money_in, one.money_out, one.closing, len(one.rows)) == (30000, 0, 50000, 31)
    assert [row.net for row in one.rows if row.net] == [30000]
    for step, count in (("week", 5), ("month", 1), ("year", 1)):
        found = read_flow(may.qian, FIRST, LAST, step)
        assert (len(found.rows), found.net) == (count, Decimal("56745.00"))


@pytest.mark.rows("FIN-27", "FIN-06")
def test_the_book_has_a_running_balance_and_opens_each_source(may: May) -> None:
    book = read_book(may.qian, BookQuestion(FIRST, LAST, may.account("工行")), 3)
    assert (book.opening, book.count, book.closing) == (100000, 5, Decimal("123145.00"))
    assert [row["balance"] for row in book.rows] == [150000, 120000, 119985]
    rest = read_book(may.qian, BookQuestion(FIRST, LAST, may.account("工行")), 3, 3)
    assert [row["balance"] for row in rest.rows] == [123705, 123145]
    sources = [row["source"] and row["source"]["model"] for row in (*book.rows, *rest.rows)]
    assert sources == [None, "crm.account.transfer", "crm.account.transfer", "crm.receipt", None]
    page = may.company.client("钱财务").get(f"/x/crm_finance/book?from={FIRST}&to={LAST}")
    assert page.status_code == 200
    assert f"/records/crm.account.transfer/{may.transfer.id}" in page.text
    assert may.company.client("钱财务").get(f"/x/crm_finance/cash-flow?from={FIRST}&to={LAST}").status_code == 200


@pytest.mark.rows("FIN-01", "FIN-02")
def test_the_cashier_of_the_branch_posts_and_sees_only_there(may: May) -> None:
    boss = may.company.env
    branch = may.company.find("core.company", ["name", "=", BRANCH])
    groups = boss["core.group"].search([["key", "=", "crm_finance.cashier"]])
    boss["core.user"].create({"name": "分财务", "login": "fen", "company": branch, "groups": list(groups)})
    fen = may.company.as_user("fen")
    may.account("建行", boss).update(cashiers=[boss["core.user"].search([["login", "=", "fen"]])[0]])
    boss.flush()
    assert [(row["name"], row["balance"]) for row in fen["crm.account"].read([], ["name", "balance"])] == [
        ("建行", Decimal("50000.00"))
    ]
    assert read_flow(fen, FIRST, LAST, "month").closing == Decimal("50000.00")
    with pytest.raises(AccessDenied, match="工行"):
        post_entry(fen, account=may.account("工行", boss).id, amount=1, date=None, kind="direct")
    assert {row["name"] for row in may.company.as_user("王总")["crm.account"].read([], ["name"])} == {
        "工行",
        "建行",
        "中行",
    }


@pytest.mark.rows("FIN-27", "FIN-28")
def test_what_is_audited_is_only_reversed(may: May) -> None:
    wang = may.company.as_user("王总")
    entry = may.entry_of(may.receipt)
    wang["crm.account.entry"].get(entry.id).audit()
    with pytest.raises(ConflictError, match="audited"), may.qian.savepoint():
        may.qian["crm.account.entry"].get(entry.id).update(note="another")
    may.receipt.reverse()
    opposite = may.qian["crm.account.entry"].search([["reverses", "=", entry.id]])[0]
    assert (opposite.amount, opposite.money_in) == (Decimal("-3720.00"), Decimal("-3720.00"))
    assert may.account("工行").balance == Decimal("119425.00")


@pytest.mark.rows("FIN-05")
def test_a_transfer_that_fails_half_way_leaves_both_balances(may: May) -> None:
    may.qian["crm.currency.rate"].search([]).delete()
    values = {"from_account": may.account("工行"), "to_account": may.account("中行"), "amount": 720, "received": 100}
    made = may.qian["crm.account.transfer"].create(values)
    with pytest.raises(ValidationError, match="USD"), may.qian.savepoint():
        made.book()
    assert (may.account("工行").balance, may.account("中行").balance) == (Decimal("123145.00"), Decimal("1500.00"))
