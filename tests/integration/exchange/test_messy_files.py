"""The two messy files of the public data come in by their plans, and all their figures come out again (CORE-63)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from tests.integration.exchange.figures_messy import (
    CUSTOMER,
    HOSPITALS_OF_FILE,
    LINE,
    OF_FILE,
    ORDER,
    UNNAMED,
    hospitals,
    orders,
)
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
ADDONS = ["base_exchange", "crm_sales"]
GTX, HOSPITALS = "gtx_orders_dirty.csv", "beijing_hospitals_gbk.csv"
SAMPLE = 400
"""Lines of the orders that are read on PostgreSQL: what is told of all of them takes half a minute."""
before: dict[str, dict[str, str]] = {}
"""Checksums before the two files, by database."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Path]]:
    """An application with both files in it, and the folder they came from, imported once for each engine."""
    folder = tmp_path_factory.mktemp("messy")
    files = folder / "files"
    files.mkdir()
    lines = (DATA / "messy" / GTX).read_bytes().splitlines(keepends=True)
    (files / GTX).write_bytes(b"".join(lines if request.param == "sqlite" else lines[: SAMPLE + 1]))
    (files / HOSPITALS).write_bytes((DATA / "messy" / HOSPITALS).read_bytes())
    with installation(request, folder, ADDONS) as app:
        with app.env() as env:
            # Persons, products and accounts of the set that the orders name, without its deals.
            bring(env, "crm_sales", DATA / "crm_sales", 7)
            before[app.settings.database_url] = checksums(env, stamps=False)
            bring(env, "gtx_orders", files)
            bring(env, "beijing_hospitals", files)
        yield app, files


def door_of(app: Application, env: Any, way: str) -> Door:
    return Door(env) if way == "env" else ApiDoor(env, Client(app, "admin"))


@pytest.mark.parametrize("way", ["env", "api"])
def test_every_figure_of_the_hospitals_comes_out_again(filled: tuple[Application, Path], way: str) -> None:
    facts = facts_of("messy")[HOSPITALS]
    with filled[0].env(readonly=True) as env:
        found = hospitals(door_of(filled[0], env, way))
    assert found == {name: value for name, value in facts.items() if name not in HOSPITALS_OF_FILE}


@pytest.mark.parametrize("way", ["env", "api"])
def test_every_figure_of_the_dirty_orders_comes_out_again(filled: tuple[Application, Path], way: str) -> None:
    facts = facts_of("messy")[GTX]
    app, _files = filled
    with app.env(readonly=True) as env:
        door = door_of(app, env, way)
        if env.connection.dialect.name == "sqlite":
            assert orders(door, facts) == {name: value for name, value in facts.items() if name not in OF_FILE}
        else:
            assert (door.count(ORDER), door.count(LINE)) == (SAMPLE, SAMPLE)
            assert door.by(ORDER, "id:count", "owner.name").keys() <= set(agents(env))
            assert door.total(ORDER, "amount:sum") == door.total(LINE, "suggested_price:sum") > 0
        assert door.count(ORDER, [["state", "=", "confirmed"]]) == door.count(ORDER)
        # Whoever does not clean the names finds no account by them.
        assert door.count(CUSTOMER, [["name", "like", "%?%"]]) == 0


def agents(env: Any) -> list[str]:
    names: list[str] = env["core.user"].search([["position.name", "=", "Sales agent"]]).mapped("name")
    return names


def test_lists_and_charts_show_the_same(filled: tuple[Application, Path]) -> None:
    app, _files = filled
    client, facts = Client(app, "admin"), facts_of("messy")
    districts = charted(client, CUSTOMER, "id:count", "region", [["industry.name", "=", "医疗机构"]])
    for name, count in list(facts[HOSPITALS]["per_district"].items())[:6]:
        assert districts[name] == count
        assert listed(client, CUSTOMER, [["region.name", "=", name]])[0] == count
    with app.env(readonly=True) as env:
        if env.connection.dialect.name == "sqlite":
            told = facts[GTX]
            assert listed(client, ORDER, []) == (told["rows"], Decimal(told["list_value_total"]))
            unnamed = listed(client, ORDER, [["customer.name", "=", UNNAMED]])
            assert unnamed[0] == told["account_blank_after_cleaning"]
            best = charted(client, ORDER, "amount:sum", "owner")
            assert best.items() >= told["top3_agents_list_value_clean"].items()


def test_a_second_import_changes_nothing_and_undo_brings_back_the_same_checksums(
    filled: tuple[Application, Path],
) -> None:
    app, files = filled
    with undone(app) as env:
        is_whole = env.connection.dialect.name == "sqlite"
        plans = ["beijing_hospitals"] if is_whole else ["beijing_hospitals", "gtx_orders"]
        there = checksums(env)
        for plan in plans:
            assert set(bring(env, plan, files)) == {(0, 0)}
        assert checksums(env) == there
        for plan in plans:
            env.registry.hooks.undo_imports(env, plan)
        if not is_whole:
            assert checksums(env, stamps=False) == before[app.settings.database_url]
