"""Counts the statements a test sends; layer ``core.testing``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

_BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK TO")
"""Beginnings of statements that read and write nothing."""


class Statements:
    """What was sent to one engine.

    Args:
        engine: The engine to listen to.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.seen: list[str] = []
        """The statements since the last call, in order; those that only mark transactions are left out."""

    def __call__(self) -> int:
        """Return the number of statements since it was last asked, and begin anew."""
        number = len(self.seen)
        self.seen.clear()
        return number

    @contextmanager
    def at_most(self, limit: int) -> Iterator[None]:
        """Fail if the block sends more than ``limit`` statements; the failure lists them."""
        self.seen.clear()
        yield
        sent = self.seen[:]
        if len(sent) > limit:
            listed = "\n".join(f"{number:3} {statement}" for number, statement in enumerate(sent, 1))
            pytest.fail(f"{len(sent)} statements instead of at most {limit}:\n{listed}", pytrace=False)

    @contextmanager
    def listening(self) -> Iterator[Statements]:
        """Count inside the block."""

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(_BOOKKEEPING):
                self.seen.append(" ".join(statement.split()))

        sa.event.listen(self._engine, "before_cursor_execute", note)
        try:
            yield self
        finally:
            sa.event.remove(self._engine, "before_cursor_execute", note)
