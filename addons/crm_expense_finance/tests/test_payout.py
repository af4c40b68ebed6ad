"""A claim that is paid goes out of an account, once, and comes back when the payment is taken back (FIN-31)."""

from decimal import Decimal

import pytest

from core.api import AccessDenied, ValidationError


@pytest.fixture
def claim(env, create_user):
    """An approved claim over 1,150.00 of which 80.00 were refused (F10)."""
    category = env.ref("crm_expense.transport")
    amounts = (("Train", 650), ("Hotel", 500), ("Meals", 80))
    lines = [{"category": category, "name": name, "amount": amount} for name, amount in amounts]
    made = env["crm.expense"].create({"title": "Trip to Suzhou", "owner": create_user(), "lines": lines})
    made.submit()
    made.lines[2].refused = True
    made.approve()
    env.flush()
    return made


@pytest.fixture
def make_account(env):
    """A function that makes an account with its opening balance booked."""

    def make(name="ICBC", **values):
        account = env["crm.account"].create({"name": name, "opening_balance": 100000, **values})
        account.open()
        return account

    return make


@pytest.mark.rows("FIN-31", "EXP-08")
def test_paying_a_claim_books_it_once_and_taking_it_back_reverses_that(env, claim, make_account):
    make_account("Other", sequence=1)
    account = make_account(sequence=0)
    claim.pay()
    env.flush()
    entry = claim.entry
    assert (claim.account, account.balance) == (account, Decimal("98850.00"))
    assert (entry.kind, entry.money_out, entry.state, entry.source) == (
        "expense",
        Decimal("1150.00"),
        "confirmed",
        claim,
    )
    assert (entry.note, entry.owner) == ("Trip to Suzhou", claim.owner)
    claim.unpay()
    env.flush()
    assert (account.balance, entry.state, claim.entry, claim.state) == (100000, "reversed", None, "approved")
    claim.pay()
    assert account.balance == Decimal("98850.00")


@pytest.mark.rows("FIN-31")
def test_a_claim_is_paid_only_from_an_account_in_our_currency_and_by_its_cashier(env, as_user, claim, make_account):
    with pytest.raises(ValidationError, match="From which account"), env.savepoint():
        claim.pay()
    env["core.parameter"].search([["key", "=", "crm_finance.many_currencies"]])[0].update(value=True)
    env["crm.currency.rate"].create({"currency": "USD", "date": "2020-01-01", "rate": "7.20"})
    dollars = make_account("Dollars", currency="USD")
    claim.update(account=dollars)
    with pytest.raises(ValidationError, match="kept in USD"), env.savepoint():
        claim.pay()
    claim.update(account=make_account())
    env.flush()
    with as_user("qian", groups=["crm_finance.cashier"]) as qian, pytest.raises(AccessDenied):
        qian["crm.expense"].get(claim.id).pay()
