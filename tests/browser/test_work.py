"""What a person does all day: find, open, change, save, add lines, choose, by mouse and by keys."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.testing.factories import make
from tests.browser.problems import Problems
from tests.browser.site import Site
from tools.pages import Look

CUSTOMERS = "/records/crm.customer"


def test_a_list_is_searched_while_typing_and_keeps_the_focus(open_page: Callable[..., Page]) -> None:
    page = open_page(CUSTOMERS)
    box = page.locator("[data-find]")
    box.focus()
    page.keyboard.type("机械07")
    expect(page.locator("table.rows tbody tr")).to_have_count(1)
    expect(box).to_be_focused()
    expect(box).to_have_value("机械07")


def test_an_order_is_written_with_lines_whose_amounts_show_at_once(site: Site, open_page: Callable[..., Page]) -> None:
    number = site.run(lambda env: make(env, "crm.order").id)
    page = open_page(f"/records/crm.order/{number}/edit")
    page.locator(".ts-wrapper").first.wait_for()
    page.locator("[data-lines=lines] [data-add]").click()
    row = page.locator("[data-lines=lines] tr[data-line]").last
    for name, value in (("name", "轴承"), ("quantity", "3"), ("price", "12.5")):
        row.locator(f"[name$='.{name}']").fill(value)
    expect(row.locator("output[data-show=amount]")).to_contain_text("37.5")
    expect(page.locator("[data-dirty]")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.locator(".fmain")).to_contain_text("轴承")
    expect(page).to_have_url(re.compile(rf"/records/crm.order/{number}"))


def test_a_fault_stands_at_its_input_and_what_was_typed_stays(
    open_page: Callable[..., Page], problems: Problems, axe: Callable[[Page], None]
) -> None:
    problems.forgive("422")
    page = open_page(f"{CUSTOMERS}/new")
    page.locator(".ts-wrapper").first.wait_for()
    page.locator("#field-phone").fill("0512 1234")
    page.locator("[data-save]").click()
    expect(page.locator("[data-summary]")).to_be_focused()
    expect(page.locator("#field-name")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#field-phone")).to_have_value("0512 1234")
    axe(page)


@pytest.mark.rows("CORE-35")
def test_who_saved_meanwhile_is_told(site: Site, open_page: Callable[..., Page], problems: Problems) -> None:
    problems.forgive("409")
    number = site.run(lambda env: make(env, "crm.customer", name="并发公司").id)
    page = open_page(f"{CUSTOMERS}/{number}/edit")
    page.locator(".ts-wrapper").first.wait_for()
    page.locator("#field-phone").fill("1")
    site.run(lambda env: env["crm.customer"].write(env.browse("crm.customer", number), {"phone": "2"}))
    page.locator("[data-save]").click()
    expect(page.locator(".msg[role=alert]")).to_be_visible()
    expect(page.locator("#field-phone")).to_have_value("1")


def test_keys_move_open_and_change(look: Look, open_page: Callable[..., Page]) -> None:
    page = open_page(CUSTOMERS)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr.at")).to_have_count(1)
    if look.size == "desktop":
        page.keyboard.press("x")
        expect(page.locator("table.rows tbody input[name=id]:checked")).to_have_count(1)
    page.keyboard.press("Enter")
    page.locator("[data-key=e]").wait_for()
    page.keyboard.press("e")
    expect(page.locator("form[data-form]")).to_be_visible()


def test_the_list_of_keys_opens_and_closes(open_page: Callable[..., Page], axe: Callable[[Page], None]) -> None:
    page = open_page("/help")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
