"""What tests of finance need again and again."""

from decimal import Decimal

import pytest


@pytest.fixture
def make_account(env):
    """A function that makes an account with its opening balance booked."""

    def make(name="ICBC", opening=0, **values):
        account = env["crm.account"].create({"name": name, "opening_balance": opening, **values})
        account.open()
        return account

    return make


@pytest.fixture
def booked(env):
    """A function that sums up what is booked in an account."""

    def total(account):
        domain = [["account", "=", account.id], ["booked", "=", True]]
        return env["crm.account.entry"].aggregate(domain, {"amount": "sum"})[0]["amount"] or Decimal(0)

    return total


@pytest.fixture
def bank(make_account):
    """An account in base currency."""
    return make_account()


@pytest.fixture
def sell(create_order, bank):
    """A function that makes an effective contract over an amount, due on a day if one is given."""

    def make(amount, customer=None, due=None, **values):
        plans = [{"date": due, "percent": 100}] if due else []
        given = {"customer": customer} if customer else {}
        order = create_order(lines=[{"name": "Printers", "price": amount}], plans=plans, **given, **values)
        order.confirm()
        return order

    return make


@pytest.fixture
def receive(env, bank):
    """A function that enters a receipt of a customer or for an order, and confirms it."""

    def make(of, amount, **values):
        key = "order" if of._info.name == "crm.order" else "customer"
        receipt = env["crm.receipt"].create({key: of.id, "amount": amount, **values})
        receipt.confirm()
        return receipt

    return make
