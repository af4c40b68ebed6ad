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
from core.orm.inserting import draw_sqlite_ids
from core.orm.updating import write_plain_changes

if TYPE_CHECKING:
    from core.orm.environment import Environment

FEW_NEW = 10
"""Fewer new records of a model than this are not worth drawing ids for."""

MOST_IDS = 1000
"""Ids that one statement asks for."""


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
                    self._draw_ids()
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

    def _draw_ids(self) -> None:
        """Give many new records their ids beforehand on SQLite, which else is asked for each by a statement of its own."""
        if len(self.new) < FEW_NEW or self.get_bind().dialect.name != "sqlite":
            return
        found: dict[Any, list[Any]] = {}
        for record in self.new:
            if record.__dict__.get("id") is None:
                found.setdefault(record._info, []).append(record)
        for info, records in found.items():
            if len(records) >= FEW_NEW:
                # In the order in which they were added, in which the unit of work writes them as well.
                records.sort(key=lambda record: orm.attributes.instance_state(record).insert_order or 0)
                for record, number in zip(
                    records, draw_sqlite_ids(self.connection(), info.table, len(records)), strict=True
                ):
                    record.id = number

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

    def forget_undone(self) -> None:
        """Let go of records whose rows an undone savepoint took away: SQLite gives their ids to the next ones. One statement a model."""
        loaded: dict[Any, dict[int, Any]] = {}
        records: list[Any] = list(self.identity_map.values())
        for record in records:
            # Not its attribute, which has expired.
            loaded.setdefault(record._info, {})[sa.inspect(record).identity[0]] = record
        for info, by_id in loaded.items():
            column, numbers = info.table.c.id, list(by_id)
            there: set[int] = set()
            for start in range(0, len(numbers), MOST_IDS):
                there.update(
                    self.connection().scalars(sa.select(column).where(column.in_(numbers[start : start + MOST_IDS])))
                )
            for number in by_id.keys() - there:
                self.expunge(by_id[number])
