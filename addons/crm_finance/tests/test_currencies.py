"""Rates hold from their day on; documents take the rate of theirs; several currencies can be off."""

import datetime as dt
from decimal import Decimal

import pytest

from addons.crm_finance.services.rates import rate_on, to_base
from core.api import ConflictError, ValidationError, view_for

MAY = dt.date(2025, 5, 1)


@pytest.fixture
def dollar(env):
    """Rates of the US dollar: 7.20 from 2025-05-01, 7.25 from 2025-05-31."""
    for day, rate in (("2025-05-01", "7.20"), ("2025-05-31", "7.25")):
        env["crm.currency.rate"].create({"currency": "USD", "date": day, "rate": rate})


@pytest.mark.rows("FIN-03")
def test_a_rate_holds_from_its_day_on(env, dollar):
    found = [rate_on(env, "USD", dt.date(2025, 5, day)) for day in (1, 30, 31)]
    assert found == [Decimal("7.2"), Decimal("7.2"), Decimal("7.25")]
    assert to_base(env, Decimal("0.35"), "USD", MAY) == Decimal("2.52")
    assert rate_on(env, "CNY", MAY) == 1


@pytest.mark.rows("FIN-03")
def test_a_day_without_rate_is_told(env, dollar):
    with pytest.raises(ValidationError, match="no exchange rate for USD on 2025-04-30"):
        rate_on(env, "USD", dt.date(2025, 4, 30))


@pytest.mark.rows("FIN-03")
@pytest.mark.parametrize(
    "values", [{"date": "2025-05-01", "rate": 7}, {"rate": 0}, {"currency": "XXY"}, {"currency": "CNY"}]
)
def test_a_wrong_rate_is_refused(env, dollar, values):
    with pytest.raises(ValidationError):
        env["crm.currency.rate"].create({"currency": "USD", "date": "2025-06-01", "rate": "7.2", **values})


@pytest.mark.rows("FIN-03")
def test_an_order_takes_the_rate_of_its_day_unless_one_is_entered(env, dollar, create_order):
    lines = [{"name": "Tea", "price": 500}]
    order = create_order(currency="USD", date=MAY, lines=lines)
    assert (order.rate, order.base_amount) == (Decimal("7.2"), Decimal("3600.00"))
    order.update(date="2025-05-31")
    env.flush()
    assert (order.rate, order.base_amount) == (Decimal("7.25"), Decimal("3625.00"))
    order.update(rate="7.3")
    order.update(date="2025-05-02")
    env.flush()
    assert order.rate == Decimal("7.3")
    assert create_order(currency="USD", date=MAY, rate="7.1", lines=lines).rate == Decimal("7.1")
    with pytest.raises(ValidationError, match="EUR"):
        create_order(currency="EUR", date=MAY, lines=lines)


@pytest.mark.rows("FIN-03")
def test_an_account_with_entries_keeps_its_currency(env, dollar, make_account):
    account = make_account("BOC", 1000, currency="USD", opening_date=MAY)
    assert env["crm.account.entry"].search([["account", "=", account.id]])[0].base_amount == Decimal("7200.00")
    with pytest.raises(ConflictError, match="currency"):
        account.update(currency="CNY")
        env.flush()


@pytest.mark.rows("FIN-03")
def test_pages_speak_of_currencies_only_where_they_are_on(env, set_parameter):
    def shown():
        columns = [node.name for node in view_for(env, "crm.account", "list").slot("columns")]
        return "currency" in columns

    assert not shown()
    set_parameter("crm_finance.many_currencies", True)
    assert shown()
