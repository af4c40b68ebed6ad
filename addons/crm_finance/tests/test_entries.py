"""Entries move balances once they are booked; what is booked stays."""

import datetime as dt
from decimal import Decimal

import pytest

from addons.crm_finance.services.entries import post_entry, reverse_entry
from core.api import AccessDenied, ConflictError, ValidationError

DAY = dt.date(2025, 5, 2)


def pay(env, account, amount, **more):
    return post_entry(env, account=account, amount=amount, date=DAY, kind="direct", **more)


@pytest.mark.rows("FIN-04", "FIN-06")
def test_money_in_and_out_moves_the_balance(env, make_account, booked):
    account = make_account(opening=100)
    entry = pay(env, account, 50000, category="capital", note="Capital")
    pay(env, account, Decimal("-560.55"))
    assert account.balance == booked(account) == Decimal("49539.45")
    assert (entry.money_in, entry.money_out, entry.amount, entry.state) == (50000, 0, 50000, "confirmed")


@pytest.mark.rows("FIN-04")
def test_the_opening_balance_is_booked_once(make_account):
    account = make_account(opening=100)
    with pytest.raises(ConflictError, match="booked already"):
        account.open()
    assert account.balance == 100


@pytest.mark.rows("FIN-28")
def test_a_waiting_entry_counts_once_it_is_booked(env, make_account):
    account = make_account()
    entry = pay(env, account, 3720, confirmed=False)
    assert (account.balance, entry.booked) == (0, False)
    entry.confirm()
    assert (account.balance, entry.booked) == (3720, True)
    with pytest.raises(ConflictError):
        entry.confirm()
    assert account.balance == 3720


@pytest.mark.rows("FIN-28")
def test_rejecting_needs_a_reason_and_moves_nothing(env, make_account):
    account = make_account()
    entry = pay(env, account, -560, confirmed=False)
    with pytest.raises(ValidationError, match="why"):
        entry.reject()
    entry.update(rejection="No receipt")
    entry.reject()
    assert (entry.state, account.balance) == ("rejected", 0)
    with pytest.raises(ConflictError):
        entry.confirm()


@pytest.mark.rows("FIN-27")
def test_an_audited_entry_is_not_changed_only_reversed(env, make_account):
    account = make_account()
    entry = pay(env, account, 3720, note="Before")
    entry.update(note="Corrected")
    entry.audit()
    with pytest.raises(ConflictError, match="audited"), env.savepoint():
        entry.update(note="Again")
        env.flush()
    opposite = reverse_entry(entry)
    assert (opposite.money_in, opposite.amount, opposite.reverses) == (-3720, -3720, entry)
    assert (entry.state, account.balance) == ("reversed", 0)
    with pytest.raises(ConflictError):
        reverse_entry(entry)


@pytest.mark.rows("FIN-27")
@pytest.mark.parametrize("values", [{"money_in": 1}, {"date": "2025-05-03"}])
def test_a_booked_entry_keeps_day_and_amount(env, make_account, values):
    entry = pay(env, make_account(), 10)
    with pytest.raises(ConflictError, match="booked"):
        entry.update(**values)
        env.flush()


@pytest.mark.rows("FIN-27")
def test_a_booked_entry_is_not_deleted(env, make_account):
    entry = pay(env, make_account(), 10)
    with pytest.raises(ConflictError, match="deleted"):
        entry.delete()


@pytest.mark.rows("FIN-04")
@pytest.mark.parametrize("values", [{}, {"money_in": 1, "money_out": 1}, {"money_in": -1}])
def test_an_entry_has_one_amount_above_zero(env, make_account, values):
    with pytest.raises(ValidationError):
        env["crm.account.entry"].create({"account": make_account(), **values})


@pytest.mark.rows("FIN-01")
def test_only_its_cashiers_post_to_an_account_and_see_it(env, make_account, as_user):
    with as_user("qian", groups=["crm_finance.cashier"]) as qian:
        mine = make_account("CCB", cashiers=[qian.uid])
        other = make_account("ICBC")
        pay(qian, mine.id, 10)
        with pytest.raises(AccessDenied, match="cashiers of ICBC"):
            pay(qian, other.id, 10)
        assert [row["name"] for row in qian["crm.account"].read([], ["name"])] == ["CCB"]
        assert qian["crm.account.entry"].count([]) == 1
    assert (mine.balance, other.balance) == (10, 0)


@pytest.mark.rows("FIN-28", "FIN-01")
def test_what_a_salesperson_enters_waits_until_a_cashier_chooses_the_account_and_books_it(env, make_account, as_user):
    with as_user("lin", groups=["crm_base.salesperson"]) as lin:
        spent = lin["crm.account.entry"].create({"money_out": 260, "note": "Courier"})
        lin.flush()
        number = spent.id
        # Accounts stay with finance: neither the list of them nor the field is there for others.
        assert not lin.guard.may(lin, lin.registry["crm.account"], "read")
        assert "account" in lin.hidden_fields(lin.registry["crm.account.entry"], "update")
    with as_user("qian", groups=["crm_finance.cashier"]) as qian:
        mine, other = make_account("CCB", cashiers=[qian.uid]), make_account("ICBC")
        entry = qian["crm.account.entry"].get(number)
        with pytest.raises(ValidationError, match="Choose the account"), qian.savepoint():
            entry.confirm()
        entry.update(account=mine.id)
        entry.confirm()
        qian.flush()
        assert (entry.state, entry.base_out, entry.currency) == ("confirmed", 260, mine.currency)
    assert (mine.balance, other.balance) == (-260, 0)
