"""A transfer moves both accounts and the fee, or nothing."""

import datetime as dt
from decimal import Decimal

import pytest

from core.api import AccessDenied, ConflictError, ValidationError

DAY = dt.date(2025, 5, 3)


@pytest.fixture
def accounts(make_account):
    return make_account("ICBC", 100000), make_account("CCB", 20000)


def transfer(env, source, target, amount, **more):
    values = {"from_account": source, "to_account": target, "amount": amount, "date": DAY, **more}
    return env["crm.account.transfer"].create(values)


@pytest.mark.rows("FIN-05", "FIN-06")
def test_a_transfer_moves_both_accounts_and_the_fee(env, accounts):
    source, target = accounts
    made = transfer(env, source, target, 30000, fee=15)
    made.book()
    assert (source.balance, target.balance) == (69985, 50000)
    entries = env["crm.account.entry"].search([["kind", "in", ["transfer", "fee"]]], order="id")
    assert [(each.account.name, each.amount, each.source) for each in entries] == [
        ("ICBC", -30000, made),
        ("CCB", 30000, made),
        ("ICBC", -15, made),
    ]
    made.reverse()
    assert (source.balance, target.balance, made.state) == (100000, 20000, "reversed")
    with pytest.raises(ConflictError):
        made.reverse()


@pytest.mark.rows("FIN-05")
def test_between_currencies_the_rates_of_the_day_or_what_arrived_count(env, make_account, accounts):
    env["crm.currency.rate"].create({"currency": "USD", "date": "2025-05-01", "rate": "7.20"})
    dollars = make_account("BOC", 0, currency="USD")
    made = transfer(env, accounts[0], dollars, 7200)
    assert (made.received, made.rate) == (1000, Decimal("0.138889"))
    made.book()
    transfer(env, dollars, accounts[0], 100, received="718.50").book()
    assert (accounts[0].balance, dollars.balance) == (Decimal("93518.50"), 900)


@pytest.mark.rows("FIN-05")
@pytest.mark.parametrize("values", [{"amount": 0}, {"amount": -1}, {"received": 5}, {"fee": -1}])
def test_a_wrong_transfer_is_refused(env, accounts, values):
    with pytest.raises(ValidationError):
        transfer(env, *accounts, **{"amount": 10, **values})


@pytest.mark.rows("FIN-05")
def test_a_transfer_to_the_same_account_is_refused(env, accounts):
    with pytest.raises(ValidationError, match="different"):
        transfer(env, accounts[0], accounts[0], 10)


@pytest.mark.rows("FIN-05")
def test_a_transfer_that_fails_half_way_leaves_both_balances(env, accounts):
    source, target = accounts
    made = transfer(env, source, target, 30000, fee=15)
    target.update(active=False)
    env.flush()
    with pytest.raises(ConflictError, match="not in use"), env.savepoint():
        made.book()
    assert (source.balance, target.balance, made.state) == (100000, 20000, "draft")
    assert not env["crm.account.entry"].count([["kind", "=", "transfer"]])


@pytest.mark.rows("FIN-01", "FIN-05")
def test_who_transfers_is_cashier_of_both(env, accounts, as_user):
    with as_user("qian", groups=["crm_finance.cashier"]) as qian:
        accounts[0].update(cashiers=[qian.uid])
        env.flush()
        made = transfer(qian, *accounts, 10)
        with pytest.raises(AccessDenied, match="cashiers of CCB"):
            made.book()
