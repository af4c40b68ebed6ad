"""What a person does in a form: lines, choices, files, leaving, drafts, changing in place, going through a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from core.testing.factories import make
from tests.browser.problems import Problems
from tests.browser.site import PASSWORD, Site
from tools.pages import CHINESE, ENGLISH

CUSTOMERS = "/records/crm.customer"
PASTE = """(input, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc00000030101"
    "00c9fe92ef0000000049454e44ae426082"
)
"""A PNG of one pixel."""


@pytest.fixture
def desk(site: Site, new_page: Callable[..., Page]) -> Page:
    """A page of the administrator at a desk, still blank."""
    return new_page(site, CHINESE, "boss")


def open_form(page: Page, path: str) -> None:
    """Open a form for changing and wait until its selection boxes work."""
    page.goto(path)
    page.locator(".ts-wrapper").first.wait_for()


def names_of(page: Page) -> list[str]:
    """Return what the lines are called, in order."""
    found: list[str] = page.locator("tr[data-line] [name$='.name']").evaluate_all("all => all.map(each => each.value)")
    return found


def drag(page: Page, grip: Locator, target: Locator, is_there: Callable[[], bool]) -> None:
    """Drag by the mouse onto a place until what is dragged has moved there; the browser tells scripts of it in its own time."""
    grip.hover()
    page.mouse.down()
    for number in range(60):
        box = target.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 14, box["y"] + 4 + number % 8)
        if is_there():
            break
    page.mouse.up()


def test_lines_are_pasted_from_a_spreadsheet_moved_and_removed(site: Site, desk: Page) -> None:
    number = site.run(lambda env: make(env, "crm.order").id)
    open_form(desk, f"/records/crm.order/{number}/edit")
    lines = desk.locator("[data-lines=lines] tr[data-line]")
    started = lines.count()
    desk.locator("[data-lines=lines] [data-add]").click()
    desk.locator("[name$='.name']").last.evaluate(PASTE, "轴承\t3\t12.5\n电机\t1\t2,000\n皮带\t10\t4\n")
    expect(lines).to_have_count(started + 3)
    expect(lines.nth(started + 1).locator("output[data-show=amount]")).to_contain_text("2,000")
    desk.locator("[name$='.name']").last.focus()
    desk.keyboard.press("Alt+ArrowUp")
    assert names_of(desk)[started:] == ["轴承", "皮带", "电机"]
    expect(desk.locator("[name$='.name']").nth(started + 1)).to_be_focused()
    drag(desk, lines.last.locator(".grip"), lines.nth(started), lambda: names_of(desk)[started] == "电机")
    assert names_of(desk)[started:] == ["电机", "轴承", "皮带"]
    lines.nth(started + 1).locator("[data-remove]").click()
    expect(lines).to_have_count(started + 2)
    desk.locator("[name$='.name']").last.focus()
    desk.keyboard.press("Enter")
    expect(lines).to_have_count(started + 3)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-key=e]")).to_be_visible()
    told = site.run(lambda env: [line.name for line in env.browse("crm.order", number).lines])
    assert told[started:] == ["电机", "皮带"]


def test_a_cell_copies_the_one_above_and_what_a_spreadsheet_says_wrongly_is_told(site: Site, desk: Page) -> None:
    number = site.run(lambda env: make(env, "crm.customer", name="粘贴公司").id)
    open_form(desk, f"{CUSTOMERS}/{number}/edit")
    rows = desk.locator("[data-lines=contacts] tr[data-line]")
    for _time in range(2):
        desk.locator("[data-lines=contacts] [data-add]").click()
    rows.first.locator("[name$='.post']").fill("采购")
    rows.last.locator("[name$='.post']").focus()
    desk.keyboard.press("Control+d")
    expect(rows.last.locator("[name$='.post']")).to_have_value("采购")
    rows.first.locator("[name$='.name']").evaluate(PASTE, "王一\t经理\t1\t\t是\n王二\t\t2")
    expect(rows.first.locator("[type=checkbox]")).to_be_checked()
    desk.keyboard.press("Control+s")
    expect(desk.locator(".fmain")).to_contain_text("王二")


@pytest.mark.rows("CORE-35")
def test_save_and_new_goes_on_and_enter_saves(desk: Page) -> None:
    open_form(desk, f"{CUSTOMERS}/new")
    desk.locator("#field-name").fill("第一家公司")
    desk.locator("button[value=new]").click()
    expect(desk.locator(".toast")).to_contain_text("第一家公司")
    expect(desk.locator("#field-name")).to_have_value("")
    expect(desk.locator("[data-draft-offer]")).to_be_hidden()
    desk.locator("#field-name").fill("第二家公司")
    desk.keyboard.press("Enter")
    expect(desk.locator("h1")).to_have_text("第二家公司")


def test_leaving_asks_and_what_was_typed_is_offered_again_until_saved(site: Site, desk: Page) -> None:
    number = site.run(lambda env: make(env, "crm.customer", name="草稿公司").id)
    path = f"{CUSTOMERS}/{number}/edit"
    open_form(desk, path)
    desk.locator("#field-phone").fill("0512 77")
    desk.locator("[data-lines=contacts] [data-add]").click()
    desk.locator("[name$='.name']").last.fill("张三")
    desk.locator(".side .nav a").first.click()
    desk.locator("dialog[open] button[value=no]").click()
    expect(desk.locator("#field-phone")).to_have_value("0512 77")
    desk.locator(".side .nav a").first.click()
    desk.locator("dialog[open] button[value=yes]").click()
    expect(desk.locator("form[data-form]")).to_have_count(0)
    open_form(desk, path)
    expect(desk.locator("#field-phone")).to_have_value("")
    desk.locator("[data-restore]").click()
    expect(desk.locator("#field-phone")).to_have_value("0512 77")
    assert "张三" in names_of(desk)
    desk.keyboard.press("Control+s")
    expect(desk.locator(".fmain")).to_contain_text("张三")
    open_form(desk, path)
    expect(desk.locator("[data-draft-offer]")).to_be_hidden()


def test_drafts_are_dropped_by_discarding_by_age_and_by_logging_out(site: Site, new_page: Callable[..., Page]) -> None:
    # A session of its own, for it ends here.
    desk = new_page(site, CHINESE)
    desk.goto("/login")
    desk.locator("#login").fill("seller.zh_CN")
    desk.locator("#password").fill(PASSWORD)
    desk.keyboard.press("Enter")
    expect(desk.locator(".shell")).to_be_visible()
    open_form(desk, f"{CUSTOMERS}/new")
    kept = "() => Object.keys(localStorage).filter(key => key.startsWith('tangram.draft.')).length"
    is_kept = f"""() => new Promise(done => {{
      const look = () => (({kept})() === 1 ? done() : requestAnimationFrame(look));
      look();
    }})"""
    desk.on("dialog", lambda dialog: dialog.accept())
    for is_discarded in (True, False):
        desk.locator("#field-name").fill("没有保存的公司")
        desk.evaluate(is_kept)
        desk.reload()
        expect(desk.locator("[data-draft-offer]")).to_be_visible()
        if is_discarded:
            desk.locator("[data-discard]").click()
            assert desk.evaluate(kept) == 0
    age = """() => { for (const key of Object.keys(localStorage).filter(key => key.startsWith('tangram.draft.')))
      localStorage.setItem(key, JSON.stringify({...JSON.parse(localStorage.getItem(key)), at: Date.now() - 8 * 86400000})); }"""
    desk.evaluate(age)
    desk.reload()
    desk.locator("[data-draft-offer]").wait_for(state="hidden")
    assert desk.evaluate(kept) == 0
    desk.locator("#field-name").fill("没有保存的公司")
    desk.evaluate(is_kept)
    desk.locator("header .menu .av").click()
    desk.locator("form[data-logout] button").click()
    expect(desk.locator("#login")).to_be_visible()
    assert desk.evaluate(kept) == 0


def test_a_choice_is_found_by_its_initials_or_made_on_the_way(site: Site, desk: Page) -> None:
    number = site.run(lambda env: make(env, "crm.order").id)
    open_form(desk, f"/records/crm.order/{number}/edit")
    box = desk.locator("#field-customer + .ts-wrapper input")
    for typed, wanted in (("szjmjx03", "苏州精密机械03有限公司"), ("无锡新客户", "无锡新客户")):
        box.click()
        box.press_sequentially(typed)
        choice = desk.locator(".ts-dropdown .option, .ts-dropdown .create").filter(has_text=wanted)
        choice.first.click()
        expect(desk.locator("#field-customer + .ts-wrapper .item")).to_have_text(wanted)
    desk.keyboard.press("Control+s")
    expect(desk.locator("[data-field=customer]")).to_contain_text("无锡新客户")


def test_a_file_is_attached_and_its_preview_shown(site: Site, desk: Page) -> None:
    number = site.run(lambda env: make(env, "crm.customer", name="附件公司").id)
    desk.goto(f"{CUSTOMERS}/{number}")
    desk.locator("#tab-side-files").click()
    desk.locator("[data-attach] input").set_input_files(
        {"name": "现场.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    shown = desk.locator(".file img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    expect(desk.locator(".file .link")).to_have_text("现场.png")


def test_the_theme_changes_with_the_profile(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(site, ENGLISH, "seller")
    page.goto("/profile")
    for theme in ("dark", "auto"):
        page.locator("#theme").select_option(theme)
        page.locator(".profile-end button").click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)


def test_palette_and_single_keys_lead_on(desk: Page) -> None:
    desk.goto(CUSTOMERS)
    desk.keyboard.press("/")
    expect(desk.locator("[data-find]")).to_be_focused()
    desk.keyboard.press("Escape")
    desk.keyboard.press("Control+k")
    with desk.expect_response("**/palette?q=szjm") as answered:
        desk.locator("#palette input").fill("szjm")
    answered.value.finished()
    hits = desk.locator("#palette-found [role=option]")
    expect(hits.nth(1)).to_contain_text("苏州")
    desk.keyboard.press("ArrowDown")
    expect(hits.nth(1)).to_have_attribute("aria-selected", "true")
    name = hits.nth(1).get_attribute("href")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(re.escape(str(name))))
    desk.goto(CUSTOMERS)
    desk.keyboard.press("c")
    expect(desk.locator("form[data-form]")).to_be_visible()
    expect(desk).to_have_url(re.compile(rf"{CUSTOMERS}/new"))


def test_a_list_is_gone_through_record_by_record(site: Site, new_page: Callable[..., Page], axe: Any) -> None:
    page = new_page(site, ENGLISH, "boss")
    page.goto(f"{CUSTOMERS}?q=机械&order=name")
    page.locator("tr[data-url] a.nm").nth(1).click()
    heading, place = page.locator("h1"), page.locator(".beside-nav .num")
    expect(heading).to_have_text("苏州精密机械02有限公司")
    expect(place).to_have_text("2 / 12")
    axe(page)
    page.keyboard.press("j")
    expect(heading).to_have_text("苏州精密机械03有限公司")
    page.keyboard.press("k")
    expect(place).to_have_text("2 / 12")
    page.locator("[data-key=k]").click()
    expect(page.locator("[data-key=k]")).to_have_count(0)
    expect(heading).to_have_text("苏州精密机械01有限公司")
    page.keyboard.press("e")
    page.locator("[data-save]").click()
    expect(place).to_have_text("1 / 12")


def test_one_value_is_changed_where_it_stands(site: Site, desk: Page, problems: Problems, axe: Any) -> None:
    problems.forgive("422")
    number = site.run(lambda env: make(env, "crm.customer", name="就地公司").id)
    desk.goto(f"{CUSTOMERS}/{number}")
    phone = desk.locator("[data-field=phone]")
    phone.dblclick()
    phone.locator("input[name=phone]").fill("0512 88")
    desk.keyboard.press("Escape")
    expect(phone.locator("form")).to_have_count(0)
    expect(phone.locator("[data-pen]")).to_be_focused()
    desk.keyboard.press("Enter")
    phone.locator("input[name=phone]").fill("0512 99")
    axe(desk)
    desk.keyboard.press("Enter")
    expect(phone).to_contain_text("0512 99")
    expect(desk.locator("form[data-inplace]")).to_have_count(0)
    name = desk.locator(".dv[data-field=name]")
    name.dblclick()
    name.locator("input[name=name]").fill("")
    desk.keyboard.press("Control+s")
    expect(desk.locator("#field-name")).to_have_attribute("aria-invalid", "true")
