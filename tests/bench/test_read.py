"""Reading 10,000 rows of ten columns, two of them names of related records."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.bench.report import Report, at_least
from tests.bench.site import Site
from tests.bench.timing import CORE, OURS, Clock, race

NUMBER = 10_000
WORKLOAD = "read 10,000 rows of 10 columns"
OWN = ["name", "code", "quantity", "price", "arrived_on", "active", "kind", "note"]


@pytest.mark.bench
def test_read(site: Site, report: Report) -> None:
    site.fill_parts(NUMBER)
    part, user, country = (site.table(name) for name in ("bench.part", "core.user", "bench.country"))
    columns = [part.c.id, *(part.c[name] for name in OWN), country.c.name.label("cn"), user.c.name.label("un")]
    joined = part.outerjoin(country, country.c.id == part.c.country_id).outerjoin(user, user.c.id == part.c.owner_id)
    statement = sa.select(*columns).select_from(joined).where(site.reached(part)).order_by(part.c.id).limit(NUMBER)
    names = ["id", *OWN, "country.name", "owner.name"]

    with site.as_leader(readonly=True) as env:

        def tangram(clock: Clock) -> Any:
            with clock:
                return env["bench.part"].read([], names[1:], limit=NUMBER)

        def core(clock: Clock) -> Any:
            with clock:
                return [dict(zip(names, row, strict=True)) for row in env.connection.execute(statement)]

        times = race({OURS: tangram, CORE: core}, rounds=15)
    report.add(WORKLOAD, site.engine, times, at_least(0.7))
