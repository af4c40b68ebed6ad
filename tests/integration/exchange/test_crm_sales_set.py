"""The public set crm_sales comes in by its plan; all its figures come out again, and an undo leaves no trace (CORE-63)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from tests.integration.exchange.figures_crm_sales import DEAL, LINE, LINE_WON, STAGES, WON, figures, told_by
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
before: dict[str, dict[str, str]] = {}
"""Checksums before the import, by database."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """An application with the set in it, imported once for each engine."""
    with installation(request, tmp_path_factory.mktemp("crm_sales"), ["base_exchange", "crm_sales"]) as app:
        with app.env() as env:
            before[app.settings.database_url] = checksums(env, stamps=False)
            bring(env, "crm_sales", DATA / "crm_sales")
        yield app


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    return facts_of("crm_sales")


@pytest.mark.parametrize("way", ["env", "api"])
def test_every_figure_comes_out_again(filled: Application, facts: dict[str, Any], way: str) -> None:
    with filled.env(readonly=True) as env:
        door = Door(env) if way == "env" else ApiDoor(env, Client(filled, "admin"))
        assert figures(door, facts) == told_by(facts)


def test_lists_and_charts_show_the_same(filled: Application, facts: dict[str, Any]) -> None:
    client = Client(filled, "admin")
    stages = facts["by_stage"]
    assert listed(client, DEAL, [WON]) == (stages["Won"], Decimal(facts["sum_close_value_won"]))
    with filled.env(readonly=True) as env:
        numbers = {stage: env.ref(xid).id for stage, xid in STAGES.items()}
    for stage, number in numbers.items():
        assert listed(client, DEAL, [["state", "=", "open"], ["stage", "=", number]])[0] == stages[stage]
    counted = charted(client, DEAL, "id:count", "state")
    assert (counted["Won"], counted["Lost"]) == (stages["Won"], stages["Lost"])
    assert counted["Under way"] == stages["Engaging"] + stages["Prospecting"]
    products = facts["won_revenue_per_product_after_GTXPro_fix"]
    shown = charted(client, LINE, "amount:sum", "product", [LINE_WON])
    assert {name: shown[name] for name in list(products)[:6]} == dict(list(products.items())[:6])
    agents = charted(client, DEAL, "amount:sum", "owner", [WON])
    assert agents.items() >= facts["top5_agents_won_revenue"].items()


def test_a_second_import_changes_nothing_and_undo_brings_back_the_same_checksums(
    filled: Application, facts: dict[str, Any]
) -> None:
    with undone(filled) as env:
        there = checksums(env)
        assert set(bring(env, "crm_sales", DATA / "crm_sales")) == {(0, 0)}
        assert checksums(env) == there
        # Taking so much back is tested on PostgreSQL with the other sets.
        if env.connection.dialect.name == "sqlite":
            done = env.registry.hooks.undo_imports(env, "crm_sales")
            assert done.deleted > 2 * facts["rows"]["sales_pipeline"]
            assert checksums(env, stamps=False) == before[filled.settings.database_url]
