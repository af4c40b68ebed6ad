"""Exporting 100,000 rows as a spreadsheet in the background, beside xlsxwriter with the same cells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import rows
from tests.bench.report import Report, at_most
from tests.bench.site import ADDONS, Site
from tests.bench.timing import CORE, OURS, Times

NUMBER = int(os.environ.get("TANGRAM_BENCH_EXPORT", "100000"))
ROUNDS = 3
MOST_MB = 300
ROOT = Path(__file__).parents[2]


@pytest.mark.bench
def test_export(site: Site, report: Report) -> None:
    site.app.lifecycle().enable(["base_exchange"])
    site.fill_parts(NUMBER)
    assert len(rows.parts(1, site.team, [1])[0]) == 11
    exported, written = [], []
    for _round in range(ROUNDS):
        answer = _run(site)
        assert answer["rows"] == NUMBER
        assert answer["memory"] <= MOST_MB, answer
        exported.append(answer["export"])
        written.append(answer["writer"])
    report.add(
        f"export {NUMBER:,} rows as XLSX by a job, each noted in the log; other: xlsxwriter alone",
        site.engine,
        Times({OURS: exported, CORE: written}),
        at_most(1.5),
    )


def _run(site: Site) -> dict[str, float]:
    words = [site.url, str(site.folder), str(ADDONS), str(site.leader)]
    program = [sys.executable, "-m", "tests.bench.export_process", *words]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
