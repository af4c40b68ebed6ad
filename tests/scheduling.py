"""Which worker of pytest-xdist runs which test: what shares an installed database stays together, what takes longest begins.

Spread test by test, every worker would install every addon on each database. Chosen by ``--dist`` nothing of this happens.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

DATABASE = re.compile(r"\[(?:.*-)?(sqlite|postgresql)(?:-.*)?\]$")
ALONE = (
    "tests/browser/",
    "tests/docs/",
    "tests/integration/web/test_schemathesis",
    "tests/integration/web/test_walk",
    "tests/integration/exchange/test_crm_sales_set",
    "tests/integration/exchange/test_messy_files",
    "tests/integration/exchange/test_northwind_set",
)
"""Where each file is a group: it installs something of its own, or takes minutes."""
TOGETHER = "addons/"
"""Where both databases of a folder are one group: the models composed for one serve the other."""
FIRST = (
    "tests/docs/test_tutorial",
    *ALONE[2:],
    "tests/flows",
    "tests/integration/web",
    "tests/browser/test_pages",
    "addons/crm_",
)
"""What takes minutes, longest first, so that no worker has such a group left when the other is done."""


def group_of(nodeid: str) -> str:
    """Return the group of a test: its folder (in `ALONE` its file) with the database it runs on; without one that of SQLite."""
    path = nodeid.partition("::")[0]
    if path.startswith(TOGETHER):
        return path.rpartition("/")[0]
    place = path if path.startswith(ALONE) else path.rpartition("/")[0]
    # A test's parameters may hold slashes and colons, but they end the id.
    found = DATABASE.search(nodeid)
    return f"{place} {found[1] if found else 'sqlite'}"


def order_of(nodeids: list[str]) -> Callable[[str], tuple[int, int, str]]:
    """Return the sort key of tests: groups of `FIRST` in its order, then large ones before small ones, each group together."""
    sizes: dict[str, int] = {}
    for each in nodeids:
        sizes[group_of(each)] = sizes.get(group_of(each), 0) + 1

    def key(nodeid: str) -> tuple[int, int, str]:
        group = group_of(nodeid)
        place = next((number for number, start in enumerate(FIRST) if group.startswith(start)), len(FIRST))
        return place, -sizes[group], group

    return key


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Bring the tests of a worker into the order in which groups are handed out."""
    if hasattr(config, "workerinput"):
        key = order_of([item.nodeid for item in items])
        items.sort(key=lambda item: key(item.nodeid))


class GroupScheduling(LoadScopeScheduling):
    """Hands out groups of tests, one after the other, to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Hand out groups unless another mode was asked for; ``-n`` alone means "load"."""
    if config.getoption("dist") != "load":
        return None
    config.option.loadscopereorder = False
    return GroupScheduling(config, log)
