"""The same workloads with Django's ORM and trytond, in an environment of their own (``make bench-peers``)."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.bench import test_aggregate, test_create, test_page, test_read, test_update
from tests.bench.report import Report
from tests.bench.site import Site

PEERS = os.environ.get("TANGRAM_BENCH_PEERS")
FOLDER = Path(__file__).parent / "peers"
WORKLOADS = {
    "create": test_create.WORKLOAD,
    "read": test_read.WORKLOAD,
    "update": test_update.WORKLOAD,
    "page": test_page.BY_OWNER,
    "aggregate": test_aggregate.WORKLOAD,
}
ROUNDS = 3
MOST_SECONDS = 1200


def order_for(site: Site) -> dict[str, Any]:
    """What a runner has to know."""
    url = site.database.engine.url
    place = {"host": url.query.get("host") or url.host, "user": url.username} if site.engine == "postgresql" else {}
    return {
        "engine": site.engine,
        "database": url.database,
        **place,
        "rounds": ROUNDS,
        "number": test_create.NUMBER,
        "leader": site.leader,
        "team": site.team,
        "everybody": site.everybody,
        "position": site.clerk_position,
        "owner": site.team[3],
        "countries": site.fill_countries(),
        "texts": test_page.CHINESE,
        "page": test_page.PAGE,
    }


@pytest.mark.bench
@pytest.mark.skipif(not PEERS, reason="the other frameworks are not installed: make bench-peers")
@pytest.mark.parametrize("peer", ["django", "trytond"])
def test_peer(million: Site, report: Report, tmp_path: Path, peer: str) -> None:
    order = tmp_path / "order.json"
    order.write_text(json.dumps(order_for(million)), encoding="utf-8")
    million.database.dispose()
    command = [str(PEERS), str(FOLDER / f"{peer}_peer.py"), str(order)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=MOST_SECONDS)
    assert done.returncode == 0, done.stderr[-3000:]
    for name, seconds in json.loads(done.stdout.splitlines()[-1]).items():
        report.peers.setdefault((WORKLOADS[name], million.engine), {})[peer] = seconds
    with million.raw() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(million.table("bench.customer")))
