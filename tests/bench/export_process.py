"""A process that exports a list, then writes the same cells by xlsxwriter alone, and says in JSON how long both took; see `test_export`."""

from __future__ import annotations

import datetime
import json
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from core.app import Application
from core.base.services.attachment_files import file_path
from core.config import Settings
from core.jobs import InProcessCarrier, Runner
from tests.bench.memory import Memory

PATHS = ["name", "code", "quantity", "price", "weight", "arrived_on", "active", "kind", "note", "country", "owner"]


def main(url: str, folder: str, addons: str, user: str) -> None:
    """Export, write, and print the figures."""
    settings = Settings(database_url=url, data_dir=Path(folder), addons_path=(Path(addons),), language="en")
    app = Application(settings, carrier=InProcessCarrier())
    database, uid = app.database(), int(user)
    with database.transaction(uid) as env:
        columns = [[path, path] for path in PATHS]
        more = {"title": "Parts", "form": "xlsx", "zone": "UTC"}
        job = env.defer("base.export_list", model="bench.part", domain=None, order="id", columns=columns, **more)
    memory = Memory()
    started = time.perf_counter()
    outcome = Runner(app, app.carrier, watched=False).run("default", job)
    exported, peak_mb = time.perf_counter() - started, memory.peak_mb
    with database.transaction(uid, readonly=True) as env:
        (told,) = env.as_user(1)["core.notification"].read([["user", "=", uid]], ["url"], "id desc", 1)
        file = env.as_user(1)["core.attachment"].get(int(told["url"].split("/")[2]))
        path = file_path(Path(folder), file.checksum)
    cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    started = time.perf_counter()
    write(cells)
    figures = {"rows": len(cells) - 1, "export": exported, "writer": time.perf_counter() - started, "memory": peak_mb}
    app.close()
    print(json.dumps({**figures, "outcome": str(outcome)}))  # noqa: T201 - the answer to the process that started this one


def write(cells: list[list[Any]]) -> None:
    """Write cells as somebody would who has nothing but the library."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book = xlsxwriter.Workbook(file.name, {"constant_memory": True})
        page, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        number = book.add_format({"num_format": "#,##0.00"})
        for line, row in enumerate(cells):
            for place, value in enumerate(row):
                if isinstance(value, datetime.date):
                    page.write_datetime(line, place, value, day)
                elif isinstance(value, (int, float, Decimal)):
                    page.write_number(line, place, value, number)
                else:
                    page.write_string(line, place, value)
        book.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
