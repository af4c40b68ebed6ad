"""A print template is designed, tried, mended and used, by mouse, as a person does it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from core.testing.factories import make
from tests.browser.problems import Problems
from tests.browser.site import Site


def test_a_template_is_designed_with_a_preview_and_printed_from_the_record(
    site: Site, open_page: Callable[..., Page], problems: Problems, axe: Callable[[Page], None]
) -> None:
    problems.forgive("422")
    number = site.run(lambda env: make(env, "crm.order", lines=[{"name": "轴承", "price": 12}]).id)
    page = open_page("/x/base_print/design/crm.order/new")
    body, preview = page.locator("#pr-body"), page.locator("#pr-preview")
    page.select_option("#pr-record", str(number))
    page.locator("button[value=preview]").click()
    expect(preview.locator("img")).to_have_count(1)
    axe(page)
    page.locator("#pr-name").fill("送货单")
    body.fill("<h1>送货单</h1>\n{{ record.nubmer }}")
    page.locator("button[value=preview]").click()
    expect(preview).to_contain_text("number")
    preview.locator("[data-goto]").click()
    assert page.evaluate("() => getSelection().toString() || document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)") == "{{ record.nubmer }}"  # fmt: skip
    body.fill("<h1>送货单</h1>\n")
    page.locator("summary", has=page.locator("text=/插入字段|Insert a field/")).click()
    page.locator("[data-insert='{{ record.number }}']").click()
    expect(body).to_have_value("<h1>送货单</h1>\n{{ record.number }}")
    page.locator("[name=is_default]").check()
    page.locator("[data-save]").click()
    page.wait_for_url("**/x/base_print/design/*?record=*")
    page.goto(f"/records/crm.order/{number}")
    link = page.locator(f"a[href='/x/base_print/print/crm.order/{number}']")
    page.locator("details.menu:has(a[href*='/x/base_print/print/']) > summary").click()
    with page.context.expect_event("response", lambda answer: "/x/base_print/print/" in answer.url) as printed:
        link.click()
    assert (printed.value.status, printed.value.headers["content-type"]) == (200, "application/pdf")
    expect(page).to_have_url(re.compile(rf"/records/crm.order/{number}$"))
