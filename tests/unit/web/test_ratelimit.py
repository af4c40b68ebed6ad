"""Token buckets."""

from __future__ import annotations

import pytest

from core.web import ratelimit
from core.web.errors import RequestError
from core.web.ratelimit import Rate, RateLimiter


class Clock:
    """Stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def allowed(limiter: RateLimiter, caller: str, times: int) -> int:
    found = 0
    for _number in range(times):
        try:
            limiter.take(caller)
        except RequestError:
            continue
        found += 1
    return found


def test_a_burst_then_the_rate() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(2, 5), clock)
    assert allowed(limiter, "a", 10) == 5
    clock.now += 1
    assert allowed(limiter, "a", 10) == 2
    clock.now += 1000
    assert allowed(limiter, "a", 10) == 5


def test_callers_do_not_disturb_each_other() -> None:
    limiter = RateLimiter(Rate(1, 2), Clock())
    assert allowed(limiter, "a", 5) == 2
    assert allowed(limiter, "b", 5) == 2


def test_a_refusal_says_how_long_to_wait() -> None:
    limiter = RateLimiter(Rate(0.1, 1), Clock())
    limiter.take("a")
    for refused in (limiter.take, limiter.check):
        with pytest.raises(RequestError) as caught:
            refused("a")
        told = {"X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "10"}
        assert (caught.value.status, caught.value.headers) == (429, {"Retry-After": "10", **told})


def test_checking_counts_nothing() -> None:
    limiter = RateLimiter(Rate(1, 1), Clock())
    for _number in range(5):
        limiter.check("a")
    limiter.take("a")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "MAX_BUCKETS", 100)
    clock = Clock()
    limiter = RateLimiter(Rate(1, 2), clock)
    for number in range(1000):
        clock.now += 0.001
        limiter.take(f"caller {number}")
    assert len(limiter._buckets) <= 101
