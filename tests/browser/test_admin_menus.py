"""The administrator's menus by mouse and keyboard (CORE-43)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from core.orm.environment import Environment
from tests.browser.site import Site
from tools.pages import Look

FITS = "() => document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def menus_as_before(site: Site) -> Iterator[None]:
    """Take the changes of menus away again."""
    yield

    def clear(env: Environment) -> None:
        for row in env["core.view_patch"].search():
            row.delete()

    site.run(clear)


@pytest.mark.rows("CORE-43")
@pytest.mark.usefixtures("menus_as_before")
def test_menus_are_added_dragged_stepped_renamed_and_each_change_undone(
    look: Look, open_page: Callable[..., Page], axe: Callable[[Page], None], shoot: Callable[[Page, str], object]
) -> None:
    page = open_page("/settings/menus?add=1")
    order = page.locator('[data-menu-level="crm_base.menu_customers"] > li')
    expect(order.first).to_have_attribute("data-menu", "crm_base.menu_customer")

    page.locator("#label-zh_CN").fill("帮助中心")
    page.locator("#label-en").fill("Help desk")
    page.locator("#parent").select_option("crm_base.menu_customers")
    page.locator('[name=kind][value="link"]').check()
    expect(page.locator("#model")).to_be_hidden()
    page.locator("#link").fill("https://example.com/")
    page.locator(".asd .btn.p").click()
    name = {"zh_CN": "帮助中心", "en": "Help desk"}[look.lang]
    expect(order.last).to_contain_text(name)

    if look.size == "desktop":
        order.nth(1).locator("> .menu-node .menu-grip").drag_to(order.first.locator("> .menu-node .menu-grip"))
        expect(order.nth(1)).to_have_attribute("data-menu", "crm_base.menu_customer")
        expect(page.locator(".menu-changes li")).to_have_count(2)

    last = order.last.locator("> .menu-node")
    up = last.locator('[name=way][value="up"]')
    up.focus()
    page.keyboard.press("Enter")
    expect(order.last).not_to_contain_text(name)
    assert page.evaluate(FITS)
    axe(page)
    shoot(page, "menus")

    page.goto("/settings/menus?open=crm_base.menu_customer")
    page.locator("#label-zh_CN").fill("往来单位")
    page.locator("#label-en").fill("Accounts")
    page.locator(".asd .btn.p").click()
    word = {"zh_CN": "往来单位", "en": "Accounts"}[look.lang]
    expect(page.locator(".asd h2")).to_contain_text(word)
    page.goto("/records/crm.customer?menu=crm_base.menu_customer")
    expect(page.locator("h1")).to_contain_text(word)
    page.goto("/settings/menus")
    while page.locator(".menu-changes li").count():
        left = page.locator(".menu-changes li").count()
        page.locator(".menu-changes button").first.click()
        expect(page.locator(".menu-changes li")).to_have_count(left - 1)
    expect(order.first).to_have_attribute("data-menu", "crm_base.menu_customer")
