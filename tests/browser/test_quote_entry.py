"""A quote of five lines is typed by keyboard alone: product by code, barcode or pinyin, the price filled in, Enter adds a line (SALE-31)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.orm.environment import Environment
from tests.browser.site import Site

LINES = (("lp-200", "2"), ("690198", "30"), ("jgdyj", "1"), ("tn-20", "5"), ("690199", "4"))
"""What is typed for the product, and the quantity."""
KEYSTROKES = 70
"""Most keys that five lines take; an hour's work is 40 such orders."""


@pytest.fixture(scope="module")
def products(site: Site) -> None:
    """A printer and a toner with numbers, pinyin codes and barcodes."""

    def make(env: Environment) -> None:
        unit = env["crm.unit"].create({"name": "台"})
        for number, name, code, barcode, price in (
            ("LP-200", "激光打印机", "jgdyj", "690199", 1000),
            ("TN-20", "硒鼓", "xg", "690198", 200),
        ):
            units = [{"unit": unit, "ratio": 1, "is_base": True, "barcode": barcode, "price": price}]
            values = {"name": name, "model_number": number, "mnemonic": code, "units": units}
            env["crm.product"].create(values)

    site.run(make)


@pytest.mark.rows("SALE-31")
def test_five_lines_are_typed_by_keyboard_alone(site: Site, products: None, open_page: Callable[..., Page]) -> None:
    page = open_page("/records/crm.quote/new")
    strokes = 0

    def press(*keys: str) -> None:
        nonlocal strokes
        for key in keys:
            page.keyboard.press(key)
            strokes += 1

    customer = page.locator("[name=customer] + .ts-wrapper input")
    customer.focus()
    page.keyboard.type("苏州精密机械01")
    page.keyboard.press("Enter")
    expect(page.locator("[name=customer]")).not_to_have_value("")
    page.locator("[data-lines=lines] [data-add]").focus()
    press("Enter")
    for row, (product, quantity) in enumerate(LINES):
        expect(page.locator(f"[name='lines.{row}.product'] + .ts-wrapper input")).to_be_focused()
        # A scanner does not wait for the answer, nor do these keys.
        press(*product, "Enter")
        expect(page.locator(f"[name='lines.{row}.quantity']")).to_be_focused()
        press(*quantity, "Enter")
    expect(page.locator("[name='lines.4.price']")).to_have_value("1000")
    expect(page.locator("tr[data-line]").nth(1).locator("output").last).to_contain_text("6,000")
    press("Control+s")
    expect(page).to_have_url(re.compile(r"/records/crm.quote/\d+"))
    assert strokes <= KEYSTROKES
    number = int(re.findall(r"/crm\.quote/(\d+)", page.url)[0])
    found = site.run(
        lambda env: [(line.name, line.quantity, line.price) for line in env.browse("crm.quote", number).lines]
    )
    printer, toner = "激光打印机", "硒鼓"
    assert found == [(printer, 2, 1000), (toner, 30, 200), (printer, 1, 1000), (toner, 5, 200), (printer, 4, 1000)]


@pytest.mark.rows("SALE-31")
def test_another_product_brings_its_price_and_a_typed_price_stays(
    products: None, open_page: Callable[..., Page]
) -> None:
    page = open_page("/records/crm.quote/new")
    for _row in range(2):
        page.locator("[data-lines=lines] [data-add]").focus()
        page.keyboard.press("Enter")
    box = page.locator("[name='lines.1.product'] + .ts-wrapper input")
    price = page.locator("[name='lines.1.price']")
    for typed, wanted in (("lp-200", "1000"), ("tn-20", "200")):
        box.focus()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(price).to_have_value(wanted)
    expect(page.locator("[name='lines.0.price']")).to_have_value("")
    price.fill("180")
    page.locator("[name='lines.1.quantity']").fill("10")
    expect(page.locator("tr[data-line]").nth(1).locator("output").last).to_contain_text("1,800")
    expect(price).to_have_value("180")
