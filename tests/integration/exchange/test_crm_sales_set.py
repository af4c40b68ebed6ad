"""The public set crm_sales comes in by its plan, and its sums are the figures of ``facts.json`` (CORE-63)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.app import Application
from core.cli.import_set import steps_of
from core.config import Settings
from core.data.fileimport import FileImport

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data"
PLAN = ROOT / "config" / "imports" / "crm_sales.yaml"
pytestmark = [
    pytest.mark.rows("CORE-63"),
    pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets of ../shared/data are not here"),
]
WON = [["opportunity.state", "=", "won"]]


def bring(env: Any) -> list[tuple[int, int]]:
    """Import the set as the command does; return created and changed of each step."""
    told = []
    for file, model, mapping in steps_of(PLAN, DATA / "crm_sales"):
        done = env.registry.hooks.import_file(env, FileImport(file, model, mapping=mapping))
        told.append((done.created, done.updated))
    return told


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """An application with the set in it, imported once for each engine."""
    folder = tmp_path_factory.mktemp("crm_sales")
    client = name = None
    url = f"sqlite:///{folder / 'sales.db'}"
    if request.param == "postgresql":
        client = request.getfixturevalue("postgres")
        name = next(request.getfixturevalue("database_names"))
        url = client.create_database(name)
    app = Application(Settings(root=ROOT, database_url=url, data_dir=folder, timezone="Asia/Shanghai"))
    app.lifecycle().install(["base_exchange", "crm_sales"])
    with app.env() as env:
        bring(env)
    yield app
    app.close()
    if client is not None:
        client.drop_database(name)


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "facts.json").read_text("utf-8"))["crm_sales"]
    return found


def sums(env: Any, model: str, by: str, domain: Any, measure: str = "amount") -> dict[Any, Decimal]:
    """Return the sum of a field for each group."""
    rows = env[model].aggregate(domain, {measure: "sum"}, [by])
    return {row[by]: row[measure] for row in rows}


def test_counts_and_sums_are_those_of_the_set(filled: Application, facts: dict[str, Any]) -> None:
    stages = facts["by_stage"]
    with filled.env() as env:
        deals = env["crm.opportunity"]
        states = {row["state"]: row["id"] for row in deals.aggregate([], {"id": "count"}, ["state"])}
        assert states == {
            "won": stages["Won"],
            "lost": stages["Lost"],
            "open": stages["Engaging"] + stages["Prospecting"],
        }
        first = env.ref("crm_sales.stage_contact").id
        assert deals.count([["stage", "=", first]]) == stages["Prospecting"]
        assert sums(env, "crm.opportunity", "state", [])["won"] == Decimal(facts["sum_close_value_won"])
        unnamed = [["customer.name", "=", "(account not named)"]]
        assert deals.count(unnamed) == facts["blank_account"]["total"]
        assert deals.count([*unnamed, ["state", "!=", "open"]]) == 0
        assert env["crm.customer"].count() == facts["rows"]["accounts"] + 1
        assert env["crm.customer"].count([["parent", "!=", None]]) == facts["accounts_with_parent"]
        agents = env["core.user"].count([["position.name", "=", "Sales agent"]])
        assert agents == facts["agents_in_teams"]


def test_revenue_by_manager_region_agent_account_and_quarter(filled: Application, facts: dict[str, Any]) -> None:
    won = [["state", "=", "won"]]
    with filled.env() as env:

        def by(path: str) -> dict[Any, Decimal]:
            return sums(env, "crm.opportunity", path, won)

        assert by("owner.superior.name") == facts["won_revenue_per_manager"]
        assert by("owner.department.name") == facts["won_revenue_per_region"]
        agents, accounts = by("owner.name"), by("customer.name")
        assert {name: agents[name] for name in facts["top5_agents_won_revenue"]} == facts["top5_agents_won_revenue"]
        assert sorted(accounts.values(), reverse=True)[:10] == list(facts["top10_accounts_won_revenue"].values())
        assert len(accounts) == facts["accounts_with_won"]
        quarters = [amount for _day, amount in sorted(by("closed_on:quarter").items(), key=lambda each: str(each[0]))]
        assert quarters == list(facts["won_revenue_per_close_quarter"].values())


def test_products_are_found_under_both_names(filled: Application, facts: dict[str, Any]) -> None:
    with filled.env() as env:
        line = "crm.opportunity.line"
        assert sums(env, line, "product.name", WON) == facts["won_revenue_per_product_after_GTXPro_fix"]
        counted = env[line].aggregate(WON, {"id": "count"}, ["product.name"])
        assert {row["product.name"]: row["id"] for row in counted} == facts["won_deals_per_product_after_fix"]
        listed = sums(env, line, "opportunity.state", [], "suggested_price")
        assert listed["won"] == facts["won_list_value_after_fix"]
        assert sums(env, line, "opportunity.state", [])["open"] == facts["open_list_value_after_fix"]


def test_a_second_import_changes_nothing(filled: Application) -> None:
    with filled.env() as env:
        assert set(bring(env)) == {(0, 0)}
