"""Many people at once, each in a transaction of their own; layer ``core.testing``."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

from core.errors import CoreError

if TYPE_CHECKING:
    from core.testing.installation import TestedApplication

PEOPLE = 16


def at_once(app: TestedApplication, work: Callable[[Any], Any], *, people: int = PEOPLE) -> list[str]:
    """Let everybody do ``work(env)`` as the administrator at the same time: they begin together.

    Args:
        app: An installation of its own, since everything is committed.
        work: What each does.
        people: How many.

    Returns:
        What became of each: ``done``, or the code of the error that told them so.
    """
    ready = Barrier(people, timeout=60)

    def one(_number: int) -> str:
        ready.wait()
        try:
            app.run(work, user="admin")
        except CoreError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(people) as threads:
        return list(threads.map(one, range(people)))
