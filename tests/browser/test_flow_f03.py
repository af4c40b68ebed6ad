"""F3 through the browser: the pool of customers from the first claim to the random one.

The daily job runs for each day between; contacts that only keep a customer are noted without the browser.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from addons.crm_base.services import reclaim
from core.orm.environment import Environment
from tests.browser.people import FlowSite, People, choose, do, settle, shown
from tests.browser.problems import Problems
from tests.flows.company import LOGINS
from tests.flows.test_f03_pool import prepare, sign

ADDONS = ("crm_sales",)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlowSite]:
    """The company of the flows on 28 February 2025, with its policy and C01 to C10 in the pool."""
    made = FlowSite(tmp_path_factory.mktemp("flow"), ADDONS)
    made.clock.set("2025-02-28")
    made.app.run(prepare, user="admin")
    yield made
    made.close()


def open_in_pool(page: Page, name: str) -> None:
    """Find a customer in the list of the pool and open it."""
    page.goto("/records/crm.pool.customer")
    page.locator("table.rows a.nm", has_text=name).click()
    expect(page.locator("h1")).to_contain_text(name)


def press(page: Page, part: str) -> None:
    """Press the button that sends to an address with this part."""
    with page.expect_response(lambda answer: answer.request.redirected_from is not None and answer.status == 200):
        page.locator(f"[formaction*='{part}']").first.click()
    settle(page)


def claim(page: Page, name: str, refusal: str | None = None) -> None:
    """Claim a customer; with a refusal its message is told and it stays."""
    open_in_pool(page, name)
    press(page, "/claim")
    if refusal is None:
        expect(page).to_have_url(re.compile(r"/records/crm\.customer/\d+"))
    else:
        expect(page.locator("body")).to_contain_text(refusal)
        expect(page).to_have_url(re.compile(r"/records/crm\.pool\.customer/\d+"))


def open_own(page: Page, name: str) -> None:
    """Open a customer from the list of customers."""
    page.goto("/records/crm.customer")
    page.locator("table.rows a.nm", has_text=name).click()
    expect(page.locator("h1")).to_contain_text(name)


def contact(page: Page, name: str) -> None:
    """Record a follow-up of today on the page of a customer."""
    open_own(page, name)
    page.goto(f"/x/crm_base/customer/{shown(page, 'crm.customer')}/follow-up")
    page.locator(".chip").first.click()
    page.locator("#fu-content").fill("电话联系")
    page.locator("[data-save]").click()
    expect(page.locator("#fu-content")).to_have_count(0)


def lying(page: Page) -> list[str]:
    """Return the names in the pool."""
    page.goto("/records/crm.pool.customer")
    return sorted(page.locator("table.rows a.nm").all_inner_texts())


def run_jobs(people: People, last: str, visits: dict[str, tuple[str, ...]] | None = None) -> None:
    """Run the daily job of each day up to one, noting visits of 陈四 and his contract of 25 April on their days."""
    people.go_home()
    site = people.site
    day, end = site.clock.today + dt.timedelta(days=1), dt.date.fromisoformat(last)
    while day <= end:
        site.clock.set(day.isoformat())

        def work(env: Environment) -> None:
            reclaim.reclaim(env)
            reclaim.warn(env)

        for name in (visits or {}).get(day.isoformat(), ()):
            site.app.run(lambda env, name=name: _visit(env, name), user=LOGINS["陈四"])
        if day == dt.date(2025, 4, 25):
            site.app.run(lambda env: sign(env, "C06"), user=LOGINS["陈四"])
        site.app.run(work)
        day += dt.timedelta(days=1)


def _visit(env: Environment, name: str) -> None:
    customer = env["crm.customer"].search([["name", "=", name]])[0]
    env["crm.follow_up"].create({"customer": customer, "content": "拜访", "channel": "visit"})


@pytest.mark.rows("BASE-27", "BASE-28", "BASE-30", "BASE-31", "BASE-32", "BASE-33", "BASE-34", "BASE-06", "BASE-37")
def test_the_pool_from_the_first_claim_to_the_random_one(people: People, problems: Problems) -> None:
    problems.forgive("422")
    claim_and_protect(people)
    hold_no_more_than_five(people)
    lose_what_was_not_contacted(people)
    give_to_another(people)
    apply_for_one(people)
    draw_at_random(people)


def claim_and_protect(people: People) -> None:
    """1: two claims a day, one protection, and a name that belongs to somebody."""
    people.day("2025-03-01")
    zhang = people.log_in("张三")
    claim(zhang, "C01")
    claim(zhang, "C02")
    claim(zhang, "C03", "张三 今天已领用 2 位客户，每天最多领用 2 位。")
    open_own(zhang, "C01")
    do(zhang, "protect")
    zhang.get_by_role("tab", name="归属记录").click()
    for day in ("2025-03-01", "2025-03-30"):
        expect(zhang.get_by_role("tabpanel", name="归属记录")).to_contain_text(day)
    open_own(zhang, "C02")
    do(zhang, "protect")
    expect(zhang.locator("body")).to_contain_text("您已保护 1 位客户，最多 1 位。")
    chen = people.log_in("陈四")
    chen.goto("/records/crm.customer/new")
    chen.fill("[name=name]", "C01")
    chen.keyboard.press("Control+s")
    alert = chen.locator("[role=alert]").first
    expect(alert).to_contain_text("C01")
    expect(alert).to_contain_text("张三")
    claim(chen, "C05")
    claim(chen, "C06")


def hold_no_more_than_five(people: People) -> None:
    """2 and 3: five customers in all, though only one was claimed on this day; two contacts."""
    people.day("2025-03-02")
    zhang = people.log_in("张三")
    claim(zhang, "C03")
    claim(zhang, "C04", "5 位")
    for day, name in (("2025-03-04", "C03"), ("2025-03-05", "C02")):
        run_jobs(people, day)
        contact(people.log_in("张三"), name)


VISITS = {"2025-03-06": ("C05", "C06"), "2025-03-20": ("C05", "C06")}


def lose_what_was_not_contacted(people: People) -> None:
    """4, up to 20 March: a warning three days ahead, and two customers back in the pool."""
    run_jobs(people, "2025-03-17", VISITS)
    zhang = people.log_in("张三")
    zhang.goto("/notifications")
    expect(zhang.locator("main")).to_contain_text("C02")
    manager = people.log_in("李经理")
    manager.goto("/x/crm_base/reclaim?day=2025-03-20")
    for name in ("C02", "C03"):
        expect(manager.locator("tr", has_text=name)).to_contain_text("张三")
    expect(manager.locator("main")).to_contain_text("间隔未联系")
    assert lying(zhang) == ["C04", "C07", "C08", "C09", "C10"]
    for day, name in (("2025-03-18", None), ("2025-03-19", "C03"), ("2025-03-20", "C02")):
        run_jobs(people, day, VISITS)
        assert name is None or name in lying(people.log_in("张三"))


def give_to_another(people: People) -> None:
    """5 and the end of 4: the manager gives C02 to 陈四, who sees what was said before; the protection of C01 ends."""
    people.day("2025-03-21")
    manager = people.log_in("李经理")
    manager.goto("/records/crm.pool.customer")
    manager.locator("table.rows tr", has_text="C02").locator("input[type=checkbox]").check()
    manager.locator("[formaction*='/pass/assign/'], a[href*='/pass/assign/']").first.click()
    choose(manager, "owners", "陈四")
    manager.locator("main .btn.p").click()
    expect(manager.locator("body")).to_contain_text("1 位客户")
    chen = people.log_in("陈四")
    open_own(chen, "C02")
    expect(chen.locator("main")).to_contain_text("电话联系")
    open_own(manager, "C02")
    manager.get_by_role("tab", name="归属记录").click()
    history = manager.get_by_role("tabpanel", name="归属记录")
    for text in ("领用", "2025-03-20", "间隔未联系", "2025-03-21", "经理分配"):
        expect(history).to_contain_text(text)
    run_jobs(people, "2025-03-30", {"2025-03-22": ("C02",), "2025-03-30": ("C02",)})
    zhang = people.log_in("张三")
    open_own(zhang, "C01")
    run_jobs(people, "2025-03-31")
    zhang = people.log_in("张三")
    assert "C01" in lying(zhang)
    zhang.goto("/records/crm.customer")
    assert sorted(zhang.locator("table.rows a.nm").all_inner_texts()) == ["东方电子", "华星贸易"]


def apply_for_one(people: People) -> None:
    """6: an application is refused with a reason, another approved."""
    people.day("2025-04-01")
    zhang, admin = people.log_in("张三"), people.log_in("admin")
    for answer, decision in (("不是你的区域", "refuse"), ("", "approve")):
        open_in_pool(zhang, "C07")
        press(zhang, "/apply")
        admin.goto(zhang.url)
        if answer:
            admin.locator("[name=answer]").last.fill(answer)
        press(admin, f"/{decision}")
        if decision == "refuse":
            zhang.reload()
            expect(zhang.locator("main")).to_contain_text(answer)
            assert "C07" in lying(zhang)
    open_own(zhang, "C07")


def draw_at_random(people: People) -> None:
    """7 and 8: C05 goes back for want of a deal, C06 signed; of three wanted the daily limit leaves two."""
    visits = {
        "2025-04-03": ("C05", "C06"),
        "2025-04-09": ("C02",),
        "2025-04-17": ("C05", "C06"),
        "2025-04-19": ("C02",),
        "2025-04-29": ("C05", "C06", "C02"),
    }
    run_jobs(people, "2025-04-30", visits)
    chen = people.log_in("陈四")
    assert "C05" in lying(chen)
    open_own(chen, "C06")
    people.day("2025-05-02")
    chen = people.log_in("陈四")
    chen.goto("/x/crm_base/pool/random")
    chen.fill("[name=count]", "3")
    chen.locator("main .btn.p").click()
    expect(chen.locator("body")).to_contain_text("2 位客户")
    chen.goto("/records/crm.customer")
    names = chen.locator("table.rows a.nm").all_inner_texts()
    assert len(set(names)) == 5
    assert {"C02", "C06", "远航科技"} < set(names)
