"""How many statements typical calls take; more is a failure."""

from __future__ import annotations

from collections.abc import Callable

from core.orm.environment import Environment


def test_list_of_80_with_three_relations_takes_at_most_three_statements(
    env: Environment, statements: Callable[[], int]
) -> None:
    countries = env["shop.country"].create([{"name": f"c{number}"} for number in range(20)])
    env["shop.customer"].create(
        [{"name": f"n{number}", "owner": 2, "country": countries[number % 20]} for number in range(100)]
    )
    env.session.expunge_all()
    statements()
    rows = env["shop.customer"].read([], ["name", "owner.name", "country.name", "parent.name"], limit=80)
    total = env["shop.customer"].count()
    assert (len(rows), total) == (80, 100)
    assert statements() <= 3


def test_walking_5000_orders_to_their_countries_takes_at_most_15_statements(
    env: Environment, statements: Callable[[], int]
) -> None:
    countries = env["shop.country"].create([{"name": f"c{number}"} for number in range(20)])
    customers = env["shop.customer"].create(
        [{"name": f"n{number}", "country": countries[number % 20]} for number in range(200)]
    )
    table = env.registry["shop.order"].table
    stamp = {"created_at": env.now(), "updated_at": env.now(), "created_by_id": 1, "updated_by_id": 1, "version": 1}
    rows = [
        {"customer_id": customers[number % 200].id, "discount": 0, "state": "draft", "total": 0, **stamp}
        for number in range(5000)
    ]
    env.session.connection().execute(table.insert(), rows)
    env.session.expunge_all()
    statements()
    names = {order.customer.country.name for order in env["shop.order"].search()}
    assert len(names) == 20
    assert statements() <= 15


def test_lines_of_a_thousand_orders_come_in_one_statement(env: Environment, statements: Callable[[], int]) -> None:
    customer = env["shop.customer"].create({"name": "A"})
    env["shop.order"].create([{"customer": customer, "lines": [{"price": 1}]} for _number in range(50)])
    env.session.expunge_all()
    statements()
    assert sum(line.price for order in env["shop.order"].search() for line in order.lines) == 50
    assert statements() == 2


def test_saving_one_record_takes_a_fixed_number_of_statements(env: Environment, statements: Callable[[], int]) -> None:
    customer = env["shop.customer"].create({"name": "A"})
    statements()
    customer.update(city="Beijing")
    env.flush()
    # Savepoint, UPDATE, history, release.
    assert statements() == 4
