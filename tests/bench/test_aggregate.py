"""Sums over the rows that the leader's team owns in the large table."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.bench.report import Report, at_most
from tests.bench.site import Site
from tests.bench.timing import CORE, OURS, Clock, race

WORKLOAD = "sum and count by kind over 100,000 of 1,000,000 rows"


@pytest.mark.bench
def test_aggregate(million: Site, report: Report) -> None:
    table = million.table("bench.customer")
    statement = (
        sa.select(table.c.kind, sa.func.sum(table.c.turnover), sa.func.count(table.c.id))
        .where(million.reached(table))
        .group_by(table.c.kind)
        .order_by(table.c.kind)
    )
    with million.as_leader(readonly=True) as env:

        def tangram(clock: Clock) -> Any:
            with clock:
                return env["bench.customer"].aggregate([], {"turnover": "sum", "id": "count"}, by=["kind"])

        def core(clock: Clock) -> Any:
            with clock:
                rows = env.connection.execute(statement).all()
            return [{"kind": kind, "turnover": turnover, "id": number} for kind, turnover, number in rows]

        times = race({OURS: tangram, CORE: core}, rounds=9, warm_up=2)
    report.add(WORKLOAD, million.engine, times, at_most(1.2))
