"""Changing 10,000 loaded records one by one, against one executemany that minds the same versions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
import sqlalchemy as sa

from tests.bench.report import Report, at_least
from tests.bench.site import Site
from tests.bench.timing import CORE, OURS, Clock, race

NUMBER = 10_000
WORKLOAD = "change 10,000 loaded records one by one"
ASSIGNING = "tangram, assigning"


@pytest.mark.bench
def test_one_by_one(site: Site, report: Report) -> None:
    table = site.table("bench.part")

    def written() -> Any:
        columns = (table.c.quantity, table.c.version, table.c.updated_by_id)
        with site.raw() as connection:
            return [tuple(row) for row in connection.execute(sa.select(*columns).order_by(table.c.code))]

    def tangram(change: Callable[[Any], None]) -> Callable[[Clock], Any]:
        def contestant(clock: Clock) -> Any:
            site.fill_parts(NUMBER)
            with ExitStack() as stack:
                env = stack.enter_context(site.as_leader())
                records = env["bench.part"].search(limit=NUMBER)
                with clock:
                    for record in records:
                        change(record)
                    stack.close()  # commits
            return written()

        return contestant

    def by_update(record: Any) -> None:
        record.update(quantity=record.quantity + 1)

    def by_assigning(record: Any) -> None:
        record.quantity += 1

    def core(clock: Clock) -> Any:
        site.fill_parts(NUMBER)
        columns = (table.c.id.label("_id"), table.c.version.label("_version"), table.c.quantity)
        with ExitStack() as stack:
            connection = stack.enter_context(site.raw())
            rows = connection.execute(sa.select(*columns).order_by(table.c.id)).mappings().all()
            with clock:
                stamp = {"updated_at": site.app.clock(), "updated_by_id": site.leader}
                found = table.c.id == sa.bindparam("_id")
                same = table.c.version == sa.bindparam("_version")
                names = ("quantity", "version", "updated_at", "updated_by_id")
                values: dict[str, Any] = {name: sa.bindparam(f"_{name}_") for name in names}
                changed = [
                    {
                        "_id": row["_id"],
                        "_version": row["_version"],
                        "_quantity_": row["quantity"] + 1,
                        "_version_": row["_version"] + 1,
                        "_updated_at_": stamp["updated_at"],
                        "_updated_by_id_": stamp["updated_by_id"],
                    }
                    for row in rows
                ]
                connection.execute(sa.update(table).where(found, same).values(values), changed)
                stack.close()  # commits
        return written()

    contestants = {OURS: tangram(by_update), ASSIGNING: tangram(by_assigning), CORE: core}
    times = race(contestants, rounds=7)
    report.add(WORKLOAD, site.engine, times, at_least(0.15))
    report.add(f"{WORKLOAD}, by assignment", site.engine, times, at_least(0.15), ASSIGNING)
