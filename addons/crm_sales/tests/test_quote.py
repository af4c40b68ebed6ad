"""Quotes are made, approved, sent, accepted, replaced by later versions, and become contracts."""

import datetime as dt
from decimal import Decimal

import pytest

from addons.crm_sales.services.expire_quotes import expire_quotes
from core.api import ConflictError, ValidationError

F1 = [{"name": "LP-200", "quantity": 10, "price": 880}, {"name": "TN-20", "quantity": 20, "price": 180}]
"""Lines of the quote of flow F1."""


@pytest.fixture
def quote(create_quote):
    return create_quote(lines=F1)


@pytest.mark.rows("SALE-24")
def test_a_quote_adds_up_its_lines_after_discount(create_quote):
    assert create_quote(lines=F1).amount == Decimal("12400.00")
    lines = [{"name": "Tea", "quantity": 3, "price": "35.55", "discount": "12.5"}]
    assert create_quote(lines=lines).amount == Decimal("93.32")


@pytest.mark.rows("SALE-24")
def test_a_quote_in_another_currency_knows_its_amount_in_the_base_currency(create_quote):
    quote = create_quote(currency="USD", rate="7.2", lines=[{"name": "LP-200", "quantity": 1, "price": "124.99"}])
    assert (quote.amount, quote.base_amount) == (Decimal("124.99"), Decimal("899.93"))


@pytest.mark.rows("SALE-24")
@pytest.mark.parametrize("change", [{"rate": 0}, {"rate": -1}, {"currency": "usd"}, {"currency": "EURO"}])
def test_a_wrong_currency_or_rate_is_refused(quote, change):
    with pytest.raises(ValidationError):
        quote.update(change)
        quote.env.flush()


@pytest.mark.rows("SALE-24")
@pytest.mark.parametrize(
    "line", [{"quantity": 0}, {"quantity": -1}, {"price": -1}, {"discount": 101}, {"discount": -1}]
)
def test_a_wrong_line_is_refused_and_nothing_is_saved(create_quote, env, line):
    before = env["crm.quote"].count()
    with pytest.raises(ValidationError), env.savepoint():
        create_quote(lines=[{"name": "Tea", "price": 5, **line}])
    assert env["crm.quote"].count() == before


@pytest.mark.rows("SALE-24")
def test_a_contact_of_another_customer_is_refused(quote, create_contact):
    with pytest.raises(ValidationError, match="no contact"):
        quote.update(contact=create_contact())


@pytest.mark.rows("SALE-24", "SALE-27")
def test_a_quote_is_sent_only_once_it_is_approved(quote, clock):
    with pytest.raises(ConflictError):
        quote.send()
    quote.submit()
    assert quote.state == "approved"
    quote.send()
    assert (quote.state, quote.sent_date) == ("sent", clock.today)
    quote.accept()
    assert quote.state == "accepted"


@pytest.mark.rows("SALE-24")
def test_a_quote_without_lines_is_not_submitted(create_quote):
    with pytest.raises(ValidationError, match="without lines"):
        create_quote().submit()


@pytest.mark.rows("SALE-24")
def test_quotes_expire_after_their_last_day(create_quote, env, clock):
    clock.set("2025-03-01")
    quotes = [create_quote(lines=F1) for _number in range(3)]
    assert quotes[0].valid_until == dt.date(2025, 3, 31)
    quotes[0].submit()
    quotes[1].submit()
    quotes[1].update(valid_until=None)
    clock.set("2025-03-31")
    assert expire_quotes(env) == 0
    clock.set("2025-04-01")
    assert expire_quotes(env) == 1
    assert [quote.state for quote in quotes] == ["expired", "approved", "draft"]


@pytest.mark.rows("SALE-25")
def test_a_copy_of_a_quote_is_a_draft_with_the_same_lines_and_a_new_number(quote, clock):
    quote.submit()
    copied = quote.copy()
    assert (copied.state, copied.amount, copied.date) == ("draft", quote.amount, clock.today)
    assert copied.number != quote.number
    assert [line.name for line in copied.lines] == ["LP-200", "TN-20"]


@pytest.mark.rows("SALE-25")
def test_a_new_version_takes_the_place_of_a_sent_quote_which_stays_readable(quote):
    quote.submit()
    quote.send()
    second = quote.revise()
    second.lines[0].price = 870
    assert (second.number, second.revision, second.state) == (f"{quote.number}-2", 2, "draft")
    assert (quote.amount, quote.state, quote.is_current) == (Decimal("12400.00"), "sent", False)
    third = second.revise()
    assert third.number == f"{quote.number}-3"
    with pytest.raises(ConflictError, match="replaced"):
        quote.accept()
    with pytest.raises(ConflictError, match="replaced"):
        quote.make_contract()
    with pytest.raises(ConflictError, match="replaced"):
        quote.revise()


@pytest.mark.rows("SALE-25")
def test_a_sent_quote_is_changed_only_by_a_new_version(quote):
    quote.submit()
    quote.send()
    with pytest.raises(ConflictError, match="new version"):
        quote.lines[0].update(price=1)
        quote.env.flush()


@pytest.mark.rows("SALE-30")
def test_an_accepted_quote_becomes_a_contract_with_its_lines_and_terms(quote, clock):
    clock.set("2025-01-08")
    quote.update(terms="30 days", title="Printers")
    with pytest.raises(ConflictError, match="approved"):
        quote.make_contract()
    quote.submit()
    contract = quote.make_contract()
    assert contract.number == "HT20250108-001"
    assert (contract.kind, contract.state, contract.amount) == ("contract", "draft", Decimal("12400.00"))
    assert [(line.name, line.quantity, line.price) for line in contract.lines] == [
        ("LP-200", 10, 880),
        ("TN-20", 20, 180),
    ]
    assert (contract.terms, contract.title, contract.customer) == ("30 days", "Printers", quote.customer)
    assert (quote.state, contract.quote) == ("accepted", quote)


@pytest.mark.rows("SALE-30")
def test_a_second_contract_is_made_only_after_the_first_was_cancelled(quote):
    quote.submit()
    first = quote.make_contract()
    with pytest.raises(ConflictError, match=first.number):
        quote.make_contract()
    first.cancel()
    assert quote.make_contract().number != first.number


@pytest.mark.rows("SALE-24")
def test_salespeople_keep_their_own_quotes_and_managers_all(as_user):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "Huaxing"})
        quote = li["crm.quote"].create({"customer": customer, "lines": F1})
        quote.submit()
        quote.revise()
        assert li["crm.quote"].count() == 2
    assert as_user("zhang", groups=["crm_base.salesperson"])["crm.quote"].count() == 0
    assert as_user("wang", groups=["crm_base.manager"])["crm.quote"].count() == 2
