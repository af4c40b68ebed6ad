"""`RecordSession`: the SQLAlchemy session of one environment, whose flush applies all rules. Layer: orm.

A flush first prepares (recompute, stamps, checks: `core.orm.saving`), then writes inside a savepoint and checks what only the database
can tell. If anything refuses, everything pending is discarded and the environment stays usable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError

from core.orm import loading, saving
from core.orm.dberrors import translate
from core.orm.updating import write_plain_changes

if TYPE_CHECKING:
    from core.orm.environment import Environment


class RecordSession(orm.Session):
    """A session bound to the connection of one transaction."""

    def __init__(self, env: Environment, connection: sa.Connection) -> None:
        super().__init__(bind=connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        self.env = env
        self.info["env"] = env
        self.busy = False
        self.writing = False
        """True while SQLAlchemy writes the rows."""
        self.whole = False
        """True while the transaction ends: a failure then undoes everything, so no savepoint is needed."""
        loading.listen(self)

    @property
    def has_pending(self) -> bool:
        """Whether there is anything to write."""
        changes, recompute = self.env.changes, self.env.recompute
        return bool(
            self.new
            or changes.old
            or self.env.touched
            or recompute.queue
            or recompute.due
            or self.deleted
            or self._dirty_states
        )

    def flush(self, objects: Any = None) -> None:
        """Write what is pending, or discard it and raise.

        Raises:
            ValidationError: A rule refuses.
            AccessDenied: The user may not do this.
            RetryableError: Another transaction was in the way.
        """
        if self.busy or self._flushing or not self.has_pending:
            return
        if self.env.tracer is None:
            self._save()
        else:
            self.env.tracer.call("save", "flush", "core", "", self._save)

    def _save(self) -> None:
        env = self.env
        noted = len(env.notes)
        self.busy = True
        try:
            batch = saving.prepare(env)
            with self._savepoint():
                self.writing = True
                try:
                    write_plain_changes(self)
                    super().flush()
                finally:
                    self.writing = False
                self.busy = False
                saving.finish(env, batch)
        except (SQLAlchemyError, StaleDataError) as error:
            self.discard()
            del env.notes[noted:]
            raise translate(error, env.registry) from error
        except BaseException:
            self.discard()
            del env.notes[noted:]
            raise
        finally:
            self.busy = False
        env.family_changed()

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        if self.whole:
            yield
            return
        nested = self.begin_nested()
        try:
            yield
            nested.commit()
        except BaseException:
            nested.rollback()
            raise

    def discard(self) -> None:
        """Forget all that is pending, so that the environment goes on from what the database holds."""
        self.busy = True
        try:
            for record in list(self.new):
                self.expunge(record)
            for record in {*self.env.changes.old, *self.dirty}:
                if record in self:
                    self.expire(record)
            self.env.changes.clear()
            self.env.recompute.clear()
            self.env.touched.clear()
        finally:
            self.busy = False
