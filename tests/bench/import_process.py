"""A process that imports a spreadsheet and takes it back, and says in JSON how long that took and how much memory; see `test_import`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from addons.base_exchange.services import imports
from core.app import Application
from core.config import Settings
from tests.bench.memory import Memory


def main(url: str, folder: str, addons: str, user: str, file: str) -> None:
    """Import, undo, and print the figures."""
    memory = Memory()
    settings = Settings(database_url=url, data_dir=Path(folder), addons_path=(Path(addons),), language="en")
    app = Application(settings)
    database, uid = app.database(), int(user)
    with database.transaction(uid) as env, Path(file).open("rb") as content:
        number = imports.start(env, "bench.part", "parts.xlsx", content)
    seconds = []
    for step in (
        lambda env: imports.execute(env, number, is_trial=False),
        lambda env: imports.execute_undo(env, number, keep_changed=False),
    ):
        started = time.perf_counter()
        with database.transaction(uid) as env:
            step(env)
        seconds.append(time.perf_counter() - started)
    with database.transaction(uid, readonly=True) as env:
        record = env["base.import"].get(number)
        counts = (record.state, record.created_count, record.report["undo"]["deleted"])
    app.close()
    print(json.dumps([counts, seconds, memory.peak_mb]))  # noqa: T201 - the answer to the process that started this one


if __name__ == "__main__":
    main(*sys.argv[1:])
