"""What pages cost an ordinary user: time, requests a second, statements, bytes (issue 3; make bench-web)."""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from urllib.parse import quote

import pytest

from core.app import Application
from core.config import Settings
from tests.bench import report as reporting
from tests.bench.conftest import FULL, ROWS
from tests.bench.report import Report
from tests.bench.site import Site
from tests.bench.web.server import Server, load, serving, unpacked

MODEL = "bench.customer"
ALONE, TOGETHER, CLIENTS = 60, 320, 16
SMALL = 10_000
LINKED = re.compile(r'(?:src|href)="(/static/[^"]+)"')

PAGES = {
    "list": f"/records/{MODEL}",
    "list, searched": f"/records/{MODEL}?q={quote('上海科技')}",
    "list, grouped": f"/records/{MODEL}?by=kind",
    "form": f"/records/{MODEL}/{{id}}",
    "search box": f"/choices/bench.visit/customer?q={quote('上海')}",
    "chart": f"/records/{MODEL}?view=chart",
    "API, list of 80": f"/api/v1/{MODEL}?limit=80",
}


@pytest.mark.bench
def test_pages(site: Site, report: Report, tmp_path: Path) -> None:
    """Measure on PostgreSQL: first with few rows, for the comparison, then with many."""
    if site.engine != "postgresql":
        pytest.skip("the pages are measured on PostgreSQL")
    site.fill_customers(SMALL)
    with serving(site.app, site.leader, tmp_path) as server:
        few = median_ms(server, PAGES["list"])
    site.fill_customers(ROWS - SMALL)
    with site.as_leader(readonly=True) as env:
        number = env[MODEL].search(limit=1)[0].id
    rows = []
    with serving(site.app, site.leader, tmp_path) as server:
        for name, path in PAGES.items():
            address = path.format(id=number)
            rows.append(row(server, name, address))
        many = median_ms(server, PAGES["list"])
        first, later = visit_kb(server, PAGES["list"])
        memory = server.memory_mb()
    table = reporting.table(
        [
            *("page", "p50 / p95, 1 client", "per second", "p50 / p95, 16 clients", "per second"),
            *("statements", "rendering", "KB gzip"),
        ],
        rows,
    )
    facts = [
        f"{report.facts()} {ROWS:,} customers; one process of eight threads.",
        table,
        f"Server time of the list with {ROWS:,} rows: {many / few:.2f} × that with {SMALL:,} ({many:.1f} ms, {few:.1f} ms; target ≤ 1.5).",
        f"First visit of the list in English {first:.0f} KB in all (target ≤ 500), later ones {later:.1f} KB.",
        f"Memory of the process after all of it: {memory:.0f} MB; of one with all addons of Tangram, after a page of each model: "
        f"{memory_of_all_addons(tmp_path):.0f} MB.",
    ]
    text = "\n\n".join(facts)
    print(f"\n{text}")  # noqa: T201 - the numbers are what was asked for
    if ROWS == FULL:
        reporting.write("bench-web", text)


def memory_of_all_addons(folder: Path) -> float:
    """Return the megabytes of a process that serves every addon there is, on a database of its own."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'all.sqlite'}", data_dir=folder / "all", addons_path=(), language="en"
    )
    app = Application(settings)
    app.lifecycle().install(list(app.addons.order))
    with app.env() as env:
        admin = env["core.user"].create({"name": "Ada", "login": "ada", "groups": [env.ref("base.administrator")]}).id
        models = [name for name, info in env.registry.models.items() if not info.abstract]
    with serving(app, admin, folder) as server:
        for model in models:
            server.get(f"/records/{model}")
        memory = server.memory_mb()
    app.close()
    return memory


def row(server: Server, name: str, path: str) -> list[str]:
    """Measure one page."""
    load(server, path, 1, 5)
    alone = load(server, path, 1, ALONE)
    lines = server.logged(path)[-ALONE:]
    together = load(server, path, CLIENTS, TOGETHER)
    shares = [line["render_ms"] / line["ms"] for line in lines if line["ms"]]
    share = f"{statistics.median(shares):.0%}" if shares and any(shares) else "–"
    return [
        name,
        f"{alone.p50_ms:.0f} / {alone.p95_ms:.0f} ms",
        f"{alone.per_second:.0f}",
        f"{together.p50_ms:.0f} / {together.p95_ms:.0f} ms",
        f"{together.per_second:.0f}",
        f"{max(line['statements'] for line in lines)}",
        share,
        f"{len(server.get(path)[1]) / 1024:.1f}",
    ]


def median_ms(server: Server, path: str) -> float:
    """The server's own time for a page."""
    load(server, path, 1, 5)
    load(server, path, 1, ALONE)
    return statistics.median(line["ms"] for line in server.logged(path)[-ALONE:])


def visit_kb(server: Server, path: str) -> tuple[float, float]:
    """Bytes of a first visit with what the page links and the Latin slice of its font, and of a later one."""
    body = server.get(path)[1]
    linked = sorted(set(LINKED.findall(unpacked(body))))
    whole = len(body) + sum(len(server.get(address)[1]) for address in linked)
    style = next((unpacked(server.get(address)[1]) for address in linked if "inter" in address), "")
    slices = re.findall(r"url\((?:\.?/)?([^)]*latin-wght[^)]*)\)", style)
    folder = next((address.rpartition("/")[0] for address in linked if "inter" in address), "")
    whole += sum(len(server.get(f"{folder}/{name.strip(chr(39) + chr(34))}")[1]) for name in slices[-1:])
    return whole / 1024, len(body) / 1024
