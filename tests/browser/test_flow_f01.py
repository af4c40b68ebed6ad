"""F1, steps 1 to 4, as its people do it: 张三 enters lead and quote, 李经理 and 王总 approve, 张三 makes the contract."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Problems
from tests.browser.people import FlowSite, People, choose, do, save

ADDONS = ("crm_price", "crm_approval", "crm_competitor")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlowSite]:
    """The company of the flows."""
    made = FlowSite(tmp_path_factory.mktemp("flow"), ADDONS)
    yield made
    made.close()


@pytest.fixture
def people(company: FlowSite, browser: Browser, problems: Problems) -> Iterator[People]:
    """Its people."""
    made = People(company, browser, problems)
    yield made
    made.go_home()


def visit_on_the_road(page: Page) -> None:
    """On a phone: find a customer, enter a follow-up from its page, and see the opportunities."""
    page.goto("/records/crm.customer")
    page.locator("[data-find]").fill("hxmy")
    page.locator("table.rows a.nm", has_text="华星贸易").tap()
    expect(page.locator("h1")).to_have_text("华星贸易")
    (number,) = re.findall(r"customer/(\d+)", page.url)
    page.goto(f"/x/crm_base/customer/{number}/follow-up")
    page.locator(".chip").first.tap()
    page.locator("#fu-content").fill("王总同意，明天签字")
    page.locator("[data-save]").tap()
    expect(page.locator("#fu-content")).to_have_count(0)
    page.goto("/records/crm.opportunity")
    expect(page.locator("main")).to_contain_text("展会：新办公室打印机")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.rows(
    "SALE-03", "SALE-24", "SALE-30", "APPR-06", "APPR-07", "APPR-08", "PRICE-06", "BASE-06", "CORE-47", "CORE-48"
)
def test_a_lead_becomes_a_contract_by_the_hands_of_its_people(company: FlowSite, people: People) -> None:
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

    # The page of the conversion shows the customer that is there already.
    zhang.goto(f"/x/crm_sales/leads/{lead}/convert")
    zhang.get_by_role("radio", name=re.compile("^华星贸易 ?张三")).check()
    zhang.locator(".cs-convert .btn.p").click()
    expect(zhang).to_have_url(re.compile(r"/records/crm\.(lead|opportunity|customer)/\d+"))
    assert company.value("crm.lead", lead, "state") == "converted"
    opportunity = company.app.run(lambda env: env["crm.lead"].get(lead).opportunity.id)

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
    quote = save(zhang, "crm.quote")
    assert company.value("crm.quote", quote, "amount") == 12400
    do(zhang, "submit")
    assert company.value("crm.quote", quote, "state") == "in_approval"
    expect(zhang.locator("[formaction*='/actions/send']")).to_have_count(0)

    number = company.value("crm.quote", quote, "number")
    for name, size in (("李经理", "desktop"), ("王总", "phone")):
        approver = people.log_in(name, size)
        approver.goto("/x/crm_approval/waiting")
        line = approver.locator(".ap-line", has_text=number)
        expect(line).to_contain_text("12,400.00")
        line.locator(".btn.p").click()
        expect(approver.locator(".ap-line", has_text=number)).to_have_count(0)
    assert company.value("crm.quote", quote, "state") == "approved"

    people.day("2025-01-08")
    visit_on_the_road(people.log_in("张三", "phone"))
    talks = company.app.run(
        lambda env: env["crm.follow_up"].read([["content", "=", "王总同意，明天签字"]], ["customer", "owner"])
    )
    assert len(talks) == 1
    zhang = people.log_in("张三")
    for action, state in (("send", "sent"), ("accept", "accepted"), ("make_contract", "accepted")):
        zhang.goto(f"/records/crm.quote/{quote}")
        do(zhang, action)
        assert company.value("crm.quote", quote, "state") == state
    order = company.app.run(lambda env: env["crm.quote"].get(quote).orders[0].id)
    assert company.value("crm.order", order, "number") == "HT20250108-001"
    assert company.value("crm.opportunity", opportunity, "state") == "won"
    zhang.goto(f"/records/crm.order/{order}")
    do(zhang, "confirm")
    assert company.value("crm.order", order, "state") == "confirmed"
