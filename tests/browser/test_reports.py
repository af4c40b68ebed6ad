"""What people do with statistics: ask, open the records behind a number, keep the question and find it on the workbench."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tools.pages import LOOKS, Look

DESKTOP = [each for each in LOOKS if each.size == "desktop"]
FILLED_IN_SIGHT = "panel => { panel.scrollIntoView(); return panel.querySelector('table.figures tbody tr'); }"
ASKED = "/x/base_report/statistics?m=crm.order:count&unit=-&range=last_12"


@pytest.mark.parametrize("look", DESKTOP, ids=str)
def test_a_question_is_changed_kept_as_a_report_and_found_on_the_workbench(
    look: Look, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    name = f"Orders {look}"
    page = open_page(ASKED)
    page.locator("select[name=by]").select_option("state")
    expect(page).to_have_url(re.compile("by=state"))
    page.locator(".lh .seg a[href*='chart=pie']").click()
    expect(page).to_have_url(re.compile("chart=pie"))
    page.locator("canvas").first.wait_for()
    page.locator(".lh details.menu:has([name=pin]) > summary").click()
    page.locator("#br-name").fill(name)
    page.locator("[name=pin]").check()
    axe(page)
    page.locator(".lh form.pop button.btn.p").click()
    expect(page).to_have_url(re.compile("report="))
    expect(page.locator("h1")).to_have_text(name)
    link = page.locator("table.figures tbody a").first
    number = link.inner_text()
    link.click()
    expect(page).to_have_url(re.compile("/records/crm.order"))
    expect(page.locator("#total")).to_have_text(number)
    page.goto(f"{re.sub('/records.*', '', page.url)}/")
    panel = page.locator("section.panel", has=page.get_by_role("heading", name=name))
    # Panels are filled when they come into sight, and those above push it out of sight again while they are filled.
    page.wait_for_function(FILLED_IN_SIGHT, arg=panel.element_handle())
    panel.locator(".more a").click()
    expect(page.locator("h1")).to_have_text(name)
