"""Creating 10,000 records in one call."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.bench import rows
from tests.bench.report import Report, at_least
from tests.bench.site import Site
from tests.bench.timing import CORE, OURS, Clock, race

NUMBER = 10_000
WORKLOAD = "create 10,000 records"


@pytest.mark.bench
def test_bulk_create(site: Site, report: Report) -> None:
    values = rows.parts(NUMBER, site.team, site.fill_countries())
    table = site.table("bench.part")

    def written() -> list[Any]:
        columns = [column for column in table.c if column.name not in {"id", "created_at", "updated_at"}]
        with site.raw() as connection:
            found = connection.execute(sa.select(*columns).order_by(table.c.code)).all()
        return [tuple(row) for row in found]

    def tangram(clock: Clock) -> Any:
        site.empty("bench.part")
        with clock, site.as_leader() as env:
            env["bench.part"].create(values)
        return written()

    def core(clock: Clock) -> Any:
        site.empty("bench.part")
        with clock, site.raw() as connection:
            stamps = site.stamps()
            connection.execute(sa.insert(table), [{**row, **stamps} for row in values])
        return written()

    times = race({OURS: tangram, CORE: core}, rounds=9)
    report.add(WORKLOAD, site.engine, times, at_least(0.35))
