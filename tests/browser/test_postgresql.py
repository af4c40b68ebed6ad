"""The pages on PostgreSQL: the same way as on SQLite, once through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tools.pages import LOOKS


@pytest.mark.rows("CORE-50")
def test_a_customer_is_found_changed_and_found_again_on_postgresql(
    tmp_path: Path, create_postgres_database: Callable[..., str], new_page: Callable[..., Page]
) -> None:
    site = Site(create_postgres_database(), tmp_path)
    try:
        page = new_page(site, LOOKS[0], "seller")
        page.goto("/records/crm.customer?q=%E6%9C%BA%E6%A2%B003")
        page.locator("table.rows a.nm", has_text="03").click()
        page.locator("[data-key=e]").wait_for()
        page.keyboard.press("e")
        page.locator("[data-form] [name=name]").fill("宁波轴承有限公司")
        page.locator("[data-save]").click()
        expect(page.locator("h1")).to_have_text("宁波轴承有限公司")
        page.keyboard.press("Control+k")
        page.locator("#palette input").fill("nbzc")
        expect(page.locator("#palette-found [role=option]").first).to_contain_text("宁波轴承")
        page.context.close()
    finally:
        site.close()
