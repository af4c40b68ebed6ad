"""Fixtures of browser tests: one browser and one server per worker, pages that are logged in, everything that goes wrong is collected.

See CONTRIBUTING.md, section "Browser tests".
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.people import FlowSite, People
from tests.browser.problems import TIMEOUT_MS, Problems
from tests.browser.site import Site
from tools.browser import launch
from tools.faults import ROOT
from tools.pages import ALL_LOOKS, LOOKS, SIZES, Look

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = ROOT / "build" / "screenshots"
WATCH_POLICY = """addEventListener("securitypolicyviolation", e => console.error(
  `content security policy: ${e.violatedDirective} refuses ${e.blockedURI} (${e.sourceFile}:${e.lineNumber})`));"""
FIND_FAULTS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(each => ["serious", "critical"].includes(each.impact))
  .map(each => `${each.id}: ${each.help}: ` + each.nodes.slice(0, 5).map(node => node.html.slice(0, 200)).join(" | "))"""
expect.set_options(timeout=TIMEOUT_MS)


# TANGRAM_ALL_LOOKS=1 takes all eight combinations instead of four.
CHOSEN = ALL_LOOKS if os.environ.get("TANGRAM_ALL_LOOKS") else LOOKS


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The browser of this worker."""
    started = launch(playwright)
    yield started
    started.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server of this worker on SQLite; ``site.run(function)`` makes records of a test's own."""
    folder = tmp_path_factory.mktemp("site")
    running = Site(f"sqlite:///{folder / 'tangram.db'}", folder)
    yield running
    running.close()


@pytest.fixture(params=CHOSEN, ids=str)
def look(request: pytest.FixtureRequest) -> Look:
    """Language, size and colour scheme: a test that asks for it runs in four combinations."""
    chosen: Look = request.param
    return chosen


@pytest.fixture
def problems() -> Iterator[Problems]:
    """What goes wrong in the pages; the test fails at its end if something is left that it did not forgive."""
    collected = Problems()
    yield collected
    if left := collected.left():
        pytest.fail("in the browser:\n" + "\n".join(dict.fromkeys(left)), pytrace=False)


@pytest.fixture
def new_page(browser: Browser, problems: Problems) -> Iterator[Callable[..., Page]]:
    """A factory of pages of any site, ``(site, look, login=None)``; `open_page` is what tests want."""
    contexts: list[BrowserContext] = []

    def make(site: Site, look: Look, login: str | None = None) -> Page:
        width, height = SIZES[look.size]
        context = browser.new_context(
            base_url=site.address,
            viewport={"width": width, "height": height},
            color_scheme=look.scheme,  # type: ignore[arg-type]  # light or dark
            locale=look.lang.replace("_", "-"),
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            has_touch=look.size == "phone",
        )
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        context.add_init_script(WATCH_POLICY)
        if login is not None:
            context.add_cookies([site.cookie(f"{login}.{look.lang}")])  # type: ignore[list-item]  # the keys it takes
        page = context.new_page()
        problems.watch(page)
        return page

    yield make
    for context in contexts:
        for page in context.pages:
            problems.settle(page)
        context.close()


@pytest.fixture
def open_page(site: Site, look: Look, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``open_page(path, login="boss")``: a page in the look of the test, logged in without the form; None: nobody is.

    Without a path (None) it is still blank.
    """

    def open_at(path: str | None = "/", *, login: str | None = "boss") -> Page:
        page = new_page(site, look, login)
        if path is not None:
            page.goto(path)
        return page

    return open_at


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """``axe(page)`` fails on what axe-core calls serious or critical."""

    def check(page: Page) -> None:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(FIND_FAULTS)
        assert not found, "axe-core on " + page.url + "\n" + "\n".join(found)

    return check


@pytest.fixture
def shoot(look: Look) -> Callable[[Page, str], Path]:
    """``shoot(page, "customers")`` saves build/screenshots/customers-zh_CN-1440-light.png, fonts loaded."""

    def save(page: Page, name: str) -> Path:
        page.evaluate("() => document.fonts.ready.then(() => true)")
        path = SCREENSHOTS / f"{name}-{look}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        return path

    return save


@pytest.fixture
def people(company: FlowSite, browser: Browser, problems: Problems) -> Iterator[People]:
    """The people of the company of a flow; the module says by its own fixture ``company`` which company that is."""
    made = People(company, browser, problems)
    yield made
    made.go_home()
