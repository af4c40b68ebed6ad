"""The pages everybody meets first: log in, start; in each language, size and colour scheme."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.problems import Problems
from tests.browser.site import PASSWORD
from tools.pages import Look

NO_SCROLL = "() => document.documentElement.scrollWidth <= innerWidth"


def test_one_logs_in_with_the_form(
    look: Look,
    open_page: Callable[..., Page],
    axe: Callable[[Page], None],
    shoot: Callable[[Page, str], Path],
    problems: Problems,
) -> None:
    page = open_page("/login", login=None)
    expect(page.locator("html")).to_have_attribute("lang", look.lang.replace("_", "-"))
    axe(page)
    shoot(page, "login")
    assert page.evaluate(NO_SCROLL)
    problems.forgive(r"401")
    page.locator("#login").fill(f"boss.{look.lang}")
    page.locator("#password").fill("wrong")
    page.locator("#password").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    expect(page).to_have_url(re.compile(r"/$"))


@pytest.mark.parametrize("login", ["boss", "seller"])
def test_the_start_page_is_whole(
    look: Look,
    open_page: Callable[..., Page],
    axe: Callable[[Page], None],
    shoot: Callable[[Page, str], Path],
    login: str,
) -> None:
    page = open_page("/", login=login)
    expect(page.locator("html")).to_have_attribute("lang", look.lang.replace("_", "-"))
    axe(page)
    shoot(page, f"start-{login}")
    assert page.evaluate(NO_SCROLL)
