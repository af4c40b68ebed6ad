"""F1, steps 7 to 10: the goods leave, expenses and receipts come in, a cup is redeemed."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.f01_selling import Sold
from tests.browser.people import People, choose, do, save


def receive(people: People, sold: Sold, day: str, amount: str, open_amount: str) -> None:
    """Step 9, one receipt: 钱财务 enters and confirms it on its day."""
    people.day(day)
    cashier = people.log_in("钱财务")
    cashier.goto("/records/crm.receipt/new")
    cashier.locator(".ts-wrapper").first.wait_for()
    choose(cashier, "order", "HT20250108")
    choose(cashier, "account", "工行")
    cashier.fill("[name=amount]", amount)
    save(cashier, "crm.receipt")
    do(cashier, "confirm")
    cashier.goto(f"/records/crm.order/{sold.order}")
    expect(cashier.locator("main")).to_contain_text(open_amount)


def deliver(people: People, sold: Sold) -> None:
    """Step 7: 张三 requests all of it, 冯仓管 confirms; nothing is left to request."""
    people.day("2025-01-15")
    zhang = people.log_in("张三")
    zhang.goto(f"/records/crm.order/{sold.order}")
    zhang.locator("main a", has_text="申请出库").click()
    expect(zhang.locator("[name='line-1']")).to_have_value("10")
    expect(zhang.locator("[name='line-2']")).to_have_value("20")
    zhang.locator("main .btn.p").click()
    expect(zhang).to_have_url(re.compile(r"/records/crm\.stock\.document/\d+"))
    confirm_what_waits(people, "HT20250108-001")
    keeper = people.log_in("冯仓管")
    keeper.goto("/records/crm.stock.level")
    for product, left in (("激光打印机", "20"), ("硒鼓", "80")):
        expect(keeper.locator("table.rows tr", has_text=product)).to_contain_text(left)
    zhang.goto(f"/records/crm.order/{sold.order}")
    expect(zhang.locator("main a", has_text="申请出库")).to_have_count(0)
    zhang.goto(f"/x/crm_sales_stock/orders/{sold.order}/request")
    expect(zhang.locator("[name^='line-']")).to_have_count(0)


def confirm_what_waits(people: People, source: str = "") -> None:
    """冯仓管 finds the document that waits in the list, with what it came from where a keeper may see that, and confirms it."""
    keeper = people.log_in("冯仓管")
    keeper.goto("/records/crm.stock.document")
    line = keeper.locator("table.rows tr", has_text="待仓管确认")
    expect(line).to_contain_text(source)
    line.locator("a.nm").click()
    do(keeper, "confirm")


def spend(people: People, sold: Sold) -> None:
    """Step 8: 560 approved by 李经理, 200 still submitted; the contract and the commission tell it."""
    zhang = people.log_in("张三")
    approved = claim(zhang, "送货安装", (("差旅费", "300"), ("运费", "260")))
    claim(zhang, "招待客户", (("招待费", "200"),))
    approve_claim(people, approved)
    expect_profit(people, sold, "¥3,440.00", "27.74")


def claim(page: Page, title: str, lines: tuple[tuple[str, str], ...]) -> int:
    """Enter and submit a claim for the contract, a line for each category and amount; return its id."""
    page.goto("/records/crm.expense/new")
    page.fill("[name=title]", title)
    for row, (category, amount) in enumerate(lines):
        page.locator("[data-lines=lines] [data-add]").click()
        choose(page, f"lines.{row}.category", category)
        choose(page, f"lines.{row}.order", "HT20250108")
        page.fill(f"[name='lines.{row}.name']", title)
        page.fill(f"[name='lines.{row}.amount']", amount)
    number = save(page, "crm.expense")
    do(page, "submit")
    return number


def approve_claim(people: People, number: int) -> None:
    """李经理 approves a claim."""
    manager = people.log_in("李经理")
    manager.goto(f"/records/crm.expense/{number}")
    do(manager, "approve")
    assert people.site.value("crm.expense", number, "state") == "approved"


def expect_profit(people: People, sold: Sold, profit: str, margin: str) -> None:
    """李经理 reads gross profit and margin on the page of the contract."""
    manager = people.log_in("李经理")
    manager.goto(f"/records/crm.order/{sold.order}")
    manager.get_by_role("tab", name="毛利").click()
    panel = manager.get_by_role("tabpanel", name="毛利")
    expect(panel).to_contain_text(profit)
    expect(panel).to_contain_text(margin)


def read_ageing(people: People) -> None:
    """Step 9: how old the rest is on two days."""
    people.day("2025-04-15")
    cashier = people.log_in("钱财务")
    for day, texts in (
        ("2025-04-15", ("6,680.00", "2,960.00", "3,720.00", "36 天")),
        ("2025-06-20", ("6,680.00", "2,960.00", "3,720.00", "102 天")),
    ):
        cashier.goto(f"/x/crm_finance/ageing?day={day}")
        row = cashier.locator("tr", has_text="华星贸易")
        for text in texts:
            expect(row).to_contain_text(text)


def redeem_a_cup(people: People) -> None:
    """Step 10: a cup for 80 points; a second one is refused and changes nothing."""
    zhang = people.log_in("张三")
    for message in ("70", "华星贸易 只有 70 积分，需要 80 积分。"):
        zhang.goto("/records/crm.redemption/new")
        zhang.locator(".ts-wrapper").first.wait_for()
        choose(zhang, "customer", "华星贸易")
        choose(zhang, "gift", "保温杯")
        save(zhang, "crm.redemption")
        do(zhang, "redeem")
        expect(zhang.locator("body")).to_contain_text(message)
    keeper = people.log_in("冯仓管")
    keeper.goto("/records/crm.stock.level")
    expect(keeper.locator("table.rows tr", has_text="保温杯")).to_contain_text("19")
