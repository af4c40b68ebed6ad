"""Lists of records, found or related: the same shortcuts, the same order as a search, values by name or as a mapping."""

from __future__ import annotations

import pytest

from core.api import Records
from core.errors import UnknownFieldError
from core.orm.environment import Environment


def test_related_records_have_the_shortcuts_of_a_search(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "A", "orders": [{"discount": 5}, {"discount": 7}], "tags": []})
    tag = env["shop.tag"].create({"name": "t"})
    assert isinstance(customer.orders, Records)
    assert sorted(customer.orders.mapped("discount")) == [5, 7]
    assert customer.orders.filtered([["discount", ">", 5]]).mapped("discount") == [7]
    assert customer.orders.sorted("discount desc").mapped("discount") == [7, 5]
    customer.orders.update(state="done")
    assert customer.order_count == 2
    customer.tags.append(tag)
    env.flush()
    assert tag.customers == [customer]
    env.session.expire_all()
    assert customer.tags.mapped("name") == ["t"]
    customer.orders.delete()
    env.session.expire_all()
    assert customer.orders == []


def test_sorted_follows_the_words_of_order(env: Environment) -> None:
    shop = env["shop.customer"]
    china = env["shop.country"].create({"name": "China"})
    france = env["shop.country"].create({"name": "France"})
    rows = [("A", "X", france), ("B", None, None), ("C", "Y", china), ("D", "X", china)]
    found = shop.create([{"name": name, "city": city, "country": country} for name, city, country in rows])
    for order in ("city desc, name", "city, name desc", "country, id", "country.name desc, name", "name"):
        assert found.sorted(order).mapped("name") == shop.search([], order=order).mapped("name"), order
    assert found.sorted("name", reverse=True).mapped("name") == ["D", "C", "B", "A"]
    with pytest.raises(UnknownFieldError, match="city"):
        found.sorted("citty")


def test_values_are_given_by_name_or_as_a_mapping(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "A"})
    customer.update({"name": "B"}, city="Wuhan")
    assert (customer.name, customer.city) == ("B", "Wuhan")
    env["shop.customer"].search().update({"city": "Xi'an"})
    assert customer.copy({"name": "C"}).city == "Xi'an"


def test_linked_records_can_be_made_along(env: Environment) -> None:
    old = env["shop.tag"].create({"name": "old"})
    customer = env["shop.customer"].create({"name": "A", "tags": [{"name": "new"}, old], "orders": [{}]})
    env.flush()
    env.session.expire_all()
    assert customer.tags.mapped("name") == ["new", "old"]
    customer.update(tags=[{"name": "newer"}, old.id])
    env.flush()
    env.session.expire_all()
    assert customer.tags.mapped("name") == ["newer", "old"]
    assert env["shop.customer"].new({"name": "B", "tags": [{"name": "never"}]}).tags[0].name == "never"
    assert env["shop.tag"].count([["name", "=", "never"]]) == 0


def test_records_found_first_and_ordered_then_are_those_of_the_whole_search(env: Environment) -> None:
    shop = env["shop.customer"]
    country = env["shop.country"].create({"name": "Peru"})
    names = ["delta one", "alpha one", "charlie two", "bravo one"]
    shop.create([{"name": name, "country": country} for name in names])
    domain = [["name", "ilike", "one"], ["country.name", "=", "Peru"]]
    whole = shop.read(domain, ["name", "country.name"], "name", 2, 1)
    assert [row["name"] for row in whole] == ["bravo one", "delta one"]
    assert shop.read(domain, ["name", "country.name"], "name", 2, 1, among=3) == whole
    assert len(shop.read(domain, ["name"], "name", among=2)) == 2
