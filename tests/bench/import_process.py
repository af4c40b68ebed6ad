"""A process that imports a spreadsheet and takes it back, and says in JSON how long that took and how much memory; see `test_import`."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

from addons.base_exchange.services import imports
from core.app import Application
from core.config import Settings


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


class Memory:
    """Watches the memory of this process together with that of the processes it starts."""

    def __init__(self) -> None:
        self.peak_mb = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        own = os.getpid()
        threads = Path(f"/proc/{own}/task")
        while True:
            children = [number for thread in threads.iterdir() for number in _words(thread / "children")]
            total = sum(int(next(iter(_words(Path(f"/proc/{each}/statm"))[1:]), "0")) for each in (own, *children))
            self.peak_mb = max(self.peak_mb, total * os.sysconf("SC_PAGE_SIZE") >> 20)
            time.sleep(0.02)


def _words(path: Path) -> list[str]:
    """Return the words of a file of the kernel's; none if the process has just ended."""
    try:
        return path.read_text(encoding="ascii").split()
    except OSError:
        return []


if __name__ == "__main__":
    main(*sys.argv[1:])
