"""Every page opens whole in each language, size and colour scheme: nothing wrong in the console, for axe-core, or sideways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tools.pages import VISITS, Look, Visit, visit

WIDER = """() => [...document.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > innerWidth + 1
  && each.checkVisibility()).slice(0, 3).map(each => each.outerHTML.slice(0, 120))"""
FITS = "() => document.documentElement.scrollWidth <= innerWidth"


@pytest.mark.parametrize("wanted", VISITS, ids=lambda each: each.name)
def test_a_page_is_whole(
    wanted: Visit, look: Look, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = open_page(None)
    visit(page, wanted)
    expect(page.locator("html")).to_have_attribute("lang", look.lang.replace("_", "-"))
    expect(page.locator("h1, h2").first).to_be_attached()
    assert page.evaluate(FITS), page.evaluate(WIDER)
    axe(page)
