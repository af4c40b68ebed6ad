"""What an administrator does by mouse and keyboard: enable and disable apps, change rights, see why, end a key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.orm.environment import Environment
from tests.browser.site import Site
from tools.pages import Look

PAGES = (
    "/apps/crm_loyalty?do=disable",
    "/apps/crm_loyalty?do=remove",
    "/access/why?model=crm.customer&record=1",
    "/keys",
    "/settings/parameters",
    "/setup",
    "/tree/core.department",
    "/tree/core.dictionary.item",
    "/organisation/assign?all=1",
    "/organisation/hand-over",
)
"""Those that `tools.pages.VISITS` does not open."""
FITS = "() => document.documentElement.scrollWidth <= innerWidth"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_administration_is_whole(
    path: str, open_page: Callable[..., Page], axe: Callable[[Page], None], shoot: Callable[[Page, str], Path]
) -> None:
    page = open_page(path)
    expect(page.locator("h1").first).to_be_attached()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(FITS), path
    axe(page)
    shoot(page, "admin-" + re.sub(r"\W+", "-", path.partition("?")[0].strip("/")))


@pytest.fixture
def customer(site: Site) -> int:
    """A customer with points of its own."""

    def make(env: Environment) -> int:
        record = env["crm.customer"].create({"name": "Points kept"})
        env.flush()
        env["crm.point.entry"].create({"customer": record, "points": 70, "kind": "earn"})
        env.flush()
        return int(record.id)

    return int(site.run(make))


@pytest.fixture
def loyalty_again(site: Site) -> Iterator[None]:
    """Leave the addon enabled, as it was found."""
    yield
    if "crm_loyalty" not in site.app.database().registry().addons:
        site.app.lifecycle().enable(["crm_loyalty"])


SLOW_MS = 90_000
"""An app comes and goes in seconds, but not beside everything else that a test run does."""


def change_app(page: Page, state: str) -> None:
    """Press the button of an app's page and wait for the state; a change that takes long shows its progress and leads on."""
    badge = page.locator(".sheet .bd.q").first.filter(has_text=state)
    on = page.locator("#progress a.btn.p")
    page.locator(".sheet .ft button").click()
    expect(badge.or_(on)).to_be_visible(timeout=SLOW_MS)
    if on.is_visible():
        on.click()
    expect(badge).to_be_visible()


@pytest.mark.rows("CORE-01")
@pytest.mark.usefixtures("loyalty_again")
def test_an_app_disabled_from_its_page_leaves_nothing_and_enabled_again_brings_menu_tab_and_data_back(
    site: Site, look: Look, open_page: Callable[..., Page], customer: int
) -> None:
    tab = {"zh_CN": "积分", "en": "Points"}[look.lang]
    page = open_page(f"/records/crm.customer/{customer}")
    expect(page.get_by_role("tab", name=tab)).to_have_count(1)
    page.goto("/apps/crm_loyalty?do=disable")
    change_app(page, {"zh_CN": "已停用", "en": "Disabled"}[look.lang])
    page.goto(f"/records/crm.customer/{customer}")
    expect(page.locator("h1")).to_contain_text("Points kept")
    expect(page.get_by_role("tab", name=tab)).to_have_count(0)
    expect(page.locator(f'.side a[title="{tab}"]')).to_have_count(0)
    page.goto("/apps/crm_loyalty")
    change_app(page, {"zh_CN": "已启用", "en": "Enabled"}[look.lang])
    page.goto(f"/records/crm.customer/{customer}")
    expect(page.get_by_role("tab", name=tab)).to_have_count(1)
    page.get_by_role("tab", name=tab).click()
    expect(page.locator("main")).to_contain_text("70")


@pytest.fixture
def rights_as_before(site: Site) -> Iterator[None]:
    """Take away the rights a test gave."""
    yield

    def clear(env: Environment) -> None:
        for row in env["core.model_right"].search():
            row.delete()

    site.run(clear)


@pytest.mark.rows("CORE-24")
@pytest.mark.usefixtures("rights_as_before")
def test_a_click_in_the_matrix_tells_who_gains_and_saving_gives_the_right(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page("/access/matrix?roles=crm_base.salesperson")
    cell = page.locator('[data-cell="crm.customer||export|crm_base.salesperson"]')
    expect(cell).to_have_text("–")
    cell.click()
    expect(page.locator("#effects .fx")).to_contain_text("李销售")
    page.locator("#reason").fill("quarterly report")
    page.locator("#matrix-form [data-save]").click()
    expect(cell).not_to_have_text("–")
    expect(cell).to_have_class(re.compile("give"))
    with site.app.env(readonly=True) as env:
        rows = env["core.model_right"].search([["model", "=", "crm.customer"], ["operation", "=", "export"]])
        assert [row.allowed for row in rows] == [True]
