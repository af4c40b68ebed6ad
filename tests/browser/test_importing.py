"""A list from a trade fair is brought in and taken back, by mouse, as a person does it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tools.pages import CHINESE

FAIR = "公司名,电话,客户性质,说明\n海上印务,0510-1,公司,展位 A1\n陆上印务,0510-2,公司企,展位 A2\n"


def test_a_file_is_matched_tried_imported_and_undone(
    site: Site, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = new_page(site, CHINESE, "boss")
    page.goto("/records/crm.customer")
    page.locator("details.menu:has(a[href^='/x/base_exchange/import/crm.customer']) > summary").click()
    page.locator("a[href^='/x/base_exchange/import/crm.customer']").click()
    content = {"name": "fair.csv", "mimeType": "text/csv", "buffer": FAIR.encode("gbk")}
    page.locator("input[name=file]").set_input_files(content)
    expect(page.locator("[data-ex-name]")).to_have_text("fair.csv")
    page.locator(".ex-ask button").click()
    expect(page.locator("[name=c0]")).to_have_value("name")
    page.select_option("[name=c3]", "notes")
    axe(page)
    page.locator(".ft button[form=ex-map]").click()
    expect(page.locator(".ex-old")).to_have_text("公司企")
    axe(page)
    page.locator("#ex-adopt [name=all]").click()
    expect(page.locator(".ex-old")).to_have_count(0)
    page.locator(".ex-go button.p").click()
    undo = page.locator("form[action$='/undo'] button")
    expect(undo).to_be_visible()
    names = [["name", "in", ["海上印务", "陆上印务"]]]
    assert site.run(lambda env: env["crm.customer"].count(names)) == 2
    undo.click()
    page.locator("dialog[open] button.p, dialog[open] button.d").last.click()
    expect(page.locator(".hd1 .bd.gr")).to_have_text(re.compile("已撤销|Undone"))
    assert site.run(lambda env: env["crm.customer"].count(names)) == 0
