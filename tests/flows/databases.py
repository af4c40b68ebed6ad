"""Databases with the common data of the flows, made once per run for each selection of addons, and copied."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from core.config import Settings
from core.jobs.carrier import InProcessCarrier
from core.plugins import BASE, discover
from core.testing.clock import Clock
from core.testing.installation import KEPT_OPEN, Engine, TestedApplication
from tests.flows.company import FOUNDED, build

Names = tuple[str, ...]


class FlowDatabases:
    """Applications in which chosen addons are enabled and the common data stand.

    A selection begins with a copy of the longest beginning of it that is there already, and enables the rest together.

    Args:
        folder: Where SQLite files and data folders go.
        engine: Gives an engine by name.
    """

    def __init__(self, folder: Path, engine: Callable[[str], Engine]) -> None:
        self._folder = folder
        self._engine = engine
        self._numbers: Iterator[int] = itertools.count(1)
        self._enabled: dict[tuple[str, Names], str] = {}
        self._built: dict[tuple[str, Names], str] = {}
        self._shared: dict[tuple[str, Names], str] = {}
        self._opened: dict[tuple[str, Names], TestedApplication] = {}
        self._urls: list[tuple[Engine, str]] = []

    def shared(self, engine: str, addons: Sequence[str]) -> TestedApplication:
        """Return the application whose tests each run in a transaction that is undone; the last few stay open."""
        key = (engine, _in_order(addons))
        if key not in self._shared:
            self._shared[key] = self._copy(engine, self._with_data(engine, key[1]))
        app = self._opened.pop(key, None) or self._open(self._shared[key])
        self._opened[key] = app
        while len(self._opened) > KEPT_OPEN:
            self._opened.pop(next(iter(self._opened))).close()
        return app

    def fresh(self, engine: str, addons: Sequence[str]) -> TestedApplication:
        """Return an application on a copy of its own, for tests that commit; who asks closes it."""
        return self._open(self._copy(engine, self._with_data(engine, _in_order(addons))))

    def close(self) -> None:
        """Delete everything."""
        for app in self._opened.values():
            app.close()
        for maker, url in self._urls:
            maker.drop(url)
        self._urls.clear()

    def _with_data(self, engine: str, addons: Names) -> str:
        """Return the URL of a database with the addons and the common data; to be copied only."""
        key = (engine, addons)
        if key not in self._built:
            self._built[key] = url = self._copy(engine, self._with_addons(engine, addons))
            app = self._open(url)
            try:
                app.run(build, user="admin")
            finally:
                app.close()
        return self._built[key]

    def _with_addons(self, engine: str, addons: Names) -> str:
        """Return the URL of a database with the addons and no data of a flow; to be copied only."""
        key = (engine, addons)
        if key not in self._enabled:
            known = next((size for size in range(len(addons), 0, -1) if (engine, addons[:size]) in self._enabled), 0)
            maker = self._engine(engine)
            if addons:
                url = self._copy(engine, self._with_addons(engine, addons[:known]))
            else:
                url = self._note(maker, maker.create())
            app = self._open(url)
            try:
                if addons:
                    app.lifecycle().enable(list(addons[known:]))
                else:
                    app.lifecycle().install(prepare=_past_the_first_login)
            finally:
                app.close()
            self._enabled[key] = url
        return self._enabled[key]

    def _copy(self, engine: str, url: str) -> str:
        maker = self._engine(engine)
        return self._note(maker, maker.copy(url))

    def _note(self, maker: Engine, url: str) -> str:
        self._urls.append((maker, url))
        return url

    def _open(self, url: str) -> TestedApplication:
        data = self._folder / f"var{next(self._numbers)}"
        data.mkdir()
        settings = Settings(root=self._folder, data_dir=data, database_url=url, language="en", timezone="Asia/Shanghai")
        clock = Clock()
        clock.set(FOUNDED)
        return TestedApplication(settings, clock=clock, carrier=InProcessCarrier())


def _in_order(addons: Sequence[str]) -> Names:
    """Return the addons and what they need, each after what it needs."""
    return tuple(each.name for each in discover([]).with_dependencies(list(addons)) if each.name != BASE)


def _past_the_first_login(env: Any) -> None:
    env.ref("base.admin").update(must_change_password=False)
