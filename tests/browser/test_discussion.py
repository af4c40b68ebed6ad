"""A record is discussed by two colleagues: written, mentioned, answered, pinned, changed, followed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from core.orm.environment import Environment
from core.testing.factories import make
from tests.browser.site import Site
from tools.pages import CHINESE


def test_colleagues_discuss_a_record_with_mentions_files_answers_and_what_is_new(
    site: Site, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    number = site.run(lambda env: make(env, "crm.customer", name="讨论的客户", owner=_seller(env)).id)
    address = f"/records/crm.customer/{number}"
    page = new_page(site, CHINESE, "boss")
    page.goto(address)
    box, comments = page.locator(".dc-first textarea"), page.locator(".dc-it")
    box.press_sequentially("请看 https://a.example/b @xs")  # pinyin initials of 李销售
    expect(page.locator(".dc-people [role=option]")).to_have_count(1)
    axe(page)
    box.press("Enter")
    expect(box).to_have_value(re.compile("@李销售 $"))
    page.locator(".dc-first input[type=file]").set_input_files(
        {"name": "报价.txt", "mimeType": "text/plain", "buffer": b"12"}
    )
    box.press("Control+Enter")
    expect(comments).to_have_count(1)
    expect(comments.locator("a.link")).to_have_attribute("href", "https://a.example/b")
    expect(comments.locator(".dc-at")).to_have_text("@李销售")
    expect(comments.locator(".dc-file")).to_contain_text("报价.txt")
    expect(page.locator("#tab-side-discussion .c")).to_have_text("1")

    box.fill("还没有写完")
    comments.locator("details.menu > summary").click()
    comments.locator("[data-edit]").click()
    comments.locator(".dc-edit textarea").fill("改过了")
    comments.locator(".dc-edit [data-send]").click()
    expect(comments.locator(".dc-body")).to_contain_text("改过了")
    comments.locator("details.menu > summary").click()
    comments.locator("[hx-post$='/pin']").click()
    expect(page.locator(".dc-pinned .dc-it")).to_have_count(1)
    expect(box).to_have_value("还没有写完")
    box.fill("")

    other = new_page(site, CHINESE, "seller")
    other.goto(address)
    expect(other.locator("#tab-side-discussion")).to_contain_text("1")
    expect(other.locator(".dc-it.new")).to_have_count(1)
    other.locator(".dc-reply > summary").click()
    other.locator(".dc-reply textarea").fill("好的")
    other.locator(".dc-reply [data-send]").click()
    expect(other.locator(".dc-it .dc-it")).to_contain_text("好的")
    expect(other.locator(".dc-it.new")).to_have_count(0)
    other.locator(".dc-follow button").click()
    expect(other.locator(".dc-follow button")).to_have_attribute("aria-pressed", "true")
    axe(other)


def _seller(env: Environment) -> Any:
    return env["core.user"].search([["login", "=", "seller.zh_CN"]])[0]
