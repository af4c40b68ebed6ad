"""How much memory a program and those it starts hold at most."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path


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
