"""The public set northwind comes in by its plan; all its figures come out again, and an undo leaves no trace (CORE-63)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from core.app import Application
from core.errors import ConflictError
from core.testing.client import Client
from tests.integration.exchange.figures_northwind import KEPT_ROWS, LINE, NOT_KEPT, ORDER, figures, rows
from tests.integration.exchange.realdata import (
    DATA,
    ApiDoor,
    Door,
    bring,
    charted,
    checksums,
    facts_of,
    installation,
    listed,
    needs_data,
    undone,
)

pytestmark = [pytest.mark.rows("CORE-63"), needs_data]
ADDONS = ["base_exchange", "crm_sales", "crm_stock", "crm_finance", "crm_sales_service"]
"""With what makes records of its own out of contracts and deliveries."""
before: dict[str, dict[str, str]] = {}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """An application with the set in it, imported once for each engine."""
    with installation(request, tmp_path_factory.mktemp("northwind"), ADDONS) as app:
        with app.env() as env:
            before[app.settings.database_url] = checksums(env, stamps=False)
            bring(env, "northwind", DATA / "northwind")
        yield app


@pytest.fixture
def env(filled: Application) -> Iterator[Any]:
    """An environment of the system; all is undone after the test."""
    with undone(filled) as env:
        yield env


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    return facts_of("northwind")


@pytest.mark.parametrize("way", ["env", "api"])
def test_every_figure_comes_out_again(filled: Application, facts: dict[str, Any], way: str) -> None:
    with filled.env(readonly=True) as env:
        door = Door(env) if way == "env" else ApiDoor(env, Client(filled, "admin"))
        assert rows(door) == {name: facts["rows"][name] for name in KEPT_ROWS}
        assert figures(door, facts) == {name: value for name, value in facts.items() if name not in NOT_KEPT}


def test_lists_and_charts_show_the_same(filled: Application, facts: dict[str, Any]) -> None:
    client = Client(filled, "admin")
    amounts = "amount:sum"
    assert listed(client, ORDER, []) == (facts["rows"]["orders"], Decimal(facts["net_lines_rounded_half_up"]))
    for code, count in facts["orders_per_customer_top10"].items():
        assert listed(client, ORDER, [["customer.mnemonic", "=", code]])[0] == count
    # What is shown is the sum of rounded lines: no line is off by more than half a cent.
    with filled.env(readonly=True) as env:
        door = Door(env)
        per_product, lines = door.by(LINE, amounts, "product.name"), door.by(LINE, "id:count", "product.name")
        assert_near(per_product, facts["top5_products_net"], lines)
        shown = charted(client, LINE, amounts, "product")
        assert {name: shown[name] for name in facts["top5_products_net"]} == {
            name: per_product[name] for name in facts["top5_products_net"]
        }
        per_person, lines = door.by(ORDER, amounts, "owner.name"), door.by(LINE, "id:count", "order.owner.name")
        assert_near(per_person, facts["net_per_employee"], lines)
    shown = charted(client, ORDER, amounts, "owner")
    assert shown.items() >= {name: per_person[name] for name in list(facts["net_per_employee"])[:6]}.items()
    assert charted(client, ORDER, "id:count", "date:year").items() >= facts["orders_per_year"].items()


def assert_near(found: dict[str, Decimal], told: dict[str, str], lines: dict[str, int]) -> None:
    for name, amount in told.items():
        assert abs(found[name] - Decimal(amount)) <= Decimal("0.005") * (lines[name] + 1)


def test_no_text_says_null(env: Any) -> None:
    for name in ("crm.customer", "crm.contact", "core.user", ORDER, LINE, "crm.product", "crm.product.category"):
        table = env.registry[name].table
        texts = [column for column in table.c if isinstance(column.type, sa.String)]
        found = sa.select(sa.func.count()).where(sa.or_(*(column.like("%NULL%") for column in texts)))
        assert env.connection.scalar(found.select_from(table)) == 0


def test_the_opening_stock_waits_for_the_keeper_and_is_worth_what_the_set_says(env: Any, facts: dict[str, Any]) -> None:
    assert Door(env).total("crm.product", "stock_quantity:sum") == 0
    (document,) = env["crm.stock.document"].search([["kind", "=", "opening"]])
    document.confirm()
    env.flush()
    assert int(Door(env).total("crm.product", "stock_quantity:sum")) == facts["stock_units"]
    assert str(Door(env).total("crm.product", "stock_value:sum")) == facts["stock_value_at_unitPrice"]
    with pytest.raises(ConflictError):
        env.registry.hooks.undo_imports(env, "northwind")


def test_a_second_import_changes_nothing_and_undo_brings_back_the_same_checksums(
    filled: Application, env: Any, facts: dict[str, Any]
) -> None:
    there = checksums(env)
    assert set(bring(env, "northwind", DATA / "northwind")) == {(0, 0)}
    assert checksums(env) == there
    done = env.registry.hooks.undo_imports(env, "northwind")
    assert done.deleted > sum(facts["rows"][name] for name in KEPT_ROWS if name != "shippers")
    assert checksums(env, stamps=False) == before[filled.settings.database_url]


def test_what_was_changed_since_is_not_undone(env: Any) -> None:
    env["crm.customer"].search([["mnemonic", "=", "ALFKI"]])[0].update(phone="030-1")
    env.flush()
    with pytest.raises(ConflictError, match="Alfreds Futterkiste"):
        env.registry.hooks.undo_imports(env, "northwind")


def test_contracts_that_money_was_received_for_are_not_undone(env: Any) -> None:
    order = env["crm.order"].search([["amount", ">", 0]], order="id", limit=1)[0]
    account = env["crm.account"].create({"name": "Bank", "kind": "bank"})
    receipt = env["crm.receipt"].create({"order": order.id, "amount": 1, "account": account.id})
    receipt.confirm()
    env.flush()
    assert order.receivables[0].settled == 1
    with pytest.raises(ConflictError, match=str(order.number)):
        env.registry.hooks.undo_imports(env, "northwind")


def test_receivables_follow_the_contracts_of_the_set(env: Any, facts: dict[str, Any]) -> None:
    total = Decimal(facts["net_lines_rounded_half_up"])
    assert Door(env).total("crm.receivable", "open_base:sum") == total
