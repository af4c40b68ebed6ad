"""A year of made-up activity for those who try the system; each addon fills in its own part (hook ``register_demo_parts``).

Everything is drawn from a fixed seed and dated back from today, so that two installations of one day are alike and none grows old.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, Any

from core.errors import ValidationError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

SEED = 20260801
DAYS = 365
SEASONS = (80, 45, 105, 100, 100, 115, 90, 85, 110, 95, 120, 125)
"""Business of each calendar month in percent: quiet at the Spring Festival, busy before quarters end."""


class DemoYear:
    """The year that is made up: its days, its chance and the clock.

    Args:
        env: An environment of the system; its database's clock is turned back while documents of the past are made.
        size: 1 makes some hundreds of documents; a tenth of it is enough to test with.
    """

    def __init__(self, env: Environment, size: float = 1.0) -> None:
        self.env = env
        self.size = size
        self.today = env.today()
        self.first = self.today - dt.timedelta(days=DAYS)
        self._choices: dict[str, list[Any]] = {}

    def chance(self, part: str) -> Random:
        """Return the chance of one part; that of another part does not change it."""
        return Random(f"{SEED}/{part}")  # noqa: S311 - made-up figures, no secrets

    def some(self, number: int) -> int:
        """Return how many are made where ``number`` are made in full size; at least 1."""
        return max(1, round(number * self.size))

    def days(self, part: str, number: int, *, until: int = 0) -> list[dt.date]:
        """Return working days of the year in order, more of them later in the year and in busy months.

        Args:
            part: Whose chance.
            number: How many in full size.
            until: Days before today of the last one.
        """
        chance = self.chance(f"{part}/days")
        candidates = [self.first + dt.timedelta(days=step) for step in range(DAYS + 1 - until)]
        working = [day for day in candidates if day.weekday() < 5]
        weights = [SEASONS[day.month - 1] * (1 + 0.6 * (day - self.first).days / DAYS) for day in working]
        return sorted(chance.choices(working, weights, k=self.some(number)))

    def moment(self, day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
        """Return an instant of a day, by the clock on the wall of the deployment."""
        return dt.datetime.combine(day, dt.time(hour, minute), self.env.timezone).astimezone(dt.UTC)

    @contextmanager
    def at(self, day: dt.date, hour: int = 10) -> Iterator[None]:
        """Let the clock stand at ``day`` inside the block; what is pending is written before it moves."""
        database, before = self.env.database, self.env.database.clock
        self.env.flush()
        moment = min(self.moment(day, hour), before())
        database.clock = lambda: moment
        try:
            yield
            self.env.flush()
        finally:
            database.clock = before

    def choices(self, dictionary: str) -> list[Any]:
        """Return the active items of a dictionary, by their order."""
        if dictionary not in self._choices:
            domain = [["dictionary.code", "=", dictionary], ["active", "=", True]]
            self._choices[dictionary] = list(self.env["core.dictionary.item"].search(domain, order="sequence, id"))
        return self._choices[dictionary]

    def choice(self, dictionary: str, key: str) -> Any:
        """Return the item of a dictionary with a key."""
        return next(item for item in self.choices(dictionary) if item.key == key)

    def users(self, *logins: str) -> Sequence[Any]:
        """Return the users with these logins, in this order; who does not exist is left out."""
        found = {user.login: user for user in self.env["core.user"].search([["login", "in", list(logins)]])}
        return [found[login] for login in logins if login in found]


DemoPart = Callable[[DemoYear], None]
"""Makes one part of the year."""


def make_demo_year(env: Environment, size: float = 1.0) -> None:
    """Have each enabled addon make its part of the year, those that others need first; flushes.

    Raises:
        ValidationError: The size is not above 0.
    """
    if size <= 0:
        raise ValidationError(_("The size of the demo must be above 0."))
    year = DemoYear(env, size)
    was_enabled = gc.isenabled()
    # Looking for garbage among the many records alive takes half of the time.
    gc.disable()
    try:
        # The last addon answers a hook first.
        for parts in reversed(env.hook.register_demo_parts()):
            for part in parts:
                part(year)
                env.flush()
    finally:
        if was_enabled:
            gc.enable()
