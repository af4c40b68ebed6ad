"""Creating, reading, changing and finding records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from core.errors import (
    AccessDenied,
    ConflictError,
    CoreError,
    DomainError,
    MissingRecord,
    UnknownFieldError,
    UnknownModelError,
    ValidationError,
)
from core.orm.environment import Environment

NOON = dt.datetime(2026, 7, 31, 4, 0, tzinfo=dt.UTC)


def test_record_gets_id_stamps_defaults_and_version(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "Huaxing"})
    assert customer.id and customer.version == 1
    assert (customer.created_at, customer.updated_at, customer.created_by.id) == (NOON, NOON, 1)
    assert (customer.city, customer.level, customer.active, customer.points) == ("Shanghai", "normal", True, 0)
    assert customer.since == dt.date(2026, 7, 31)
    assert customer.display_name == "Huaxing"


def test_update_counts_the_version_and_refuses_an_old_one(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "Huaxing"})
    customer.update(city="Beijing", version=1)
    env.flush()
    assert customer.version == 2
    with pytest.raises(ConflictError) as caught:
        customer.update(city="Nanjing", version=1)
    assert caught.value.code == "conflict.version"
    assert customer.city == "Beijing"


def test_nested_lines_are_created_changed_and_deleted_by_one_update(env: Environment) -> None:
    order = env["shop.order"].create(
        {
            "customer": {"name": "x"}["name"] and env["shop.customer"].create({"name": "A"}),
            "lines": [{"price": 10}, {"price": 5}],
        }
    )
    first, second = order.lines
    order.update(lines=[{"id": first.id, "price": 20}, {"product": "new", "price": 1}])
    env.flush()
    assert [(line.product, line.price) for line in order.lines] == [
        ("thing", Decimal("20.00")),
        ("new", Decimal("1.00")),
    ]
    assert env["shop.line"].count([["id", "=", second.id]]) == 0
    assert order.total == Decimal("21.00")


def test_many2many_holds_what_it_was_given_and_shows_from_both_sides(env: Environment) -> None:
    red, blue = env["shop.tag"].create([{"name": "red"}, {"name": "blue"}])
    customer = env["shop.customer"].create({"name": "A", "tags": [red, blue.id]})
    assert [tag.name for tag in customer.tags] == ["red", "blue"]
    customer.update(tags=[blue])
    env.flush()
    assert [item.name for item in blue.customers] == ["A"] and not red.customers


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "x" * 256}, "name"),
        ({"name": 5}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"level": "vipp"}, "level"),
        ({"active": "yes"}, "active"),
        ({"country": 99999}, "country"),
        ({"country": "1"}, "country"),
        ({"country": 2**70}, "country"),
        ({"data": float("nan")}, "data"),
        ({"data": {1, 2}}, "data"),
        ({"since": "2026-02-30"}, "since"),
        ({"since": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "since"),
        ({"seen_at": dt.datetime(2026, 1, 1)}, "seen_at"),
        ({"tags": [99999]}, None),
        ({"tags": 5}, "tags"),
        ({"orders": [{"discount": "NaN"}]}, None),
        ({"points": 2**63}, "points"),
        ({"points": 1.5}, "points"),
        ({"points": True}, "points"),
        ({"total": 5}, "total"),
        ({"id": 5}, None),
        ({"created_at": NOON}, "created_at"),
        ({"anything": {"model": "shop.tag"}}, "anything"),
    ],
)
def test_wrong_value_is_refused_at_its_field_and_leaves_nothing(
    env: Environment, values: dict[str, object], field: str | None
) -> None:
    with pytest.raises(CoreError) as caught:
        env["shop.customer"].create({"name": "ok", **values})
    if field:
        assert caught.value.where.field == field
    assert env["shop.customer"].count() == 0
    assert env["shop.customer"].create({"name": "still works"}).id


def test_all_wrong_values_are_told_at_once(env: Environment) -> None:
    with pytest.raises(ValidationError) as caught:
        env["shop.customer"].create({"name": 1, "level": "x", "active": 2})
    assert {fault.where.field for fault in caught.value.faults} == {"name", "level", "active"}


def test_unknown_names_propose_the_nearest(env: Environment) -> None:
    with pytest.raises(UnknownFieldError, match="name"):
        env["shop.customer"].create({"nane": "x"})
    with pytest.raises(UnknownModelError, match=r"shop\.customer"):
        env["shop.custmer"]
    with pytest.raises(UnknownFieldError, match="city"):
        env["shop.customer"].search([["citi", "=", "x"]])
    with pytest.raises(DomainError, match="ilike"):
        env["shop.customer"].search([["city", "ilik", "x"]])
    with pytest.raises(UnknownFieldError):
        env["shop.customer"].search(order="citi")
    with pytest.raises(UnknownFieldError):
        env["shop.customer"].read(fields=["orders.totl"])


def test_failed_save_leaves_the_environment_usable_and_the_record_as_it_was(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "A", "orders": [{}]})
    with pytest.raises(ValidationError):
        customer.update(name="forbidden")
    assert customer.name == "A" and len(customer.orders) == 1
    with pytest.raises(ValidationError):
        env["shop.customer"].create({"name": "A"})
    customer.update(city="Beijing")
    env.flush()
    assert env["shop.customer"].read([], ["name", "city"]) == [{"id": customer.id, "name": "A", "city": "Beijing"}]


def test_unique_over_several_fields_counts_living_records_only(env: Environment) -> None:
    first = env["shop.customer"].create({"name": "A", "city": "X"})
    env["shop.customer"].create({"name": "A", "city": "Y"})
    with pytest.raises(ValidationError) as caught:
        env["shop.customer"].create({"name": "A", "city": "X"})
    assert caught.value.code == "validation.unique"
    first.delete()
    assert env["shop.customer"].create({"name": "A", "city": "X"}).id != first.__dict__.get("id")


def test_named_check_holds_in_python(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "A"})
    with pytest.raises(ValidationError) as caught:
        env["shop.order"].create({"customer": customer, "discount": 100})
    assert caught.value.code == "validation.check.discount_below_hundred"


def test_missing_record_and_wrong_ids(env: Environment) -> None:
    for number in (12345, -1, 0, 2**62):
        with pytest.raises(MissingRecord):
            env["shop.customer"].get(number)
    for wrong in ("1", True, 1.0, None):
        with pytest.raises(CoreError):
            env["shop.customer"].get(wrong)  # type: ignore[call-overload]  # wrong on purpose
    with pytest.raises(MissingRecord):
        env["shop.customer"].get(2**80)


def test_ten_thousand_ids_are_looked_up(env: Environment) -> None:
    env["shop.tag"].create([{"name": f"t{number}"} for number in range(30)])
    assert env["shop.tag"].count([["id", "in", list(range(-5000, 5000))]]) == 30
    with pytest.raises(MissingRecord):
        env["shop.tag"].get(range(1, 10_000))


def test_domain_nested_a_thousand_deep_is_refused(env: Environment) -> None:
    domain: object = ["name", "=", "x"]
    for _level in range(1000):
        domain = {"not": domain}
    with pytest.raises(DomainError, match="deep"):
        env["shop.customer"].search(domain)


def test_extension_runs_through_super_and_extends_the_selection(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "A", "level": "gold"})
    assert customer.promote() == "promoted with points"
    assert (customer.level, customer.points) == ("vip", 10)
    assert list(env.registry["shop.customer"].fields["level"].options) == ["normal", "vip", "gold"]
    assert env.registry["shop.customer"].table.c.points.nullable


@pytest.mark.rows("CORE-49")
def test_translated_field_keeps_one_value_per_language(env: Environment) -> None:
    china = env["shop.country"].create({"name": "China", "code": "CN"})
    env._lang = "zh_CN"
    china.update(name="中国")
    env.flush()
    assert china.name == "中国"
    assert env["shop.country"].read([["name", "=", "中国"]], ["name"])[0]["name"] == "中国"
    env._lang = "en"
    assert china.name == "China"
    assert env["shop.country"].count([["name", "=", "China"]]) == 1


def test_who_has_no_text_in_the_own_form_of_a_language_reads_the_related_one(env: Environment) -> None:
    china = env["shop.country"].create({"name": "China", "code": "CN"})
    france = env["shop.country"].create({"name": "France", "code": "FR"})
    for lang, name in (("zh_CN", "中国"), ("zh_TW", "中國")):
        env._lang = lang
        china.update(name=name)
    env._lang = "zh_CN"
    france.update(name="法国")
    env.flush()
    for lang, names in (("zh_TW", ["中國", "法国"]), ("zh_CN", ["中国", "法国"]), ("en", ["China", "France"])):
        env._lang = lang
        assert [china.name, france.name] == names
        rows = env["shop.country"].read([["code", "in", ["CN", "FR"]]], ["name"], order="code")
        assert [row["name"] for row in rows] == names


def test_reference_follows_a_record_of_any_model(env: Environment) -> None:
    tag = env["shop.tag"].create({"name": "t"})
    customer = env["shop.customer"].create({"name": "A", "anything": tag})
    env.flush()
    assert customer.anything is tag
    assert env["shop.customer"].count([["anything", "=", tag]]) == 1
    customer.update(anything=f"shop.customer,{customer.id}")
    assert customer.anything is customer


def test_html_is_sanitised(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "A", "notes": "<b>x</b><script>alert(1)</script>"})
    assert customer.notes == "<b>x</b>"


def test_aggregate_groups_by_field_and_period(env: Environment) -> None:
    for name, city, day in (("A", "X", "2026-01-31"), ("B", "X", "2026-02-01"), ("C", "Y", "2026-02-28")):
        env["shop.customer"].create({"name": name, "city": city, "since": day, "points": 5})
    rows = env["shop.customer"].aggregate([], {"points": "sum", "id": "count"}, by=["city"])
    assert rows == [{"city": "X", "points": 10, "id": 2}, {"city": "Y", "points": 5, "id": 1}]
    months = env["shop.customer"].aggregate([], {"id": "count"}, by=["since:month"])
    assert months == [{"since:month": dt.date(2026, 1, 1), "id": 1}, {"since:month": dt.date(2026, 2, 1), "id": 2}]
    for period, first in (
        ("week", dt.date(2026, 1, 26)),
        ("quarter", dt.date(2026, 1, 1)),
        ("year", dt.date(2026, 1, 1)),
        ("day", dt.date(2026, 1, 31)),
    ):
        assert env["shop.customer"].aggregate([], by=[f"since:{period}"])[0][f"since:{period}"] == first
    assert env["shop.customer"].aggregate([["city", "=", "Z"]], {"points": "sum", "id": "count"}) == [
        {"points": 0, "id": 0}
    ]
    exact = env["shop.order"].aggregate([], {"total": ["sum", "avg", "max"]})
    assert exact == [{"total:sum": Decimal("0.00"), "total:avg": None, "total:max": None}]


def test_aggregate_by_month_of_an_instant_uses_the_time_zone(env: Environment) -> None:
    env["shop.customer"].create({"name": "A", "seen_at": dt.datetime(2026, 1, 31, 20, 0, tzinfo=dt.UTC)})
    rows = env["shop.customer"].aggregate([], by=["seen_at:month"])
    assert rows == [{"seen_at:month": dt.date(2026, 2, 1), "id": 1}]


def test_read_gives_plain_values_of_just_the_fields_asked_for(env: Environment) -> None:
    country = env["shop.country"].create({"name": "China", "code": "CN"})
    customer = env["shop.customer"].create(
        {"name": "A", "country": country, "orders": [{"lines": [{"price": "1.005"}]}]}
    )
    row = env["shop.customer"].read(
        [], ["name", "country", "country.name", "initial", "orders", "orders.total", "country_name"]
    )[0]
    assert row == {
        "id": customer.id,
        "name": "A",
        "country": country.id,
        "country.name": "China",
        "initial": "A",
        "orders": [customer.orders[0].id],
        "orders.total": [Decimal("1.01")],
        "country_name": "China",
    }


def test_records_can_be_mapped_filtered_and_sorted(env: Environment) -> None:
    customers = env["shop.customer"].create(
        [{"name": name, "city": city} for name, city in (("B", "X"), ("A", "Y"), ("C", None))]
    )
    assert customers.mapped("name") == ["B", "A", "C"]
    assert customers.filtered([["city", "=", "X"]]).mapped("name") == ["B"]
    assert customers.filtered("city").mapped("name") == ["B", "A"]
    assert customers.sorted("city").mapped("name") == ["B", "A", "C"]
    assert customers.sorted(lambda record: record.name).mapped("name") == ["A", "B", "C"]
    customers.update(level="vip")
    assert env["shop.customer"].count([["level", "=", "vip"]]) == 3


def test_record_can_not_stand_below_itself(env: Environment) -> None:
    top = env["shop.customer"].create({"name": "top"})
    low = env["shop.customer"].create(
        {"name": "low", "parent": env["shop.customer"].create({"name": "mid", "parent": top})}
    )
    for parent in (top, low):
        with pytest.raises(ValidationError) as caught:
            top.update(parent=parent)
            env.flush()
        assert caught.value.code == "validation.loop"
    assert top.parent is None


def test_lines_of_a_new_record_keep_the_records_they_name(env: Environment) -> None:
    country = env["shop.country"].create({"name": "China", "code": "CN"})
    above = env["shop.customer"].create(
        {
            "name": "Head",
            "children": [
                {"name": "Part", "country": country, "children": [{"name": "Shop", "country_id": country.id}]}
            ],
        }
    )
    rows = env["shop.customer"].read([["country.code", "=", "CN"]], ["name", "parent.name"])
    assert [(row["name"], row["parent.name"]) for row in rows] == [("Part", "Head"), ("Shop", "Part")]
    assert above.children[0].country is country


def test_copy_takes_lines_and_leaves_unique_and_computed_values(env: Environment) -> None:
    order = env["shop.order"].create(
        {"customer": env["shop.customer"].create({"name": "A"}), "lines": [{"price": 3}], "discount": 10}
    )
    copied = order.copy(discount=0)
    assert (copied.total, len(copied.lines), copied.customer) == (Decimal("3.00"), 1, order.customer)
    assert copied.lines[0] is not order.lines[0]


@pytest.mark.rows("CORE-69")
def test_history_tells_old_and_new_value_of_tracked_fields(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "A"})
    customer.update(name="B", city="Beijing")
    env.flush()
    rows = env["core.history"].read(
        [["model", "=", "shop.customer"]], ["operation", "field", "old", "new", "user"], order="id"
    )
    assert [(row["operation"], row["field"], row["old"], row["new"]) for row in rows] == [
        ("created", None, None, None),
        ("updated", "name", '"A"', '"B"'),
        ("updated", "city", '"Shanghai"', '"Beijing"'),
    ]


def test_transition_checks_state_runs_the_body_and_is_noted(env: Environment) -> None:
    order = env["shop.order"].create({"customer": env["shop.customer"].create({"name": "A"})})
    with pytest.raises(ValidationError):
        order.confirm()
    assert order.state == "draft"
    order.update(lines=[{"price": 1}])
    order.confirm()
    assert (order.state, order.confirmed_on) == ("done", dt.date(2026, 7, 31))
    with pytest.raises(ConflictError) as caught:
        order.confirm()
    assert caught.value.code == "conflict.state"
    noted = env["core.history"].search([["operation", "=", "transition"]])
    assert noted.mapped("new") == ['"done"']


def test_environment_of_another_user_shares_the_transaction(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "A"})
    other = env.as_user("li")
    same = other["shop.customer"].get(customer.id)
    assert same.env is other and other.uid == 2
    same.update(city="Beijing")
    other.flush()
    assert customer.city == "Beijing"
    order = other["shop.order"].create({"customer": customer})
    assert order.customer is same
    assert isinstance(AccessDenied("x"), CoreError)


def test_names_of_references_are_read_with_a_statement_for_each_model(
    env: Environment, statements: Callable[[], int]
) -> None:
    tags = env["shop.tag"].create([{"name": f"T{number}"} for number in range(5)])
    customers = [env["shop.customer"].create({"name": f"C{tag.id}", "anything": tag}) for tag in tags]
    ids = [each.id for each in customers]
    customers[0].update(anything=customers[1])
    env.flush()
    env.session.expunge_all()
    statements()
    rows = env["shop.customer"].read([["id", "in", ids]], ["anything", "anything.display_name"], "id")
    assert statements() <= 4
    assert [row["anything.display_name"] for row in rows] == [f"C{tags[1].id}", "T1", "T2", "T3", "T4"]
    assert rows[1]["anything"] == {"model": "shop.tag", "id": tags[1].id}
