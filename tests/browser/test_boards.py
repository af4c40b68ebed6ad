"""Boards and calendars by mouse: what is dragged is written, what is refused goes back and says why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from core.testing.factories import make
from tests.browser.problems import Problems
from tests.browser.site import Site
from tools.pages import LOOKS, Look

desktop = pytest.mark.parametrize("look", [each for each in LOOKS if each.size == "desktop"], ids=str)
ORDERS = "/records/crm.order"
VISITS = "/records/browser.visit"
DAY = dt.date(2031, 6, 10)
"""A Tuesday without anything of other tests."""


def drag(page: Page, what: Locator, to: dict[str, float], at: tuple[float, float] = (20, 10)) -> None:
    """Drag something by its corner to a point of the page, in steps as a hand does."""
    box = what.bounding_box()
    assert box
    page.mouse.move(box["x"] + at[0], box["y"] + at[1])
    page.mouse.down()
    page.mouse.move(box["x"] + at[0] + 8, box["y"] + at[1] + 8, steps=4)
    page.mouse.move(to["x"], to["y"], steps=12)


def middle(where: Locator, down: float = 0.5) -> dict[str, float]:
    box = where.bounding_box()
    assert box
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] * down}


@desktop
def test_a_card_is_dragged_into_another_column_and_one_that_is_refused_goes_back(
    look: Look, open_page: Callable[..., Page], site: Site, problems: Problems
) -> None:
    problems.forgive("422")

    def fill(env: Any) -> tuple[int, int, int]:
        customer = make(env, "crm.customer", name=f"看板 {look}")
        full = make(env, "crm.order", customer=customer)
        make(env, "crm.order.line", order=full)
        return customer.id, full.id, make(env, "crm.order", customer=customer, lines=[]).id

    customer, full, empty = site.run(fill)
    page = open_page(f'{ORDERS}?view=kanban&f=-&domain=[["customer","=",{customer}]]')
    draft, confirmed = page.locator("[data-lane=draft]"), page.locator("[data-lane=confirmed]")
    expect(draft.locator(".kd")).to_have_count(2)
    page.wait_for_function("() => window.Sortable")
    drag(page, draft.locator(f"[data-id='{full}']"), middle(confirmed, 0.2))
    with page.expect_response(re.compile("/move")) as moved:
        page.mouse.up()
    assert moved.value.ok
    expect(confirmed.locator(f"[data-id='{full}']")).to_be_visible()
    expect(page.locator(".kc", has=confirmed).locator("[data-count]")).to_have_text("1")
    assert site.run(lambda env: env["crm.order"].get(full).state) == "confirmed"
    drag(page, draft.locator(f"[data-id='{empty}']"), middle(confirmed, 0.2))
    with page.expect_response(re.compile("/move")) as moved:
        page.mouse.up()
    assert moved.value.status == 422
    expect(page.locator(".toast.error")).to_contain_text("明细" if look.lang == "zh_CN" else "lines")
    expect(draft.locator(f"[data-id='{empty}']")).to_be_visible()
    expect(page.locator(".kc", has=draft).locator("[data-count]")).to_have_text("1")


def visit(env: Any, name: str, start: dt.datetime | None, hours: int = 1) -> int:
    owner = env["core.user"].search([["login", "=", "boss.en"]])[0]
    end = start + dt.timedelta(hours=hours) if start else None
    return int(env["browser.visit"].create({"name": name, "start": start, "end": end, "owner": owner}).id)


def nine(day: dt.date, hour: int = 9) -> dt.datetime:
    """An hour of a day in Shanghai, where the company is."""
    return dt.datetime.combine(day, dt.time(hour), dt.timezone(dt.timedelta(hours=8)))


@desktop
def test_an_event_is_dragged_to_another_hour_and_its_end_is_pulled(
    look: Look, open_page: Callable[..., Page], site: Site
) -> None:
    day = DAY + dt.timedelta(days=14 if look.lang == "en" else 0)
    number = site.run(lambda env: visit(env, f"拜访 {look}", nine(day)))

    def held() -> tuple[dt.datetime, dt.datetime]:
        return site.run(  # type: ignore[no-any-return]  # what the record has
            lambda env: (env["browser.visit"].get(number).start, env["browser.visit"].get(number).end)
        )

    page = open_page(f"{VISITS}?view=calendar&mode=week&date={day}")
    event = page.locator(f"[data-event='{number}']")
    event.scroll_into_view_if_needed()
    box = event.bounding_box()
    assert box
    hour = box["height"] + 1
    drag(page, event, {"x": box["x"] + 20, "y": box["y"] + 10 + 2 * hour})
    with page.expect_response(lambda answer: answer.request.method == "POST") as moved:
        page.mouse.up()
    assert moved.value.ok
    assert held() == (nine(day, 11), nine(day, 12))
    event = page.locator(f"[data-event='{number}']:not(.ec-preview)")
    event.scroll_into_view_if_needed()
    event.hover()
    box = event.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] - 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] + 10, steps=4)
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] + 0.8 * hour, steps=8)
    with page.expect_response(lambda answer: answer.request.method == "POST") as moved:
        page.mouse.up()
    assert moved.value.ok
    assert held() == (nine(day, 11), nine(day, 13))


@desktop
def test_beside_the_calendar_one_jumps_by_day_and_drags_in_what_has_no_day(
    look: Look, open_page: Callable[..., Page], site: Site, axe: Callable[[Page], None], shoot: Callable[..., Path]
) -> None:
    day = DAY + dt.timedelta(days=42 if look.lang == "en" else 28)
    mark = f"待安排 {look}"
    first, second = site.run(lambda env: (visit(env, f"{mark} 1", None), visit(env, f"{mark} 2", None)))
    page = open_page(f"{VISITS}?view=calendar&mode=month&q={mark}&date=2031-01-15")
    expect(page.locator("[data-waits]")).to_have_count(2)
    expect(page.locator(".callegend li")).to_have_count(2)
    for _month in range(day.month - 1):
        page.locator("[data-month='1']").click()
    page.locator(f"[data-day='{day}']").first.click()
    cell = page.locator(".ec-day", has=page.locator(f"time[datetime='{day}']"))
    cell.wait_for()
    axe(page)
    shoot(page, "calendar-beside")
    with page.expect_response(lambda answer: answer.request.method == "POST") as moved:
        page.locator(f"[data-waits='{first}']").drag_to(cell)
    assert moved.value.ok
    expect(page.locator(f"[data-event='{first}']")).to_be_visible()
    expect(page.locator("[data-waits]")).to_have_count(1)
    assert site.run(lambda env: env["browser.visit"].get(first).start) == nine(day)
    page.locator(f"[data-waits='{second}']").focus()
    page.keyboard.press("m")
    page.locator("#move-start").fill(f"{day}T09:30")
    page.keyboard.press("Enter")
    expect(page.locator("[data-waits]")).to_have_count(0)
    page.locator("[data-cal-mode=day]").click()
    late = page.locator(f"[data-event='{second}']")
    expect(late).to_have_class(re.compile("ev-overlap"))
    expect(late).to_contain_text("30")
    shoot(page, "calendar-overlap")
