"""Limits how often one caller may ask: a token bucket for each, in the memory of the process (layer web).

Several processes together let that many times more through; a limit that must be exact belongs into the proxy in front.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from core.i18n import _
from core.web.errors import RequestError

MAX_BUCKETS = 20_000
"""Callers remembered; beyond, those that have been quiet for long enough to be full again are forgotten."""


@dataclass(frozen=True)
class Rate:
    """How often something may happen."""

    per_second: float
    """In the long run."""
    burst: int
    """At once after a rest."""


CALLER = Rate(per_second=50, burst=500)
"""Requests of one key, session or (without either) address."""


@dataclass(frozen=True)
class Standing:
    """How much of a rate a caller has left."""

    limit: int
    """Requests at once after a rest."""
    remaining: int
    reset_s: int
    """Seconds after which all of them are there again."""

    def headers(self) -> dict[str, str]:
        """Return it as headers."""
        return dict(zip(HEADERS, map(str, (self.limit, self.remaining, self.reset_s)), strict=True))


HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
"""Headers that tell a `Standing`, in the order of its parts."""


class RateLimiter:
    """Buckets of one rate.

    Args:
        rate: The limit.
        clock: Gives seconds; a test passes its own.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        """Caller → (tokens left, when that was so)."""
        self._lock = threading.Lock()

    def take(self, caller: str) -> Standing:
        """Count one call and return what is left.

        Raises:
            RequestError: Too many (429); the header ``Retry-After`` tells the seconds to wait.
        """
        with self._lock:
            tokens, at = self._level(caller), self._clock()
            if tokens >= 1:
                self._buckets[caller] = (tokens - 1, at)
                if len(self._buckets) > MAX_BUCKETS:
                    self._forget()
                return self._standing(tokens - 1)
        raise self._refusal(tokens)

    def check(self, caller: str) -> None:
        """Refuse as `take` does, without counting."""
        with self._lock:
            tokens = self._level(caller)
        if tokens < 1:
            raise self._refusal(tokens)

    def _level(self, caller: str) -> float:
        tokens, at = self._buckets.get(caller, (float(self.rate.burst), self._clock()))
        return min(float(self.rate.burst), tokens + (self._clock() - at) * self.rate.per_second)

    def _standing(self, tokens: float) -> Standing:
        missing = (self.rate.burst - tokens) / self.rate.per_second
        return Standing(self.rate.burst, max(0, math.floor(tokens)), max(0, math.ceil(missing)))

    def _refusal(self, tokens: float) -> RequestError:
        seconds = max(1, math.ceil((1 - tokens) / self.rate.per_second))
        return RequestError(
            429,
            _("Too many requests; please wait %(seconds)s s.", seconds=seconds),
            code="request.rate",
            headers={"Retry-After": str(seconds), **self._standing(tokens).headers()},
        )

    def _forget(self) -> None:
        full = [caller for caller in self._buckets if self._level(caller) >= self.rate.burst]
        for caller in full or list(self._buckets)[: MAX_BUCKETS // 2]:
            del self._buckets[caller]
