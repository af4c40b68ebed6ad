"""Stored computed fields: always what a recomputation from scratch would give."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DefinitionError, UnknownFieldError, ValidationError
from core.orm import fields, recycle
from core.orm.decorators import depends
from core.orm.environment import Environment
from core.orm.model import Model
from core.orm.registry import Registry
from tests.integration.orm.conftest import base_definitions


def order_of(env: Environment, *prices: int, **values: Any) -> Any:
    customer = values.pop("customer", None) or env["shop.customer"].create({"name": "A"})
    return env["shop.order"].create({"customer": customer, "lines": [{"price": price} for price in prices], **values})


def test_value_is_new_before_the_flush(env: Environment) -> None:
    order = order_of(env, 10, 20)
    order.lines[0].quantity = 5
    assert order.total == Decimal("70.00")
    order.lines[1].price = "0.01"
    order.state = "done"
    assert order.customer.total == Decimal("50.01")


def test_unsaved_record_computes_for_a_preview_and_joins_no_transaction(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "A"})
    preview = env["shop.order"].new({"customer": customer, "lines": [{"price": 10}, {"price": 5, "quantity": 2}]})
    assert preview.total == Decimal("20.00")
    preview.lines[0].price = 30
    assert preview.total == Decimal("40.00")
    env.flush()
    assert env["shop.order"].count() == 0


def test_change_crosses_relations_and_addons(env: Environment) -> None:
    order = order_of(env, 10)
    order.customer.update(level="vip")
    env.flush()
    assert env["shop.line"].read([], ["customer_level"])[0]["customer_level"] == "vip"


def test_moving_a_line_recomputes_both_orders(env: Environment) -> None:
    first, second = order_of(env, 10, 20), order_of(env, 1, customer=env["shop.customer"].create({"name": "B"}))
    first.lines[0].update(order=second)
    env.flush()
    assert (first.total, second.total) == (Decimal("20.00"), Decimal("11.00"))


def forget_all(env: Environment, *records: Any) -> None:
    """As in the next request."""
    env.session.expunge_all()


def forget_values(env: Environment, *records: Any) -> None:
    """As after a failed save, or a change by another environment of the transaction."""
    env.session.expire_all()


def forget_line(env: Environment, order: Any, line: Any) -> None:
    env.session.expire(line)


def forget_order(env: Environment, order: Any, line: Any) -> None:
    env.session.expire(order)


@pytest.mark.parametrize("forget", [forget_all, forget_values, forget_line, forget_order])
def test_moving_a_line_recomputes_both_orders_whatever_is_still_in_memory(
    env: Environment, forget: Callable[..., None]
) -> None:
    first, second = order_of(env, 10, 20), order_of(env, 1, customer=env["shop.customer"].create({"name": "B"}))
    numbers = (first.id, second.id, first.lines[0].id)
    env.flush()
    forget(env, first, first.lines[0])
    line = env["shop.line"].get(numbers[2])
    line.order = env["shop.order"].get(numbers[1])
    assert env.changes.old[line] == {"order": numbers[0]}
    assert [env["shop.order"].get(number).total for number in numbers[:2]] == [Decimal("20.00"), Decimal("11.00")]
    env.flush()
    assert [row["total"] for row in env["shop.order"].read([], ["total"], order="id")] == [20, 11]


def test_tree_field_follows_its_parents(env: Environment) -> None:
    a = env["shop.customer"].create({"name": "A"})
    b = env["shop.customer"].create({"name": "B", "parent": a})
    c = env["shop.customer"].create({"name": "C", "parent": b})
    a.update(name="Z")
    assert c.path == "Z / B / C"
    env.flush()
    assert env["shop.customer"].read([["id", "=", c.id]], ["path"])[0]["path"] == "Z / B / C"


def test_deleting_and_restoring_recomputes(env: Environment) -> None:
    order = order_of(env, 10, 20)
    order.lines[0].delete()
    assert order.total == Decimal("20.00")
    recycle.restore(env, env["core.deletion"].search()[0].id)
    assert order.total == Decimal("30.00")


def test_computed_field_can_not_be_set(env: Environment) -> None:
    order = order_of(env, 1)
    with pytest.raises(ValidationError, match="computed"):
        order.total = 5
    with pytest.raises(ValidationError, match="computed"):
        order.update(total=5)


def test_dependency_cycle_names_its_members() -> None:
    class Loop(Model):
        """Two fields that wait for each other."""

        _name = "t.loop"

        one = fields.Integer(compute="_compute_one", store=True)
        two = fields.Integer(compute="_compute_two", store=True)

        @depends("two")
        def _compute_one(self) -> None:
            self.one = self.two

        @depends("one")
        def _compute_two(self) -> None:
            self.two = self.one

    with pytest.raises(DefinitionError, match=r"t\.loop\.(one|two).*t\.loop\.(one|two)") as caught:
        Registry([("base", base_definitions()), ("t", [Loop])])
    assert caught.value.code == "definition.compute_cycle"


def test_unknown_dependency_proposes_the_nearest() -> None:
    class Wrong(Model):
        """Depends on what is not there."""

        _name = "t.wrong"

        price = fields.Integer()
        double = fields.Integer(compute="_compute_double", store=True)

        @depends("pryce")
        def _compute_double(self) -> None:
            self.double = 2 * self.price

    with pytest.raises(UnknownFieldError, match="price"):
        Registry([("base", base_definitions()), ("t", [Wrong])])


STEPS = st.lists(st.tuples(st.integers(0, 13), st.integers(0, 10_000)), min_size=1, max_size=25)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_stored_value_equals_recomputation_after_any_operations(env: Environment, steps: list[tuple[int, int]]) -> None:
    shop = Shop(env)
    for kind, seed in steps:
        shop.step(kind, random.Random(seed))
    env.flush()
    env.session.expire_all()
    shop.check()


class Shop:
    """Does random things to a shop, and knows what the figures must be."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        for model in ("shop.line", "shop.order", "shop.customer"):
            env[model].search().delete()
        env["shop.customer"].create([{"name": f"c{number}"} for number in range(3)])

    def step(self, kind: int, dice: random.Random) -> None:
        """Do one thing of fourteen, to records chosen by the dice."""
        env = self.env
        if kind >= 12:
            env.flush()
            (env.session.expunge_all if kind == 12 else env.session.expire_all)()
            return
        orders, lines = env["shop.order"].search(), env["shop.line"].search()
        customers = env["shop.customer"].search()
        order, line = (dice.choice(items) if items else None for items in (orders, lines))
        if kind <= 2 and customers:
            new = [
                {"price": dice.randint(0, 99), "quantity": dice.randint(0, 3)} for _line in range(dice.randint(0, 3))
            ]
            env["shop.order"].create(
                {"customer": dice.choice(customers), "lines": new, "discount": dice.randint(0, 50)}
            )
        elif kind == 3 and order:
            env["shop.line"].create([{"order": order.id, "price": dice.randint(0, 9)} for _line in range(12)])
        elif kind == 4 and line:
            line.price = dice.randint(0, 99)
        elif kind == 5 and line:
            line.update(quantity=dice.randint(0, 9), order=dice.choice(orders))
        elif kind == 6 and order:
            order.update(state=dice.choice(["draft", "done", "cancelled"]), discount=dice.randint(0, 99))
        else:
            self._remove_or_move(kind, dice, order, line, customers)

    def _remove_or_move(self, kind: int, dice: random.Random, order: Any, line: Any, customers: Any) -> None:
        if kind == 7 and line:
            line.delete()
        elif kind == 8 and order:
            order.delete()
        elif kind == 9 and order:
            order.customer = dice.choice(customers)
        elif kind == 10:
            bin_ = self.env["core.deletion"].search(
                [["restored_at", "is_not_set"], ["model", "in", ["shop.order", "shop.line"]]]
            )
            if bin_:
                self._restore(dice.choice(bin_))
        elif customers:
            parent = dice.choice([None, customers[0]])
            dice.choice(customers[1:]).update(level=dice.choice(["vip", "gold"]), parent=parent)

    def _restore(self, deletion: Any) -> None:
        order_ids = [
            row["order"] for row in self._raw_lines() if row["id"] in deletion.links["ids"].get("shop.line", [])
        ]
        alive = set(self.env["shop.order"].search().ids) | set(deletion.links["ids"].get("shop.order", []))
        if set(order_ids) <= alive:
            recycle.restore(self.env, deletion.id)

    def _raw_lines(self) -> list[dict[str, int]]:
        table = self.env.registry["shop.line"].table
        rows = self.env.session.connection().execute(table.select())
        return [{"id": row.id, "order": row.order_id} for row in rows]

    def check(self) -> None:
        """Compare every stored value with one worked out by hand."""
        cent = Decimal("0.01")
        totals: dict[int, Decimal] = {}
        for order in self.env["shop.order"].search():
            amounts = [
                (line.quantity * line.price).quantize(cent)
                for line in self.env["shop.line"].search([["order", "=", order]])
            ]
            expected = sum(amounts, Decimal(0)) * (100 - order.discount) / 100
            assert order.total == expected.quantize(cent, rounding="ROUND_HALF_UP")
            totals[order.id] = order.total
        for line in self.env["shop.line"].search():
            assert line.customer_level == line.order.customer.level
        for customer in self.env["shop.customer"].search():
            orders = self.env["shop.order"].search([["customer", "=", customer]])
            assert customer.order_count == len(orders)
            assert customer.total == sum((totals[order.id] for order in orders if order.state == "done"), Decimal(0))
