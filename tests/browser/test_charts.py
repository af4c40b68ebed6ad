"""What people do with charts, calendars and the workbench: open what lies behind a bar, move an event, arrange panels."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tools.pages import LOOKS, Look

DESKTOP = [each for each in LOOKS if each.size == "desktop"]
desktop = pytest.mark.parametrize("look", DESKTOP, ids=str)
ORDERS = "/records/crm.order"
PANELS = "[...document.querySelectorAll('[data-panel]')].map(each => each.dataset.panel)"


@desktop
def test_a_number_beside_the_chart_opens_the_records_behind_it(look: Look, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ORDERS}?view=chart&f=-&by=state&measure=id:count")
    page.locator("canvas").first.wait_for()
    link = page.locator("table.figures tbody a").first
    number = link.inner_text()
    link.click()
    expect(page).to_have_url(re.compile("view=list"))
    expect(page.locator("#total")).to_have_text(number)


@desktop
def test_the_sentence_of_a_chart_answers_at_once(look: Look, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ORDERS}?view=chart&f=-")
    page.locator("select[name=by]").select_option("customer")
    expect(page).to_have_url(re.compile("by=customer"))
    expect(page.locator("table.figures thead")).to_contain_text("客户" if look.lang == "zh_CN" else "Customer")


@desktop
def test_a_chart_is_compared_with_the_year_before_and_printed_without_its_controls(
    look: Look, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = open_page(f"{ORDERS}?view=chart&f=-&by=date:month")
    page.locator("canvas").first.wait_for()
    plain = page.locator("table.figures thead th").count()
    page.locator("select[name=compare]").select_option("year")
    expect(page).to_have_url(re.compile("compare=year"))
    expect(page.locator("table.figures thead th")).to_have_count(plain + 2)
    axe(page)
    page.evaluate("() => { window.print = () => { window.printed = true } }")
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for hidden in (".sentence", ".side", ".views", "[data-print]"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("table.figures")).to_be_visible()
    assert page.locator("canvas").evaluate("each => each.getBoundingClientRect().width") == 640
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(page.locator(".sentence")).to_be_visible()
    page.wait_for_function("() => document.querySelector('canvas').getBoundingClientRect().width > 640")


@desktop
def test_a_chart_follows_a_change_of_the_colour_scheme(look: Look, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ORDERS}?view=chart&f=-&by=state&measure=id:count")
    page.locator("canvas").first.wait_for()
    read = "() => document.querySelector('canvas').toDataURL()"
    before = page.evaluate(read)
    page.emulate_media(color_scheme="light" if look.scheme == "dark" else "dark")
    page.wait_for_function("before => document.querySelector('canvas').toDataURL() !== before", arg=before)


@desktop
def test_an_event_is_moved_by_drag_and_by_keyboard(look: Look, open_page: Callable[..., Page], site: Site) -> None:
    day = dt.date(2031, 4, 8)

    def place(env: object) -> int:
        order = env["crm.order"].search([], limit=1)[0]  # type: ignore[index]  # an environment
        order.update(date=day)
        return int(order.id)

    def held(number: int) -> dt.date:
        found: dt.date = site.run(lambda env: env["crm.order"].get(number).date)
        return found

    number = site.run(place)
    page = open_page(f"{ORDERS}?view=calendar&f=-&mode=month&date={day}")
    event = page.locator(f"[data-event='{number}']")
    event.scroll_into_view_if_needed()
    box, cell = event.bounding_box(), page.locator(".ec-day").nth(8).bounding_box()
    assert box
    assert cell
    page.mouse.move(box["x"] + 12, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 10, steps=4)
    page.mouse.move(box["x"] + 12 + 2 * cell["width"], box["y"] + 8, steps=8)
    with page.expect_response(re.compile("/calendar/")) as moved:
        page.mouse.up()
    assert moved.value.ok
    assert held(number) == dt.date(2031, 4, 10)
    event.focus()
    page.keyboard.press("m")
    page.locator("#move-start").fill("2031-04-02")
    with page.expect_response(lambda answer: answer.request.method == "POST") as moved:
        page.keyboard.press("Enter")
    assert moved.value.ok
    assert held(number) == dt.date(2031, 4, 2)


@desktop
def test_a_click_on_a_free_day_begins_a_record_of_that_day(look: Look, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ORDERS}?view=calendar&f=-&mode=month&date=2032-06-15")
    page.locator("time[datetime='2032-06-16']").wait_for()
    page.locator(".ec-day", has=page.locator("time[datetime='2032-06-16']")).click(position={"x": 40, "y": 60})
    expect(page.locator("input[name=date]")).to_have_value("2032-06-16")


@desktop
def test_panels_are_arranged_by_keyboard_and_stay_so(look: Look, open_page: Callable[..., Page]) -> None:
    page = open_page("/", login="seller")
    page.locator("[data-panel] .v").first.wait_for()
    first, second, *_rest = page.evaluate(PANELS)
    page.locator("[data-arrange]").click()
    down = page.locator(f"[data-place='{first}'] [data-move='1']")
    down.focus()
    page.keyboard.press("Enter")
    expect(down).to_be_focused()
    page.locator("#arrange .btn.p").click()
    page.locator("#toasts .toast").wait_for()
    assert page.evaluate(PANELS)[:2] == [second, first]
    page.reload()
    assert page.evaluate(PANELS)[:2] == [second, first]
    page.locator("[data-arrange]").click()
    page.locator("#arrange [name=reset]").click()
    page.locator("#toasts .toast").wait_for()
    page.reload()
    assert page.evaluate(PANELS)[:2] == [first, second]
