"""Runs a transaction again when the database refused it because of concurrency. Layer: orm."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from core.errors import RetryableError
from core.orm.dberrors import translate

ATTEMPTS = 8
BASE_S = 0.01
"""Longest wait before the second attempt, in seconds; it doubles from attempt to attempt."""
CAP_S = 1.0

Result = TypeVar("Result")


def run_with_retry(
    fn: Callable[[], Result],
    attempts: int = ATTEMPTS,
    *,
    sleep: Callable[[float], object] = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> Result:
    """Call ``fn``, a whole transaction, until it is not refused for concurrency.

    Args:
        fn: Begins, does and commits everything; nothing may be left of a failed call.
        attempts: Most calls.
        sleep: Waits the given seconds; a test passes its own.
        jitter: Gives a number from 0 to 1 by which each wait is shortened, so that those who collided don't collide again.

    Returns:
        What ``fn`` returned.

    Raises:
        RetryableError: The last attempt was refused as well.
        Exception: Whatever else ``fn`` raises, at once and unchanged.
    """
    for attempt in range(1, attempts + 1):
        try:
            return fn()
        except RetryableError:
            if attempt >= attempts:
                raise
        except sa.exc.DBAPIError as err:
            refusal = translate(err)
            if not isinstance(refusal, RetryableError):
                raise
            if attempt >= attempts:
                raise refusal from err
        sleep(min(CAP_S, BASE_S * 2 ** (attempt - 1)) * jitter())
    raise ValueError("attempts must be at least 1")
