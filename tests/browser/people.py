"""The people of the flows at their browsers: an installation with F0, and what a hand does in its pages."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Response, expect
from pypdf import PdfReader

from core.base.services.passwords import hash_password
from core.config import Settings
from core.jobs.carrier import InProcessCarrier
from core.orm.environment import Environment
from core.testing.clock import Clock
from core.testing.installation import SqliteEngine, TestedApplication
from tests.browser.problems import TIMEOUT_MS, Problems
from tests.browser.serving import Serving
from tests.flows.company import FOUNDED, LOGINS, build
from tools.pages import SIZES

PASSWORD = "correct horse"


class FlowSite:
    """The company of the flows (F0), served from an SQLite database, in Chinese.

    Args:
        folder: Where database and files go.
        addons: What is enabled; what they depend on comes along.
    """

    def __init__(self, folder: Path, addons: Sequence[str]) -> None:
        settings = Settings(
            root=folder,
            data_dir=folder,
            database_url=SqliteEngine(folder).create(),
            language="zh_CN",
            timezone="Asia/Shanghai",
        )
        self.clock = Clock()
        self.clock.set(FOUNDED)
        self.app = TestedApplication(settings, clock=self.clock, carrier=InProcessCarrier())
        self.app.lifecycle().install(list(addons))
        self.app.run(build, user="admin")
        self.app.run(_give_passwords)
        self._serving = Serving(self.app)

    @property
    def address(self) -> str:
        """Where it is served."""
        return self._serving.address

    def close(self) -> None:
        """Stop."""
        self._serving.close()

    def value(self, model: str, number: int, name: str) -> Any:
        """Return a field of a record as it stands in the database."""
        return self.app.run(lambda env: getattr(env[model].get(number), name))


def _give_passwords(env: Environment) -> None:
    people = env["core.user"].search([["login", "in", list(LOGINS.values())]])
    people.update(password_hash=hash_password(PASSWORD), must_change_password=False)


class People:
    """The browsers of the people, each their own: ``people.log_in("张三")``."""

    def __init__(self, site: FlowSite, browser: Browser, problems: Problems) -> None:
        self.site, self._browser, self._problems = site, browser, problems
        self._contexts: list[BrowserContext] = []
        # On SQLite a preview may lose against a save; the next change asks again.
        problems.forgive(r"409 \S+/preview|status of 409 \(CONFLICT\)")

    def log_in(self, name: str, size: str = "desktop") -> Page:
        """Log somebody in by typing name and password; return the page shown then."""
        page = self.anybody(size)
        page.goto("/login")
        page.fill("[name=login]", LOGINS[name])
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{self.site.address}/")
        return page

    def anybody(self, size: str = "desktop") -> Page:
        """Return a blank page of somebody who is not logged in."""
        width, height = SIZES[size]
        context = self._browser.new_context(
            base_url=self.site.address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            has_touch=size == "phone",
        )
        context.set_default_timeout(TIMEOUT_MS)
        self._contexts.append(context)
        page = context.new_page()
        self._problems.watch(page)
        return page

    def day(self, date: str) -> None:
        """Begin a day: ``people.day("2025-01-06")``. All go home before, since no session lasts for days and open pages ask on."""
        self.go_home()
        self.site.clock.set(date)

    def go_home(self) -> None:
        """Close every browser."""
        for context in self._contexts:
            for page in context.pages:
                self._problems.settle(page)
            context.close()
        self._contexts.clear()


def choose(page: Page, field: str, text: str) -> None:
    """Choose in a selection box what typing a text finds."""
    page.locator(f"[name='{field}'] + .ts-wrapper input").focus()
    page.keyboard.type(text)
    expect(page.locator(f"[name='{field}'] + .ts-wrapper .option", has_text=text).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(f"[name='{field}'] + .ts-wrapper .item", has_text=text)).to_be_visible()


def do(page: Page, action: str) -> None:
    """Press the button of an action of the record shown, in its menu if it stands there; wait for what is shown then."""
    button = page.locator(f"[formaction*='/actions/{action}']").first
    button.wait_for(state="attached")
    if not button.is_visible():
        page.locator("details.menu:has([formaction*='/actions/']) > summary").first.click()
    with page.expect_response(lambda answer: _ends(answer, f"/actions/{action}")):
        button.click()
    settle(page)


def settle(page: Page) -> None:
    """Wait until what came is in the page."""
    page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"
    )


def _ends(answer: Response, part: str) -> bool:
    """Whether this is what an address answers in the end: a page it leads to, or its refusal."""
    before = answer.request.redirected_from
    return (answer.status < 300 and before is not None and part in before.url) or (
        part in answer.url and (answer.status < 300 or answer.status >= 400)
    )


def save(page: Page, model: str) -> int:
    """Save a form by its key; return the id of the record."""
    page.keyboard.press("Control+s")
    number = shown(page, model)
    settle(page)
    return number


def shown(page: Page, model: str) -> int:
    """Wait until the address is that of a record, which comes after its page; return its id."""
    address = re.compile(rf"/records/{re.escape(model)}/(\d+)(\?.*)?$")
    expect(page).to_have_url(address)
    return int(address.findall(page.url)[0][0])


def printed(page: Page) -> str:
    """Print the record shown by its default template; return the text of the PDF without the spaces that setting leaves."""
    page.locator("details.menu:has(a[href*='/x/base_print/print/']) > summary").click()
    link = page.locator("a[href*='/x/base_print/print/']").first
    answer = page.context.request.get(str(link.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.body())).pages
    return re.sub(r"\s", "", "".join(each.extract_text() for each in pages))
