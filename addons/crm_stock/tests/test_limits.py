"""Limits warn the keeper, and what was asked for beyond what is there is told (STOCK-11, STOCK-12)."""

import pytest

from addons.crm_stock.services.limits import needs
from addons.crm_stock.services.requests import StockLine, available, request_issue
from addons.crm_stock.services.shortages import shortages
from core.api import AccessDenied, ValidationError


@pytest.fixture
def keeper(env, as_user, warehouse):
    """A keeper of the warehouse."""
    keeper = as_user("feng", groups=["crm_stock.keeper"])
    warehouse.update(keepers=[keeper.uid])
    env.flush()
    return keeper


def ask(env, product, quantity):
    return request_issue(env, reason="sale", lines=[StockLine(product, None, quantity)])


@pytest.mark.rows("STOCK-11")
def test_what_is_missing_is_told_to_who_asked_last(env, printer, post):
    post("opening", printer, 30)
    first, second = ask(env, printer, 62), ask(env, printer, 8)
    assert [each.missing for each in (*shortages(first), *shortages(second))] == [32, 8]
    assert available(env, [printer]) == {printer.id: -40}
    post("in", printer, 40)
    assert (shortages(first), shortages(second)) == ([], [])


@pytest.mark.rows("STOCK-12")
def test_crossing_a_limit_warns_the_keeper_once(env, keeper, warehouse, printer, post):
    post("opening", printer, 30)
    limit = env["crm.stock.limit"].create({"product": printer, "warehouse": warehouse, "lower": 20, "upper": 50})
    messages = env["core.notification"]
    assert (limit.state, limit.available, messages.count([["user", "=", keeper.uid]])) == ("within", 30, 0)
    ask(env, printer, 11)
    assert (limit.state, limit.available, limit.to_buy) == ("below", 19, 31)
    post("out", printer, 1)
    assert (limit.available, messages.count([["user", "=", keeper.uid]])) == (18, 1)
    assert [(each.product, each.quantity) for each in needs(env, warehouse)] == [(printer, 32)]
    post("in", printer, 40)
    assert (limit.state, messages.count([["user", "=", keeper.uid]])) == ("above", 2)


@pytest.mark.rows("STOCK-12")
@pytest.mark.parametrize("values", [{}, {"lower": 5, "upper": 4}])
def test_a_limit_makes_sense(env, warehouse, printer, values):
    with pytest.raises(ValidationError, match="limit"):
        env["crm.stock.limit"].create({"product": printer, "warehouse": warehouse, **values})


@pytest.mark.rows("STOCK-02", "STOCK-12")
def test_a_keeper_sees_and_sets_the_limits_of_their_own_warehouse(
    env, keeper, printer, warehouse, create_warehouse, create_product
):
    other = create_warehouse(name="Shop", code="B")
    env["crm.stock.limit"].create({"product": printer, "warehouse": other, "lower": 1})
    values = {"product": create_product(name="TN-20").id, "upper": 3}
    assert keeper["crm.stock.limit"].count() == 0
    with pytest.raises(AccessDenied), keeper.savepoint():
        keeper["crm.stock.limit"].create({**values, "warehouse": other.id})
    assert keeper["crm.stock.limit"].create({**values, "warehouse": warehouse.id}).state == "within"
