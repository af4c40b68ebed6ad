"""Importing 100,000 rows of a spreadsheet with duplicate check and rules, and taking them back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from addons.base_exchange.tests.sheets import xlsx
from tests.bench import rows
from tests.bench.report import Report, at_least, at_most
from tests.bench.site import ADDONS, Site
from tests.bench.timing import CORE, OURS, Times

NUMBER = int(os.environ.get("TANGRAM_BENCH_IMPORT", "100000"))
ROUNDS = int(os.environ.get("TANGRAM_BENCH_ROUNDS", "3"))
MOST_MB = 300
ROOT = Path(__file__).parents[2]
HEADINGS = ["Name", "Code", "Quantity", "Price", "Weight", "Arrived on", "Active", "Kind", "Note", "Country", "Owner"]


@pytest.mark.bench
def test_import(site: Site, report: Report, tmp_path: Path) -> None:
    site.app.lifecycle().enable(["base_exchange"])
    values = rows.parts(NUMBER, site.team, site.fill_countries())
    path = tmp_path / "parts.xlsx"
    _write(site, values, path)
    with site.app.env() as env:
        rule = {"model": "bench.part", "field_names": ["code"], "compare": "text", "policy": "forbid"}
        made = [env["core.duplicate_rule"].create(rule)]
        made.append(env["core.field_rule"].create({"model": "bench.part", "field": "name", "max_length": 100}))
    table = site.table("bench.part")
    core, imported, undone = [], [], []
    for _round in range(ROUNDS):
        site.empty("bench.part")
        started = time.perf_counter()
        with site.raw() as connection:
            stamps = site.stamps()
            connection.execute(sa.insert(table), [{**row, **stamps} for row in values])
        core.append(time.perf_counter() - started)
        for model in ("bench.part", "core.duplicate_key"):
            site.empty(model)
        counts, seconds, peak_mb = _run(site, path)
        assert counts == ["undone", NUMBER, NUMBER]
        assert peak_mb <= MOST_MB, peak_mb
        print(f"import {seconds[0]:.1f} s, undo {seconds[1]:.1f} s, memory {peak_mb} MB")  # noqa: T201 - takes minutes
        imported.append(seconds[0])
        undone.append(seconds[1])
    with site.app.env() as env:
        for record in made:
            env[record._info.name].delete([record.id])
    site.empty("bench.part")
    words = f"{NUMBER:,} rows of a spreadsheet"
    report.add(
        f"import {words}, duplicates and rules checked",
        site.engine,
        Times({OURS: imported, CORE: core}),
        at_least(0.15),
    )
    report.add(
        f"undo the import of {words}; other: the import", site.engine, Times({OURS: undone, CORE: imported}), at_most(1)
    )


def _run(site: Site, path: Path) -> tuple[list[object], list[float], int]:
    words = [site.url, str(site.folder), str(ADDONS), str(site.leader), str(path)]
    program = [sys.executable, "-m", "tests.bench.import_process", *words]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    counts, seconds, peak_mb = json.loads(done.stdout.splitlines()[-1])
    return counts, seconds, peak_mb


def _write(site: Site, values: list[dict[str, object]], path: Path) -> None:
    with site.app.env() as env:
        logins = {user.id: user.login for user in env["core.user"].search()}
        countries = {country.id: country.name for country in env["bench.country"].search()}
    names = ("name", "code", "quantity", "price", "weight", "arrived_on", "active", "kind", "note")
    lines = ([*(row[name] for name in names), countries[row["country_id"]], logins[row["owner_id"]]] for row in values)
    path.write_bytes(xlsx([HEADINGS, *lines]))
