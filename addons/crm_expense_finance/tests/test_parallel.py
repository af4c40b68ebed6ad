"""Two cashiers pay one claim at once, sixteen times over, each out of an account of their own: one does, and the others are told (FIN-31)."""

import itertools

import pytest

from core.testing import at_once

CASHIERS = ("qian", "sun")


def _prepare(env):
    """Make two cashiers, each with an account in which 10,000.00 lie; return the id of an approved claim over 1,150.00 of somebody else."""
    groups = [env.ref("crm_finance.cashier")]
    for login in CASHIERS:
        values = {"name": login, "login": login, "groups": groups}
        account = {
            "name": f"Account of {login}",
            "opening_balance": 10000,
            "cashiers": [env["core.user"].create(values)],
        }
        env["crm.account"].create(account).open()
    owner = env["core.user"].create({"name": "Wu", "login": "wu"})
    lines = [{"category": env.ref("crm_expense.transport"), "name": "Train", "amount": 1150}]
    claim = env["crm.expense"].create({"title": "Trip to Suzhou", "owner": owner, "lines": lines})
    claim.submit()
    claim.approve()
    return claim.id


def _told(app, verb, number):
    """Let both do it, over and over and at once; return how many did it, and what the others were told."""
    turns = itertools.cycle(CASHIERS)

    def act(env):
        with env.as_user(next(turns)) as cashier:
            getattr(cashier["crm.expense"].get(number), verb)()

    told = at_once(app, act)
    return told.count("done"), {code.split(".")[0] for code in told if code != "done"}


@pytest.mark.rows("FIN-31", "EXP-08", "FIN-05")
def test_a_claim_that_two_cashiers_pay_at_once_is_charged_once(own_app):
    number = own_app.run(_prepare, user="admin")

    def booked(env):
        entries = env["crm.account.entry"].search([["kind", "=", "expense"]], order="id")
        accounts = env["crm.account"].search([])
        assert all(each.balance == 10000 + sum(e.amount for e in entries if e.account == each) for each in accounts)
        return [entry.amount for entry in entries]

    assert _told(own_app, "pay", number) == (1, {"conflict"})
    with own_app.env("admin") as env:
        claim = env["crm.expense"].get(number)
        assert (claim.state, claim.entry.account, claim.entry.amount) == ("paid", claim.account, -1150)
        assert booked(env) == [-1150]
        payer = claim.entry.booked_by.login
    # Only a cashier of that account takes it back.
    done, told = _told(own_app, "unpay", number)
    assert (done, told <= {"conflict", "access"}, payer in CASHIERS) == (1, True, True)
    with own_app.env("admin") as env:
        claim = env["crm.expense"].get(number)
        assert (claim.state, claim.entry, booked(env)) == ("approved", None, [-1150, 1150])
