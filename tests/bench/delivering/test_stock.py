"""What keepers wait for when a product has moved a million times (issue 6; make bench-delivering)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from core.testing.statements import Statements
from tests.bench import report as reporting
from tests.bench.conftest import FULL, ROWS
from tests.bench.delivering.stock import Store
from tests.bench.report import Report
from tests.bench.web.server import load, serving

ALONE = 60
OF_PRODUCT = quote(json.dumps([["product", "=", 0]]).replace("0", "{product}"), safe="{}")
PAGES = {
    "stock ledger of a product": f"/records/crm.stock.move?domain={OF_PRODUCT}",
    "stock ledger": "/records/crm.stock.move",
    "stock on hand": "/records/crm.stock.level",
    "product": "/records/crm.product/{product}",
}


@pytest.fixture(scope="module")
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, report: Report) -> Iterator[Store]:
    client = request.getfixturevalue("postgres")
    name = next(request.getfixturevalue("database_names"))
    made = Store(client.create_database(name), tmp_path_factory.mktemp("delivering"))
    with made.database.engine.connect() as connection:
        report.servers["PostgreSQL"] = str(connection.scalar(sa.text("SHOW server_version")))
    made.fill(ROWS)
    yield made
    made.close()
    client.drop_database(name)


@pytest.mark.bench
def test_stock(store: Store, report: Report, tmp_path: Path) -> None:
    """Measure the pages as the keeper of the warehouse and as a manager of stock, then the posting of an issue."""
    rows = []
    for who, user in (("keeper", store.keeper), ("manager", store.manager)):
        folder = tmp_path / who
        folder.mkdir()
        with serving(store.app, user, folder) as server:
            for name, path in PAGES.items():
                address = path.format(product=store.product)
                load(server, address, 1, 5)
                alone = load(server, address, 1, ALONE)
                lines = server.logged(address)[-ALONE:]
                statements = max(line["statements"] for line in lines)
                rows.append([f"{name}, {who}", f"{alone.p50_ms:.0f}", f"{alone.p95_ms:.0f}", f"{statements:.0f}"])
    rows.append(_posting(store))
    table = reporting.table(["what", "p50, ms", "p95, ms", "statements"], rows)
    text = f"{report.facts()} {ROWS:,} movements of one product.\n\n{table}"
    print(f"\n{text}")  # noqa: T201 - the numbers are what was asked for
    if ROWS == FULL:
        reporting.write("bench-delivering-stock", text)


def _posting(store: Store) -> list[str]:
    """Post an issue many times."""
    times, seen = [], 0
    for _round in range(20):
        with store.app.env("manager") as env, Statements(store.database.engine).listening() as statements:
            line = {"product": store.product, "quantity": 1}
            values = {"kind": "out", "warehouse": store.warehouse, "lines": [line]}
            document = env["crm.stock.document"].create(values)
            started, before = time.perf_counter(), len(statements.seen)
            document.confirm()
            times.append((time.perf_counter() - started) * 1000)
            seen = len(statements.seen) - before
    times.sort()
    return ["confirm an issue of one line", f"{times[10]:.0f}", f"{times[18]:.0f}", f"{seen}"]
