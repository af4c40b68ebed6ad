"""Lists by mouse, key and finger: sorting, paging, conditions, selecting, batches with undo, saved searches."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from core.testing.factories import make
from tests.browser.problems import Problems
from tests.browser.site import Site
from tools.pages import LOOKS, Look

CUSTOMERS = "/records/crm.customer"
desktop = pytest.mark.parametrize("look", [each for each in LOOKS if each.size == "desktop"], ids=str)
phone = pytest.mark.parametrize("look", [each for each in LOOKS if each.size == "phone"], ids=str)


def rows(page: Page) -> Locator:
    return page.locator("table.rows tbody tr[data-id]")


def names(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("td.nmc a.nm").all_inner_texts()]


@pytest.fixture
def visits(site: Site, look: Look) -> str:
    """25 visits of the test's own; answers with what their names begin with."""
    mark = f"清单{look.lang}{look.size}"

    def fill(env: Any) -> None:
        found = env["browser.visit"].search([["name", "ilike", mark]])
        if found:
            env["browser.visit"].delete(found)
        env["browser.visit"].create([{"name": f"{mark} {n:02}"} for n in range(25)])

    site.run(fill)
    return mark


@desktop
def test_heads_sort_the_pager_turns_and_the_size_of_a_page_stays(
    look: Look, open_page: Callable[..., Page], visits: str
) -> None:
    page = open_page(f"/records/browser.visit?q={visits}")
    head = page.locator("th", has=page.locator("a.sort")).first
    head.locator("a").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.locator("a").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert names(page)[0] == f"{visits} 24"
    head.locator("a").click()
    expect(head).not_to_have_attribute("aria-sort", re.compile("."))
    assert names(page)[0] == f"{visits} 00"
    page.locator(".pgr details summary").click()
    page.locator(".pgr button[value='20']").click()
    expect(rows(page)).to_have_count(20)
    page.locator(".pgr [rel=next]").click()
    expect(rows(page)).to_have_count(5)
    expect(page.locator(".pgr [rel=next]")).to_have_count(0)
    page.locator(".pgr [rel=prev]").click()
    expect(rows(page)).to_have_count(20)
    page.locator(".pgr details summary").click()
    page.locator(".pgr button[value='50']").click()
    expect(rows(page)).to_have_count(25)


@desktop
def test_conditions_are_put_together_saved_as_a_search_and_taken_away(
    look: Look, open_page: Callable[..., Page], visits: str, problems: Problems
) -> None:
    problems.forgive("422")
    page = open_page("/records/browser.visit?scheme=-")
    page.locator(".chip.add").click()
    for part, choice in (("p0", "name"), ("op", "ilike")):
        with page.expect_response(re.compile("/conditions")):
            page.locator(f"[id='c.0.{part}']").select_option(choice)
        drawn = page.locator(f"#builder [id='c.0.{part}'] option[selected][value={choice}]")
        expect(drawn).to_have_count(1)
    page.locator("[id='c.0.v']").fill(f"{visits} 0")
    # The value is not yet told to the server when the button is pressed: it must not be lost.
    page.locator(".bfoot button[value=apply]").click()
    expect(rows(page)).to_have_count(10)
    expect(page.locator(".chip.cond b")).to_have_text(f"{visits} 0")
    page.locator(".chip.add").click()
    page.locator("#builder .bfoot summary").click()
    page.locator(".bfoot [formaction]").click()
    expect(page.locator("#save-error")).to_be_visible()
    page.locator("#save-name").fill(f"存 {visits}")
    page.locator(".bfoot [formaction]").click()
    expect(page.locator(".views a.on")).to_contain_text(f"存 {visits}")
    expect(rows(page)).to_have_count(10)
    page.locator(".chip.cond a").click()
    expect(page.locator(".chip.cond")).to_have_count(0)
    page.locator(".views a", has_text=f"存 {visits}").click()
    expect(page.locator(".chip.cond b")).to_have_text(f"{visits} 0")


@desktop
def test_rows_are_selected_by_shift_all_and_the_whole_search_and_esc_clears(
    look: Look, open_page: Callable[..., Page], visits: str
) -> None:
    page = open_page(f"/records/browser.visit?q={visits}&size=20")
    chosen, bar = page.locator("tbody input[name=id]:checked"), page.locator("#batch")
    expect(bar).to_be_hidden()
    before = page.locator(".pgr").bounding_box()
    boxes = page.locator("tbody input[name=id]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(chosen).to_have_count(4)
    expect(bar).to_contain_text("4")
    assert page.locator(".pgr").bounding_box() == before, "nothing below moves"
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    expect(page.locator("tr.sel")).to_have_count(0)
    page.locator("[data-all]").click()
    expect(chosen).to_have_count(20)
    bar.locator(".all").click()
    expect(bar.locator("[data-selected]")).to_contain_text("25")
    page.locator("[data-all]").click()
    expect(bar).to_be_hidden()


@desktop
def test_a_whole_search_is_changed_and_what_was_deleted_comes_back(
    look: Look, open_page: Callable[..., Page], visits: str, site: Site
) -> None:
    page = open_page(f"/records/browser.visit?q={visits}&size=20")
    page.locator("[data-all]").click()
    page.locator("#batch .all").click()
    page.locator("#batch details summary").first.click()
    page.locator("#batch button[value='change:state']").click()
    page.locator("[name=value]").select_option("done")
    page.locator(".ask .btn.p").click()
    expect(page.locator("#toasts .toast")).to_contain_text("25")
    assert site.run(lambda env: env["browser.visit"].count([["name", "ilike", visits], ["state", "=", "done"]])) == 25
    page.locator("tbody input[name=id]").nth(0).click()
    page.locator("tbody input[name=id]").nth(1).click()
    page.locator("#batch [data-delete]").click()
    expect(page.locator("dialog[open] h2")).to_contain_text("2")
    page.locator("dialog[open] .btn.d").click()
    page.locator(".ask .msg .btn").click()
    expect(page.locator("#toasts .toast")).to_contain_text("2")
    page.goto(f"/records/browser.visit?q={visits}")
    expect(page.locator("#total")).to_have_text("25")


@desktop
def test_an_administrator_sets_the_columns_of_everybody_who_chose_none(
    look: Look, open_page: Callable[..., Page], visits: str, site: Site
) -> None:
    page = open_page("/records/browser.visit?scheme=-")
    summary = page.locator("summary", has=page.locator("svg"), has_text=re.compile("列|Columns"))
    summary.click()
    page.locator(".cols input[value=created_at]").check()
    page.locator(".cols button[value=everybody]").click()
    expect(page.locator("#toasts .toast")).to_be_visible()
    other = open_page("/records/browser.visit", login="seller")
    expect(other.locator("th", has_text=re.compile("创建时间|Created at"))).to_have_count(1)
    site.run(lambda env: env["core.search_scheme"].delete([["model", "=", "browser.visit"]]))


@phone
def test_on_a_phone_rows_are_starred_and_selected_by_the_button_or_a_long_press(
    look: Look,
    open_page: Callable[..., Page],
    visits: str,
    axe: Callable[[Page], None],
    shoot: Callable[[Page, str], Path],
) -> None:
    page = open_page(f"/records/browser.visit?q={visits}")
    row, bar = rows(page), page.locator("#batch")
    star = row.nth(0).locator(".star")
    star.tap()
    expect(row.nth(0).locator(".star")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-selecting]").tap()
    row.nth(1).tap()
    row.nth(2).tap()
    expect(bar).to_contain_text("2")
    axe(page)
    shoot(page, "list-selecting")
    bar.locator("[type=reset]").tap()
    expect(bar).to_be_hidden()
    expect(row.nth(1).locator("input[name=id]")).to_be_hidden()
    place = row.nth(3).bounding_box()
    assert place
    point = {"x": place["x"] + 60, "y": place["y"] + 20}
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(row.nth(3).locator("input[name=id]")).to_be_checked()
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    row.nth(4).tap()
    expect(bar).to_contain_text("2")
    expect(page).to_have_url(re.compile(r"/records/browser\.visit\?"))
    bar.locator("[type=reset]").tap()
    row.nth(4).locator("a.nm").tap()
    expect(page).to_have_url(re.compile(r"/records/browser\.visit/\d+"))


@desktop
def test_a_ready_filter_and_favourites_are_put_on_and_off(
    look: Look, open_page: Callable[..., Page], site: Site
) -> None:
    name = f"停用 {look}"
    site.run(lambda env: make(env, "crm.customer", name=name, active=False))
    page = open_page(f"{CUSTOMERS}?q={name}")
    expect(rows(page)).to_have_count(0)
    page.locator(".filters .chip.on").first.click()
    expect(rows(page)).to_have_count(1)
    rows(page).locator(".star").click()
    expect(rows(page).locator(".star")).to_have_attribute("aria-pressed", "true")
    page.locator("a.chip", has_text=re.compile("收藏|Favourites")).click()
    expect(page.locator("a.chip.on", has_text=re.compile("收藏|Favourites"))).to_be_visible()
    expect(rows(page)).to_have_count(1)
    rows(page).locator(".star").click()
    expect(rows(page).locator(".star")).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(rows(page)).to_have_count(0)


@desktop
def test_a_record_opened_while_a_search_is_under_way_stays_open(
    look: Look, open_page: Callable[..., Page], visits: str
) -> None:
    page = open_page(f"/records/browser.visit?q={visits}")
    held: dict[str, Route] = {}
    page.route(re.compile(r"/records/browser\.visit\?q="), lambda route: held.update(search=route))
    page.route(re.compile(r"/records/browser\.visit/\d+"), lambda route: held.update(record=route))
    with page.expect_request(re.compile(r"visit\?q=")):
        page.locator("[data-find]").fill(f"{visits} 1")
    with page.expect_request(re.compile(r"visit/\d+")):
        page.locator("td.nmc a.nm", has_text=f"{visits} 03").click()
    with page.expect_response(re.compile(r"visit\?q=")):
        held["search"].continue_()
    held["record"].continue_()
    expect(page).to_have_url(re.compile(r"/records/browser\.visit/\d+"))
    expect(page.locator("h1")).to_have_text(f"{visits} 03")
