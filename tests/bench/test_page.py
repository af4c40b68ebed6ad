"""A page of 80 out of 1,000,000 rows, by fuzzy name and owner; the query by hand uses the same indexes and rule."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.bench.report import Report, at_most
from tests.bench.site import Site
from tests.bench.timing import CORE, OURS, Clock, race

PAGE = 80
PAGES = 3
"""Pages fetched in one round, each with another text."""
CHINESE = ["上海科技", "北京软件", "深圳电子"]
INITIALS = ["shkj", "bjrj", "szdz"]
BY_TEAM = "page of 80 in 1,000,000 by fuzzy name"
BY_OWNER = "page of 80 in 1,000,000 by fuzzy name and owner"
BY_INITIALS = "page of 80 in 1,000,000 by pinyin initials and owner"
WHOLE = "the same, with transaction and rights"


def by_hand(site: Site, typed: str, owner: int | None) -> sa.Select[Any]:
    """The query as somebody would write it who knows the tables."""
    table, user = site.table("bench.customer"), site.table("core.user")
    pattern = "%".join(typed)
    matching: list[Any]
    if typed.isascii():
        matching = [table.c.name_fuzzy.like(f"%|%{pattern}%")]
    elif site.engine == "sqlite":
        words = " ".join(f'"{character}"' for character in typed)
        found = sa.text(
            "bench_customer.id IN (SELECT rowid FROM bench_customer_name_fts WHERE bench_customer_name_fts MATCH :w)"
        )
        matching = [found.bindparams(w=words), table.c.name_fuzzy.like(f"%{pattern}%|%")]
    else:
        characters = sa.func.string_to_array(table.c.name_fuzzy, sa.literal_column("' '"))
        wanted = sa.literal(list(typed), sa.ARRAY(sa.Text))
        matching = [characters.op("@>")(wanted), table.c.name_fuzzy.like(f"%{pattern}%|%")]
    if owner is not None:
        matching.append(table.c.owner_id == owner)
    columns = (table.c.id, table.c.name, table.c.kind, table.c.city, table.c.turnover, user.c.name.label("owner"))
    return (
        sa.select(*columns)
        .select_from(table.outerjoin(user, user.c.id == table.c.owner_id))
        .where(site.reached(table), *matching)
        .order_by(table.c.name, table.c.id)
        .limit(PAGE)
    )


def domain(typed: str, owner: int | None) -> list[Any]:
    """The same in our words."""
    return [["name", "fuzzy", typed], *([["owner", "=", owner]] if owner is not None else [])]


NAMES = ["id", "name", "kind", "city", "turnover", "owner.name"]


@pytest.mark.bench
@pytest.mark.parametrize("workload", [BY_TEAM, BY_OWNER, BY_INITIALS])
def test_page(million: Site, report: Report, workload: str) -> None:
    site = million
    owner = None if workload == BY_TEAM else site.team[3]
    texts = INITIALS if workload == BY_INITIALS else CHINESE

    def ask(env: Any) -> list[Any]:
        return [env["bench.customer"].read(domain(text, owner), NAMES[1:], order="name", limit=PAGE) for text in texts]

    def ask_core(connection: sa.Connection) -> list[Any]:
        return [
            [dict(zip(NAMES, row, strict=True)) for row in connection.execute(by_hand(site, text, owner))]
            for text in texts
        ]

    with site.as_leader(readonly=True) as env:

        def tangram(clock: Clock) -> Any:
            with clock:
                return ask(env)

        def core(clock: Clock) -> Any:
            with clock:
                return ask_core(env.connection)

        times = race({OURS: tangram, CORE: core}, rounds=15, warm_up=3)
    report.add(workload, site.engine, times, at_most(1.3))
    if workload == BY_OWNER:

        def tangram_whole(clock: Clock) -> Any:
            with clock, site.as_leader(readonly=True) as env:
                return ask(env)

        def core_whole(clock: Clock) -> Any:
            with clock, site.raw() as connection:
                return ask_core(connection)

        report.add(WHOLE, site.engine, race({OURS: tangram_whole, CORE: core_whole}, rounds=15, warm_up=3), None)
