"""What the finance office waits for with a million receivables (issue 6; make bench-delivering)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.bench import report as reporting
from tests.bench.conftest import FULL, ROWS
from tests.bench.delivering.office import Office
from tests.bench.report import Report
from tests.bench.web.server import load, serving

ALONE = 40
PAGES = {
    "ageing by customer": "/x/crm_finance/ageing",
    "ageing by salesperson": "/x/crm_finance/ageing?by=owner",
    "ageing of the customers that are looked for": "/x/crm_finance/ageing?find=Customer%20123",
    "list of receivables": "/records/crm.receivable",
    "a receivable": "/records/crm.receivable/{receivable}",
    "a customer with what is open": "/x/crm_base/customer/{customer}",
    "statement of a customer": "/x/crm_finance/statement?customer={customer}",
}


@pytest.fixture(scope="module")
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, report: Report
) -> Iterator[Office]:
    client = request.getfixturevalue("postgres")
    name = next(request.getfixturevalue("database_names"))
    made = Office(client.create_database(name), tmp_path_factory.mktemp("office"))
    with made.database.engine.connect() as connection:
        report.servers["PostgreSQL"] = str(connection.scalar(sa.text("SHOW server_version")))
    made.fill(ROWS)
    yield made
    made.close()
    client.drop_database(name)


@pytest.mark.bench
def test_ageing(office: Office, report: Report, tmp_path: Path) -> None:
    """Measure the pages as somebody who reads all receivables and as a salesperson."""
    rows = []
    for who, user in (("finance", office.cashier), ("salesperson", office.seller)):
        folder = tmp_path / who
        folder.mkdir()
        with serving(office.app, user, folder) as server:
            for name, path in PAGES.items():
                address = path.format(customer=office.customer, receivable=office.receivable)
                status, _body = server.get(address)
                assert status == 200, (status, address)
                load(server, address, 1, 5)
                alone = load(server, address, 1, ALONE)
                lines = server.logged(address)[-ALONE:]
                statements = max(line["statements"] for line in lines)
                rows.append([f"{name}, {who}", f"{alone.p50_ms:.0f}", f"{alone.p95_ms:.0f}", f"{statements:.0f}"])
    table = reporting.table(["what", "p50, ms", "p95, ms", "statements"], rows)
    text = f"{report.facts()} {ROWS:,} receivables, a fifth of them open.\n\n{table}"
    print(f"\n{text}")  # noqa: T201 - the numbers are what was asked for
    if ROWS == FULL:
        reporting.write("bench-delivering-ageing", text)
