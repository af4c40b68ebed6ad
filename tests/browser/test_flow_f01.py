"""F1, steps 1 to 4, as its people do it: 张三 enters lead and quote, 李经理 and 王总 approve, 张三 makes the contract."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.base.services.passwords import hash_password
from core.testing.installation import SqliteEngine, TestedApplication
from core.web.serve import make_server
from tests.browser.conftest import TIMEOUT_MS, Problems
from tests.flows.company import LOGINS
from tests.flows.databases import FlowDatabases
from tools.pages import SIZES

ADDONS = ("crm_price", "crm_approval", "crm_competitor")
PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestedApplication]:
    """The company of the flows with passwords for its people."""
    folder = tmp_path_factory.mktemp("flow")
    engine = SqliteEngine(folder)
    databases = FlowDatabases(folder, lambda _name: engine)
    made = databases.fresh("sqlite", ADDONS)
    hashed = hash_password(PASSWORD)
    made.run(lambda env: env["core.user"].search([["login", "in", list(LOGINS.values())]]).update(password_hash=hashed))
    yield made
    made.close()
    databases.close()


@pytest.fixture(scope="module")
def address(app: TestedApplication) -> Iterator[str]:
    """Where it is served."""
    server = make_server(app, address="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(lambda: [channel.close() for channel in list(server.active_channels.values())])
    with suppress(OSError):
        server.close()
    thread.join(5)
    server.task_dispatcher.shutdown()


@pytest.fixture
def log_in(browser: Browser, address: str, problems: Problems) -> Iterator[Callable[..., Page]]:
    """Log somebody in by typing name and password, each in a browser of their own."""
    contexts: list[BrowserContext] = []

    def enter(name: str, size: str = "desktop") -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            has_touch=size == "phone",
        )
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        page = context.new_page()
        problems.watch(page)
        page.goto("/login")
        page.fill("[name=login]", LOGINS[name])
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}/")
        return page

    yield enter
    for context in contexts:
        context.close()


def choose(page: Page, field: str, text: str) -> None:
    """Choose in a selection box what typing a text finds."""
    page.locator(f"[name='{field}'] + .ts-wrapper input").focus()
    page.keyboard.type(text)
    expect(page.locator(f"[name='{field}'] + .ts-wrapper .option", has_text=text).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(f"[name='{field}']")).not_to_have_value("")


def do(page: Page, action: str) -> None:
    """Press the button of an action of the record shown."""
    with page.expect_response(lambda answer: f"/actions/{action}" in answer.url):
        page.locator(f"[formaction*='/actions/{action}']").first.click()
    page.wait_for_load_state("networkidle")


def save(page: Page, model: str) -> int:
    """Save a form by its key; return the id of the record."""
    page.keyboard.press("Control+s")
    expect(page).to_have_url(re.compile(rf"/records/{model}/\d+"))
    return int(re.findall(rf"/{re.escape(model)}/(\d+)", page.url)[0])


def value(app: TestedApplication, model: str, number: int, name: str) -> Any:
    """Return a field of a record as it stands in the database."""
    return app.run(lambda env: getattr(env[model].get(number), name))


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
def test_a_lead_becomes_a_contract_by_the_hands_of_its_people(
    app: TestedApplication, log_in: Callable[..., Page], tmp_path: Path
) -> None:
    app.clock.set("2025-01-03")  # type: ignore[attr-defined]  # FlowDatabases gives it a clock of tests
    zhang = log_in("张三")
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
    assert value(app, "crm.lead", lead, "state") == "converted"
    opportunity = app.run(lambda env: env["crm.lead"].get(lead).opportunity.id)

    app.clock.set("2025-01-06")  # type: ignore[attr-defined]
    # Sessions do not last for days.
    zhang = log_in("张三")
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
    assert value(app, "crm.quote", quote, "amount") == 12400
    do(zhang, "submit")
    assert value(app, "crm.quote", quote, "state") == "in_approval"
    expect(zhang.locator("[formaction*='/actions/send']")).to_have_count(0)

    number = value(app, "crm.quote", quote, "number")
    for name, size in (("李经理", "desktop"), ("王总", "phone")):
        approver = log_in(name, size)
        approver.goto("/x/crm_approval/waiting")
        line = approver.locator(".ap-line", has_text=number)
        expect(line).to_contain_text("12,400.00")
        line.locator(".btn.p").click()
        expect(approver.locator(".ap-line", has_text=number)).to_have_count(0)
    assert value(app, "crm.quote", quote, "state") == "approved"

    app.clock.set("2025-01-08")  # type: ignore[attr-defined]
    visit_on_the_road(log_in("张三", "phone"))
    talks = app.run(
        lambda env: env["crm.follow_up"].read([["content", "=", "王总同意，明天签字"]], ["customer", "owner"])
    )
    assert len(talks) == 1
    zhang = log_in("张三")
    for action, state in (("send", "sent"), ("accept", "accepted"), ("make_contract", "accepted")):
        zhang.goto(f"/records/crm.quote/{quote}")
        do(zhang, action)
        assert value(app, "crm.quote", quote, "state") == state
    order = app.run(lambda env: env["crm.quote"].get(quote).orders[0].id)
    assert value(app, "crm.order", order, "number") == "HT20250108-001"
    assert value(app, "crm.opportunity", opportunity, "state") == "won"
    zhang.goto(f"/records/crm.order/{order}")
    do(zhang, "confirm")
    assert value(app, "crm.order", order, "state") == "confirmed"
