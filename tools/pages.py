"""The pages that browser tests open and screenshots show: kept in one place, so that a new page gets both by one line."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    lang: str
    size: str
    scheme: str

    def __str__(self) -> str:
        return f"{self.lang}-{SIZES[self.size][0]}-{self.scheme}"


# Every two of the three ways of looking meet in one of these four.
LOOKS = (
    Look("zh_CN", "desktop", "light"),
    Look("zh_CN", "phone", "dark"),
    Look("en", "desktop", "dark"),
    Look("en", "phone", "light"),
)
ALL_LOOKS = tuple(Look(*each) for each in itertools.product(("zh_CN", "en"), SIZES, ("light", "dark")))
CHINESE, PHONE, ENGLISH, _ENGLISH_PHONE = LOOKS


@dataclass(frozen=True)
class Visit:
    """A page to open."""

    name: str
    path: str
    """Its address; ``{crm.order}`` stands for the id of the record of this model that its list shows first."""
    keys: tuple[str, ...] = ()
    """Keys to press once it is there, as Playwright names them; ``text:…`` types."""
    awaits: str = ""
    """Selector of what must be there before it is looked at; empty: nothing but the page."""
    shown: tuple[Look, ...] = ()
    """Looks whose picture goes into docs/images."""


VISITS = (
    Visit("workbench", "/", awaits="[data-panel] .pb > :not(.wait)", shown=(CHINESE,)),
    Visit("list", "/records/crm.customer", shown=(CHINESE, PHONE)),
    Visit("list-grouped", "/records/crm.customer?by=level"),
    Visit("list-empty", "/records/crm.customer?q=nobody-is-called-so"),
    Visit("record", "/records/crm.customer/{crm.customer}", awaits="[role=tab]#tab-side-history"),
    Visit("customer-view", "/x/crm_base/customer/{crm.customer}", awaits="[role=tab]#tab-side-history"),
    Visit("collisions", "/x/crm_base/collisions?q=有限公司", awaits="#found"),
    Visit("card", "/x/crm_base/card"),
    Visit("product-view", "/x/crm_product/product/{crm.product}", awaits="[role=tab]#tab-side-history"),
    Visit("customer-summary", "/x/crm_base/summary?by=level"),
    Visit("customer-ranking", "/x/crm_base/ranking?figure=crm_base.contacts&period=all"),
    Visit("order", "/records/crm.order/{crm.order}", awaits="[role=tab]#tab-side-history", shown=(CHINESE,)),
    Visit("edit", "/records/crm.order/{crm.order}/edit", awaits=".ts-wrapper", shown=(ENGLISH,)),
    Visit("new", "/records/crm.customer/new", awaits=".ts-wrapper"),
    Visit("kanban", "/records/crm.order?view=kanban"),
    Visit("calendar", "/records/crm.order?view=calendar", shown=(CHINESE,)),
    Visit("chart", "/records/crm.order?view=chart", awaits="canvas, .funnel", shown=(CHINESE,)),
    Visit("pivot", "/records/crm.order?view=pivot"),
    Visit("palette", "/", ("Control+k", "text:sz"), "#palette-found [role=option]", (CHINESE,)),
    Visit("keys", "/", ("?",), "#keys[open]"),
    Visit("notifications", "/notifications"),
    Visit("help", "/help"),
    Visit("profile", "/profile"),
    Visit("password", "/password"),
    Visit("about", "/about"),
    Visit("apps", "/apps", shown=(CHINESE,)),
    Visit("apps-costs", "/apps/costs"),
    Visit("rights", "/access/matrix", shown=(CHINESE,)),
    Visit("why", "/access/why"),
    Visit("people-rights", "/access/people"),
    Visit("users", "/records/core.user"),
    Visit("parameters", "/records/core.parameter"),
    Visit("bin", "/system/bin"),
    Visit("online", "/system/online"),
    Visit("history", "/system/history"),
    Visit("jobs", "/system/jobs"),
    Visit("views", "/system/views"),
    Visit("api-keys", "/keys"),
    Visit("follow-up", "/x/crm_base/customer/{crm.customer}/follow-up"),
    Visit("follow-up-overview", "/x/crm_base/follow-ups/overview"),
    Visit("customers-due", "/x/crm_base/due"),
    Visit("team-calendar", "/x/crm_base/calendar?whose=all", awaits=".ec"),
    Visit("opportunity", "/records/crm.opportunity/{crm.opportunity}", awaits="[role=tab]#tab-side-history"),
    Visit("opportunity-board", "/records/crm.opportunity?view=kanban", shown=(CHINESE,)),
    Visit("lead-convert", "/x/crm_sales/leads/{crm.lead}/convert"),
    Visit("lead-report", "/x/crm_sales/leads?by=source"),
    Visit("funnel", "/x/crm_sales/funnel?scope=all"),
    Visit("forecast", "/x/crm_sales/forecast?of=company"),
    Visit("targets", "/x/crm_sales/targets"),
    Visit("sales-plan", "/x/crm_sales/plan"),
    Visit("statistics-library", "/x/base_report/"),
    Visit("statistics", "/x/base_report/statistics?m=crm.order:amount&by=@department", awaits="canvas"),
    Visit("import", "/x/base_exchange/import/crm.customer"),
    Visit("imports", "/records/base.import"),
    Visit("print-templates", "/x/base_print/templates/crm.order"),
    Visit("print-design", "/x/base_print/design/crm.order/new"),
)
_RECORD = re.compile(r"\{([\w.]+)\}")


def visit(page: Page, wanted: Visit) -> None:
    """Open a page, press its keys and wait for what it shows; the page has a base address and is logged in."""
    path = _RECORD.sub(lambda match: str(_first(page, match[1])), wanted.path)
    page.goto(path, wait_until="load")
    for key in wanted.keys:
        if key.startswith("text:"):
            page.keyboard.type(key[5:])
        else:
            page.keyboard.press(key)
    if wanted.awaits:
        page.locator(wanted.awaits).first.wait_for()
    page.evaluate("() => document.fonts.ready.then(() => true)")


def _first(page: Page, model: str) -> int:
    answer = page.request.get(f"/api/v1/{model}?limit=1")
    found: int = answer.json()["records"][0]["id"]
    return found
