"""The cash book and the cash flow of a period, and their pages."""

import datetime as dt

import pytest

from addons.crm_finance.services.book import BookQuestion, read_book
from addons.crm_finance.services.cash_flow import balance_on, read_flow
from addons.crm_finance.services.entries import post_entry, reverse_entry
from core.api import ValidationError

FIRST, LAST = dt.date(2025, 5, 1), dt.date(2025, 5, 31)


@pytest.fixture
def account(env, make_account):
    """100 of April, then 50 in and 20 out in May, 1 out in June."""
    account = make_account(opening=100, opening_date="2025-04-01")
    for day, amount, category in (("05-02", 50, "sales"), ("05-20", -20, "rent"), ("06-03", -1, "rent")):
        date = dt.date.fromisoformat(f"2025-{day}")
        post_entry(env, account=account, amount=amount, date=date, kind="direct", category=category)
    return account


@pytest.mark.rows("FIN-06")
def test_a_balance_is_known_of_any_day(env, account):
    days = ((3, 31, 0), (4, 1, 100), (5, 2, 150), (5, 31, 130), (6, 30, 129))
    for month, day, balance in days:
        assert balance_on(env, account, dt.date(2025, month, day)) == balance


@pytest.mark.rows("FIN-27")
def test_the_book_runs_from_opening_to_closing(env, account):
    book = read_book(env, BookQuestion(FIRST, LAST, account), 10)
    assert (book.opening, [row["balance"] for row in book.rows], book.closing) == (100, [150, 130], 130)
    second = read_book(env, BookQuestion(FIRST, LAST, account), 1, 1)
    assert (second.start, [row["balance"] for row in second.rows]) == (150, [130])
    rent = env["core.dictionary.item"].search([["dictionary.code", "=", "cash_category"], ["key", "=", "rent"]])[0]
    some = read_book(env, BookQuestion(FIRST, dt.date(2025, 6, 30), None, rent.id), 10)
    assert [row["balance"] for row in some.rows] == [-20, -21]


@pytest.mark.rows("FIN-07")
def test_a_reversal_lowers_the_side_it_takes_back(env, account):
    entry = post_entry(env, account=account, amount=7, date=FIRST, kind="direct")
    reverse_entry(entry, LAST)
    flow = read_flow(env, FIRST, LAST, "month", account)
    assert (flow.money_in, flow.money_out, flow.closing) == (50, 20, 130)
    assert [row.net for row in read_flow(env, FIRST, LAST, "week").rows] == [57, 0, 0, -20, -7]


@pytest.mark.rows("FIN-07")
def test_too_many_steps_are_refused(env):
    with pytest.raises(ValidationError, match="shorter"):
        read_flow(env, dt.date(2020, 1, 1), LAST, "day")


@pytest.mark.rows("FIN-27", "FIN-07", "FIN-32")
def test_the_pages_show_and_export_what_is_booked(env, account, client):
    span = f"from={FIRST}&to={LAST}"
    book = client.get(f"/x/crm_finance/book?account={account.id}&{span}")
    assert (book.status_code, "130.00" in book.text) == (200, True)
    flow = client.get(f"/x/crm_finance/cash-flow?step=week&{span}")
    assert (flow.status_code, "30.00" in flow.text) == (200, True)
    sheet = client.get(f"/x/crm_finance/book/export/csv?{span}")
    assert (sheet.status_code, sheet.text.count("LS20")) == (200, 2)
    assert client.get("/x/crm_finance/book?from=soon").status_code == 422
