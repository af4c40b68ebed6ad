"""F1, steps 11 to 13: the repair in warranty, what the customer says of it, and all of it in one view."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.f01_delivering import approve_claim, confirm_what_waits, expect_profit
from tests.browser.f01_selling import Sold
from tests.browser.people import People, choose, do, printed, save


def open_ticket(page: Page) -> int:
    """Step 11: 周客服 enters the ticket for one of the machines sold; return its id."""
    page.goto("/records/crm.ticket/new")
    choose(page, "customer", "华星贸易")
    choose(page, "sold_item", "激光打印机")
    page.fill("[name=subject]", "定影不良")
    choose(page, "flow", "维修流程")
    number = save(page, "crm.ticket")
    expect(page.locator("main")).to_contain_text("在保")
    return number


def finish_step(page: Page, ticket: int, following: str | None) -> None:
    """Finish the step at hand, and name who does the next."""
    if following is not None:
        page.goto(f"/records/crm.ticket/{ticket}/edit")
        choose(page, "next_handler", following)
        save(page, "crm.ticket")
    else:
        page.goto(f"/records/crm.ticket/{ticket}")
    do(page, "finish_step")


def repair(people: People, sold: Sold) -> int:
    """Step 11: 登记 (周客服), 检测 and 维修 (吴师傅) with a part given free and a trip of 60; return the ticket."""
    people.day("2025-06-20 10:00")
    agent = people.log_in("周客服")
    ticket = open_ticket(agent)
    finish_step(agent, ticket, "吴师傅")
    technician = people.log_in("吴师傅")
    finish_step(technician, ticket, "吴师傅")
    technician.goto(f"/records/crm.ticket/{ticket}")
    do(technician, "make_repair")
    # The page of the repair that was made.
    number = int(technician.url.rpartition("/")[2])
    technician.goto(f"/records/crm.repair/{number}/edit")
    technician.locator("[data-lines=parts] [data-add]").click()
    choose(technician, "parts.0.product", "定影组件")
    technician.select_option("[name='parts.0.charge']", label="免费")
    save(technician, "crm.repair")
    do(technician, "request_parts")
    confirm_what_waits(people)
    technician.goto(f"/records/crm.repair/{number}")
    do(technician, "confirm")
    for text in ("客户支付\n¥0.00", "自担成本\n¥150.00"):
        expect(technician.locator("main")).to_contain_text(text, use_inner_text=True)
    finish_step(technician, ticket, "周客服")
    technician.goto("/records/crm.expense/new")
    technician.fill("[name=title]", "上门维修")
    technician.locator("[data-lines=lines] [data-add]").click()
    choose(technician, "lines.0.category", "交通费")
    choose(technician, "lines.0.repair", "WX20250620")
    technician.fill("[name='lines.0.name']", "上门维修")
    technician.fill("[name='lines.0.amount']", "60")
    claim = save(technician, "crm.expense")
    do(technician, "submit")
    approve_claim(people, claim)
    expect_profit(people, sold, "¥3,380.00", "27.26")
    keeper = people.log_in("冯仓管")
    keeper.goto("/records/crm.stock.level")
    expect(keeper.locator("table.rows tr", has_text="定影组件")).to_contain_text("9")
    return ticket


def ask_the_customer(people: People, ticket: int) -> None:
    """Step 12: the ticket is done with its last step; the customer answers 4 by the link, another of the month 5 by telephone."""
    agent = people.log_in("周客服")
    finish_step(agent, ticket, None)
    assert people.site.value("crm.ticket", ticket, "state") == "done"
    agent.goto("/")
    expect(agent.locator("main")).not_to_contain_text("定影不良")
    agent.goto(f"/records/crm.ticket/{ticket}")
    do(agent, "ask_satisfaction")
    link = str(agent.locator("main").inner_text()).partition("/x/crm_service/survey/")[2].split()[0]
    stranger = people.anybody()
    stranger.goto(f"/x/crm_service/survey/{link}")
    stranger.locator("label", has=stranger.locator("input[name=score][value='4']")).click()
    stranger.locator("form button").first.click()
    expect(stranger.locator("body")).to_contain_text("谢谢，已收到您的评价。")
    agent.goto("/records/crm.survey/new")
    choose(agent, "customer", "华星贸易")
    agent.fill("[name=score]", "5")
    save(agent, "crm.survey")
    do(agent, "answer")
    agent.goto("/x/crm_service/satisfaction?by=month")
    for text in ("4.50", "100.00%"):
        expect(agent.locator("tr", has_text="2025年6月")).to_contain_text(text)


VIEW = {"商机": 1, "报价单": 1, "合同": 1, "应收账款": 3, "收款": 2}
"""Panel of the customer view → rows in it."""


def look_at_the_customer(people: People) -> None:
    """Step 13: what 张三 sees of 华星贸易 on one page."""
    zhang = people.log_in("张三")
    zhang.goto("/records/crm.customer")
    zhang.locator("table.rows a.nm", has_text="华星贸易").click()
    zhang.locator("main a", has_text="客户视图").first.click()
    expect(zhang.locator("main")).to_contain_text("积分\n70", use_inner_text=True)
    zhang.get_by_role("tab", name="接触").click()
    expect(zhang.locator("main")).to_contain_text("定影不良")
    zhang.get_by_role("tab", name="交易").click()
    for title, count in VIEW.items():
        heading = zhang.get_by_role("heading", name=title, exact=True)
        panel = zhang.get_by_role("tabpanel", name="交易").locator("section.panel", has=heading)
        # Panels are read when they come into sight.
        panel.scroll_into_view_if_needed()
        expect(panel.locator("tbody tr")).to_have_count(count)


def print_the_statement(people: People) -> str:
    """钱财务 prints what the customer still owes; return the text."""
    cashier = people.log_in("钱财务")
    cashier.goto("/records/crm.customer")
    cashier.locator("table.rows a.nm", has_text="华星贸易").click()
    return printed(cashier)
