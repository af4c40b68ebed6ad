"""Fixtures of the measurements: one site on each database for the whole run, and the report written at its end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.bench import report as reporting
from tests.bench.report import Report
from tests.bench.site import Site

ROWS = int(os.environ.get("TANGRAM_BENCH_ROWS", "1000000"))
"""Customers in the large table; fewer while a measurement is being written."""
FULL = 1_000_000
PEERS = "TANGRAM_BENCH_PEERS"
REPORT = pytest.StashKey[Report]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORT] = Report()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Compare with the other frameworks last, when our own times are known."""
    items.sort(key=lambda item: "test_peers" in item.nodeid)


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest) -> Report:
    return request.config.stash[REPORT]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, report: Report) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("bench")
    client = name = None
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'bench.sqlite'}"
    else:
        client = request.getfixturevalue("postgres")
        name = next(request.getfixturevalue("database_names"))
        url = client.create_database(name)
    site = Site(request.param, url, folder)
    with site.raw() as connection:
        question = "SELECT sqlite_version()" if request.param == "sqlite" else "SHOW server_version"
        report.servers[{"sqlite": "SQLite"}.get(site.engine, "PostgreSQL")] = str(connection.scalar(sa.text(question)))
    yield site
    site.close()
    if client is not None:
        client.drop_database(name)


@pytest.fixture(scope="session")
def million(site: Site) -> Site:
    """The site with its large table filled."""
    site.fill_customers(ROWS)
    return site


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the tables, if all workloads ran at their full size."""
    report = session.config.stash.get(REPORT, None)
    everything = {path.name for path in Path(__file__).parent.glob("test_*.py")}
    partial = session.config.option.keyword or not everything <= {item.path.name for item in session.items}
    if report is None or exitstatus or partial or ROWS != FULL:
        return
    reporting.write("bench", report.table())
    if report.peers:
        reporting.write("bench-peers", report.peer_table())


def pytest_terminal_summary(terminalreporter: Any) -> None:
    report = terminalreporter.config.stash.get(REPORT, None)
    if report is not None and report.measurements:
        terminalreporter.write_sep("-", "measurements")
        terminalreporter.write_line(report.table())
        if report.peers:
            terminalreporter.write_line(report.peer_table())
