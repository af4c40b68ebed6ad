"""Lists in groups (CORE-33): counts and totals, the rest on demand, folding, the same rights, few statements."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from core.testing.statements import Statements

from .pages import page


@pytest.fixture
def orders(shop: Application, ann: Client) -> str:
    """Twelve drafts of 10 each in November, two confirmed of 5 in October, of a customer of Ann's; answers with the domain that finds them."""

    def make(env: Any) -> int:
        ann_ = env["core.user"].search([["login", "=", "ann"]])[0]
        customer = env["web.customer"].create({"name": "Grouped Ltd", "owner": ann_})
        rows = [{"name": f"D{n:02}", "customer": customer, "amount": 10, "day": "2026-11-03"} for n in range(12)]
        rows += [
            {"name": f"C{n}", "customer": customer, "amount": 5, "day": "2026-10-05", "state": "confirmed"}
            for n in range(2)
        ]
        env["web.order"].create(rows)
        return int(customer.id)

    return f'[["customer","=",{shop.run(make)}]]'


def heads(text: str) -> list[tuple[str, str]]:
    """Return label and count of the groups on a page."""
    return re.findall(r'class="grp.*?<span class="el">(.*?)</span><span class="mut3 num">(.*?)</span>', text, re.S)


@pytest.mark.rows("CORE-33")
def test_groups_have_count_and_total_and_show_ten_rows_each(ann: Client, orders: str) -> None:
    text = page(ann, "/records/web.order", domain=orders, by="state")
    assert heads(text) == [("Draft", "12"), ("Confirmed", "2")]
    assert re.findall(r'class="grp.*?<td class="n">([\d.]+)</td>', text, re.S) == ["120.00", "10.00"]
    assert len(re.findall(r"<tr[^>]* data-id=", text)) == 12
    assert "Show the remaining 2" in text


def test_the_rest_of_a_group_is_shown_in_place(ann: Client, orders: str) -> None:
    text = page(ann, "/records/web.order", domain=orders, by="state")
    more = re.search(r'href="([^"]+)">Show the remaining', text)
    assert more is not None
    whole = page(ann, more[1].replace("&amp;", "&"))
    assert "D11" in whole
    assert "Show the remaining" not in whole


def test_groups_lie_within_groups_and_dates_go_by_period(ann: Client, orders: str) -> None:
    text = page(ann, "/records/web.order", domain=orders, by="customer,day:month,state")
    assert heads(text) == [
        ("Grouped Ltd", "14"),
        ("Oct 2026", "2"),
        ("Confirmed", "2"),
        ("Nov 2026", "12"),
        ("Draft", "12"),
    ]


@pytest.mark.rows("CORE-11")
def test_fiscal_periods_have_their_names_and_hold_their_records(shop: Application, ann: Client, orders: str) -> None:
    def begin(month: int) -> None:
        shop.run(lambda env: env["core.company"].search()[0].update(fiscal_year_start=month))

    begin(11)
    try:
        text = page(ann, "/records/web.order", domain=orders, by="day:fiscal_quarter")
        assert heads(text) == [("FY2025 Q4", "2"), ("FY2026 Q1", "12")]
        assert "D00" in text
        assert "C0" in text
        assert "day:fiscal_year" in page(
            ann, "/records/web.order", view="chart", domain=orders, by="day:fiscal_quarter"
        )
    finally:
        begin(1)
    assert "day:fiscal_year" not in page(ann, "/records/web.order", view="chart", domain=orders, by="day:year")


def test_a_group_is_folded_by_the_address_and_stays_so(ann: Client, orders: str) -> None:
    text = page(ann, "/records/web.order", domain=orders, by="state")
    fold = re.search(r'class="row" href="([^"]+)" aria-expanded="true"', text)
    assert fold is not None
    folded = page(ann, fold[1].replace("&amp;", "&"))
    assert heads(folded) == [("Draft", "12"), ("Confirmed", "2")]
    assert "D00" not in folded
    assert "C0" in folded


def test_groups_hold_only_what_one_may_see(client: Callable[..., Client], ann: Client, orders: str) -> None:
    assert "Grouped Ltd" in page(ann, "/records/web.order", domain=orders, by="customer")
    # Bob sees all orders, but not Ann's customer.
    assert heads(page(client("bob"), "/records/web.order", domain=orders, by="customer")) == [("–", "14")]
    seen = page(client("bob"), "/records/web.order", by="customer")
    assert "Grouped Ltd" not in seen


def test_what_can_not_be_grouped_by_is_refused(ann: Client, orders: str) -> None:
    for by in ("nothing", "name.more", "tags", "day:century"):
        page(ann, "/records/web.order", 400, domain=orders, by=by)
    page(ann, "/records/web.customer", 403, by="limit")


def test_many_groups_cost_as_few_statements_as_one(shop: Application, ann: Client, orders: str) -> None:
    page(ann, "/records/web.order", by="customer,state", domain=orders)
    with Statements(shop.database().engine).listening() as statements, statements.at_most(14):
        page(ann, "/records/web.order", by="customer,state,day:week")


def test_more_records_than_are_counted_are_told_as_more(
    ann: Client, orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.web.pages.lists.COUNTED", 5)
    text = page(ann, "/records/web.order", domain=orders, size="7")
    assert re.search(r'id="total">5\+<', text)
    assert "Count and add up all" in text
    whole = page(ann, "/records/web.order", domain=orders, size="7", totals="1")
    assert re.search(r'id="total">14<', whole)
    assert "130.00" in whole


def test_totals_of_one_page_are_those_of_all(shop: Application, ann: Client, orders: str) -> None:
    page(ann, "/records/web.order", domain=orders)
    whole = page(ann, "/records/web.order", domain=orders)
    some = page(ann, "/records/web.order", domain=orders, size="5")
    for text in (whole, some):
        assert re.search(r'id="total">14<', text)
        assert "130.00" in text
    with Statements(shop.database().engine).listening() as statements:
        page(ann, "/records/web.order", domain=orders)
        assert not [each for each in statements.seen if "count(" in each and "web_order" in each]


def test_letters_that_a_field_can_not_hold_are_not_looked_for_in_it(shop: Application, ann: Client) -> None:
    def make(env: Any) -> None:
        me = env["core.user"].search([["login", "=", "ann"]])[0]
        env["web.customer"].create({"name": "深圳海洋科技", "owner": me, "code": "海科-1"})
        env["web.customer"].create({"name": "Other", "owner": me, "code": "海科-2"})

    shop.run(make)
    text = page(ann, "/records/web.customer", q="海科")
    assert "深圳海洋科技" in text
    assert ">Other<" in text
    assert "深圳海洋科技" in page(ann, "/records/web.customer", q="shykj")
