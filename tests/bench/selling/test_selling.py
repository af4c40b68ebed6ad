"""What the pages that salespeople live in cost with a million customers, and the daily job of the pool (issue 5; make bench-selling)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from addons.crm_base.services.reclaim import reclaim
from core.testing.statements import Statements
from tests.bench import report as reporting
from tests.bench.conftest import FULL, ROWS
from tests.bench.report import Report
from tests.bench.selling.shop import BELOW, Shop
from tests.bench.web.server import load, serving

ALONE = 60
PAGES = {
    f"customer list of a superior of {BELOW}": "/records/crm.customer",
    "the same, searched by two characters": f"/records/crm.customer?q={quote('海洋')}",
    "the same, by owner": "/records/crm.customer?by=owner",
    "customer view": "/x/crm_base/customer/{customer}",
    "is this customer taken, while a name is typed": f"/x/crm_base/collisions?name={quote('上海海洋科技')}",
    "is this customer taken, by phone": "/x/crm_base/collisions?phone=13800001234",
    "follow-ups": "/records/crm.follow_up",
    "board of opportunities": "/records/crm.opportunity?view=kanban",
    "funnel": "/x/crm_sales/funnel",
}
OF_MANAGERS = {"trial of the pool: who goes back tomorrow, and why": "/x/crm_base/reclaim"}


@pytest.fixture(scope="module")
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, report: Report) -> Iterator[Shop]:
    client = request.getfixturevalue("postgres")
    name = next(request.getfixturevalue("database_names"))
    made = Shop(client.create_database(name), tmp_path_factory.mktemp("selling"))
    with made.database.engine.connect() as connection:
        report.servers["PostgreSQL"] = str(connection.scalar(sa.text("SHOW server_version")))
    made.fill(ROWS, 3 * ROWS, ROWS // 5)
    yield made
    made.close()
    client.drop_database(name)


@pytest.mark.bench
def test_selling(shop: Shop, report: Report, tmp_path: Path) -> None:
    """Measure the pages as a superior of two hundred sees them, then the job."""
    with shop.app.env() as env:
        number = env["crm.customer"].read([["owner", "=", shop.leader]], ["id"], limit=1)[0]["id"]
    rows = []
    for user, pages in ((shop.leader, PAGES), (shop.manager, OF_MANAGERS)):
        folder = tmp_path / str(user)
        folder.mkdir()
        with serving(shop.app, user, folder) as server:
            for name, path in pages.items():
                address = path.format(customer=number)
                load(server, address, 1, 5)
                alone = load(server, address, 1, ALONE)
                lines = server.logged(address)[-ALONE:]
                statements = max(line["statements"] for line in lines)
                rows.append([name, f"{alone.p50_ms:.0f}", f"{alone.p95_ms:.0f}", f"{statements:.0f}"])
    rows.append(_job(shop))
    table = reporting.table(["what", "p50, ms", "p95, ms", "statements"], rows)
    text = f"{report.facts()} {ROWS:,} customers, {3 * ROWS:,} follow-ups, {ROWS // 5:,} opportunities.\n\n{table}"
    print(f"\n{text}")  # noqa: T201 - the numbers are what was asked for
    if ROWS == FULL:
        reporting.write("bench-selling", text)


def _job(shop: Shop) -> list[str]:
    """Run the daily job of the pool once."""
    with shop.app.env() as env, Statements(shop.database.engine).listening() as statements:
        started = time.perf_counter()
        count, _last = reclaim(env)
        env.flush()
        took = (time.perf_counter() - started) * 1000
    assert count
    return [f"daily job of the pool, {count:,} customers go back", f"{took:.0f}", "", f"{len(statements.seen)}"]
