"""Balances stay exact whatever is posted at once, and in whatever order."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.crm_finance.services.entries import post_entry, reverse_entry
from core.api import CoreError
from core.testing import at_once

DAY = dt.date(2025, 5, 2)
THREADS = 16
CENTS = st.decimals("0.01", "9999.99", places=2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["in", "out", "wait"]), st.integers(0, 1), CENTS),
        st.tuples(st.sampled_from(["confirm", "reject", "reverse"]), st.integers(0, 9), CENTS),
        st.tuples(st.sampled_from(["transfer"]), st.integers(0, 1), CENTS),
    ),
    max_size=12,
)


@pytest.mark.rows("FIN-06", "FIN-05", "FIN-28")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_balance_is_opening_and_all_that_is_booked(env, make_account, booked, steps):
    accounts = [make_account("ICBC", 1000), make_account("CCB", -50)]
    entries = []
    for step, number, amount in steps:
        try:
            with env.savepoint():
                _do(env, accounts, entries, step, number, amount)
        except CoreError:
            # Such as booking what was rejected: refused, and nothing moves.
            continue
    for account in accounts:
        assert account.balance == booked(account)


def _do(env, accounts, entries, step, number, amount):
    if step in ("in", "out", "wait"):
        signed = -amount if step == "out" else amount
        made = post_entry(
            env, account=accounts[number], amount=signed, date=DAY, kind="direct", confirmed=step != "wait"
        )
        entries.append(made)
    elif step == "transfer":
        values = {"from_account": accounts[number], "to_account": accounts[1 - number], "amount": amount, "fee": 1}
        env["crm.account.transfer"].create({**values, "date": DAY}).book()
    elif entries:
        entry = entries[number % len(entries)]
        if step == "reject":
            entry.update(rejection="No")
        {"confirm": entry.confirm, "reject": entry.reject, "reverse": lambda: reverse_entry(entry)}[step]()


@pytest.mark.rows("FIN-05", "FIN-06")
def test_sixteen_who_post_and_transfer_at_once_lose_nothing(own_app):
    def prepare(env):
        made = [env["crm.account"].create({"name": name, "opening_balance": 1000}) for name in ("ICBC", "CCB")]
        for account in made:
            account.open()
        return [account.id for account in made]

    first, second = own_app.run(prepare, user="admin")
    faults = []

    def work(number):
        def attempt(env):
            if number % 2:
                way = (first, second) if number % 4 == 1 else (second, first)
                values = {"from_account": way[0], "to_account": way[1], "amount": "10.01", "fee": "0.5", "date": DAY}
                env["crm.account.transfer"].create(values).book()
            else:
                post_entry(env, account=first, amount="3.33", date=DAY, kind="direct")

        try:
            own_app.run(attempt, user="admin")
        except CoreError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert faults == []
    with own_app.env("admin") as env:
        entries = env["crm.account.entry"].aggregate([], {"amount": "sum"}, by=["account"])
        sums = {row["account"]: row["amount"] for row in entries}
        for number in (first, second):
            assert env["crm.account"].get(number).balance == sums[number]
        # 8 entries of 3.33; 4 transfers each way, each with a fee of 0.50.
        assert sums[first] == Decimal("1000") + 8 * Decimal("3.33") - 4 * Decimal("0.5")
        assert sums[second] == Decimal("998.00")


@pytest.mark.rows("FIN-04")
def test_an_account_is_opened_once_by_two_at_once(own_app):
    def prepare(env):
        return env["crm.account"].create({"name": "ICBC", "opening_balance": 100}).id

    number = own_app.run(prepare, user="admin")
    answers = at_once(own_app, lambda env: env["crm.account"].get(number).open(), people=2)
    assert sorted(answers) == ["conflict", "done"]
    with own_app.env("admin") as env:
        assert env["crm.account"].get(number).balance == 100
