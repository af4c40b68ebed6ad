"""F1, steps 1 to 6: from the lead to the effective contract with its payment plan."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.people import People, choose, do, printed, save, shown


@dataclass
class Sold:
    """Ids of what came about, and the texts of what was printed."""

    opportunity: int
    quote: int = 0
    order: int = 0
    printed_quote: str = ""
    printed_contract: str = ""


def convert_the_lead(people: People) -> Sold:
    """Step 1: 张三 enters a lead of a fair and chooses the customer that is there already."""
    people.day("2025-01-03")
    zhang = people.log_in("张三")
    zhang.goto("/records/crm.lead/new")
    zhang.locator(".ts-wrapper").first.wait_for()
    for field, text in (
        ("name", "展会：新办公室打印机"),
        ("company_name", "华星贸易有限公司"),
        ("contact_name", "王芳"),
        ("amount", "13000"),
    ):
        zhang.fill(f"[name={field}]", text)
    lead = save(zhang, "crm.lead")
    zhang.locator("main a", has_text="转化").click()
    zhang.get_by_role("radio", name=re.compile("^华星贸易 ?张三")).check()
    zhang.locator(".cs-convert .btn.p").click()
    expect(zhang).to_have_url(re.compile(r"/records/crm\.(lead|opportunity|customer)/\d+"))
    assert people.site.value("crm.lead", lead, "state") == "converted"
    return Sold(people.site.app.run(lambda env: env["crm.lead"].get(lead).opportunity.id))


def enter_the_quote(people: People, sold: Sold) -> None:
    """Step 2: printers below their floor, and what the page says of the price."""
    people.day("2025-01-06")
    zhang = people.log_in("张三")
    zhang.goto("/records/crm.quote/new")
    zhang.locator(".ts-wrapper").first.wait_for()
    choose(zhang, "customer", "华星贸易")
    choose(zhang, "opportunity", "展会")
    for row, (product, quantity, price) in enumerate((("LP-200", "10", "880"), ("TN-20", "20", "180"))):
        zhang.locator("[data-lines=lines] [data-add]").click()
        zhang.locator(f"[name='lines.{row}.product'] + .ts-wrapper input").focus()
        zhang.keyboard.type(product)
        zhang.keyboard.press("Enter")
        expect(zhang.locator(f"[name='lines.{row}.price']")).not_to_have_value("")
        zhang.fill(f"[name='lines.{row}.quantity']", quantity)
        zhang.fill(f"[name='lines.{row}.price']", price)
    sold.quote = save(zhang, "crm.quote")
    expect(zhang.locator("main")).to_contain_text("¥12,400.00")
    zhang.get_by_role("tab", name="价格").click()
    panel = zhang.locator("main")
    for text in ("¥950.00", "¥900.00", "¥20.00 (2.22%)"):
        expect(panel).to_contain_text(text)
    do(zhang, "submit")
    assert people.site.value("crm.quote", sold.quote, "state") == "in_approval"
    expect(zhang.locator("[formaction*='/actions/send'], [formaction*='/actions/make_contract']")).to_have_count(0)


def approve_the_quote(people: People, sold: Sold) -> None:
    """Step 3: 李经理 at the desk, then 王总 on the phone, who does not see it before."""
    number = people.site.value("crm.quote", sold.quote, "number")
    boss = people.log_in("王总", "phone")
    boss.goto("/x/crm_approval/waiting")
    expect(boss.locator(".ap-line")).to_have_count(0)
    manager = people.log_in("李经理")
    for approver in (manager, boss):
        approver.goto("/x/crm_approval/waiting")
        line = approver.locator(".ap-line", has_text=number)
        expect(line).to_contain_text("12,400.00")
        line.locator(".btn.p").click()
        expect(approver.locator(".ap-line", has_text=number)).to_have_count(0)
    assert people.site.value("crm.quote", sold.quote, "state") == "approved"


def visit_on_the_road(page: Page) -> None:
    """On a phone: find a customer, enter a follow-up from its page, and see the opportunities."""
    page.goto("/records/crm.customer")
    page.locator("[data-find]").fill("hxmy")
    page.locator("table.rows a.nm", has_text="华星贸易").tap()
    expect(page.locator("h1")).to_have_text("华星贸易")
    page.goto(f"/x/crm_base/customer/{shown(page, 'crm.customer')}/follow-up")
    page.locator(".chip").first.tap()
    page.locator("#fu-content").fill("王总同意，明天签字")
    page.locator("[data-save]").tap()
    expect(page.locator("#fu-content")).to_have_count(0)
    page.goto("/records/crm.opportunity")
    expect(page.locator("main")).to_contain_text("展会：新办公室打印机")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def make_the_contract(people: People, sold: Sold) -> None:
    """Step 4: sent, accepted, and a contract without a second approval of the price (D2); the quote is printed before."""
    people.day("2025-01-08")
    visit_on_the_road(people.log_in("张三", "phone"))
    zhang = people.log_in("张三")
    quote = f"/records/crm.quote/{sold.quote}"
    zhang.goto(quote)
    sold.printed_quote = printed(zhang)
    for action, state in (("send", "sent"), ("accept", "accepted"), ("make_contract", "accepted")):
        zhang.goto(quote)
        do(zhang, action)
        assert people.site.value("crm.quote", sold.quote, "state") == state
    sold.order = people.site.app.run(lambda env: env["crm.quote"].get(sold.quote).orders[0].id)
    assert people.site.value("crm.order", sold.order, "number") == "HT20250108-001"
    assert people.site.value("crm.opportunity", sold.opportunity, "state") == "won"


def make_it_effective(people: People, sold: Sold) -> None:
    """Steps 5 and 6: 30 points instead of 20 for the second line, a plan of three parts; one of 99 % is refused."""
    zhang = people.log_in("张三")
    order = f"/records/crm.order/{sold.order}"
    zhang.goto(f"{order}/edit")
    zhang.locator(".ts-wrapper").first.wait_for()
    expect(zhang.locator("[name='lines.0.points']")).to_have_value("120")
    expect(zhang.locator("[name='lines.1.points']")).to_have_value("20")
    zhang.fill("[name='lines.1.points']", "30")
    zhang.get_by_role("tab", name="收款计划").click()
    for row, (day, percent) in enumerate((("2025-01-10", "30"), ("2025-03-10", "40"), ("2025-05-10", "29"))):
        zhang.locator("[data-lines=plans] [data-add]").click()
        zhang.fill(f"[name='plans.{row}.date']", day)
        zhang.fill(f"[name='plans.{row}.percent']", percent)
    save(zhang, "crm.order")
    do(zhang, "confirm")
    expect(zhang.locator("body")).to_contain_text("收款计划合计为 99%，不是 100%。")
    assert people.site.value("crm.order", sold.order, "state") == "draft"
    zhang.goto(f"{order}/edit")
    zhang.locator(".ts-wrapper").first.wait_for()
    zhang.get_by_role("tab", name="收款计划").click()
    zhang.fill("[name='plans.2.percent']", "30")
    save(zhang, "crm.order")
    do(zhang, "confirm")
    expect(zhang.locator("main")).to_contain_text("¥12,400.00")
    assert people.site.value("crm.order", sold.order, "state") == "confirmed"
    zhang.get_by_role("tab", name="应收与发票").click()
    for amount in ("4,960.00", "3,720.00"):
        expect(zhang.locator("main")).to_contain_text(amount)
    sold.printed_contract = printed(zhang)
