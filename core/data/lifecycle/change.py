"""One change of the addons of one database: its transaction, its environments, what happens after the commit. Layer: data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from core.data.assemble import Assembly
from core.data.lifecycle.progress import Progress
from core.orm import bookkeeping
from core.orm.bookkeeping import AddonState
from core.orm.dberrors import translate
from core.orm.environment import SYSTEM_UID, Environment
from core.orm.schema.sqlite import schema_transaction

if TYPE_CHECKING:
    from core.orm.database import Database
    from core.orm.registry import Registry


class Change:
    """What the steps of one change share; lives as long as its transaction.

    Args:
        database: The database.
        connection: In the transaction; nobody else changes addons meanwhile.
        progress: Told how far it is.
        adopt: Told of an assembly before records are made with its registry, so that jobs can be queued in the change itself.
    """

    def __init__(
        self,
        database: Database,
        connection: sa.Connection,
        progress: Progress,
        adopt: Callable[[Assembly], None] | None = None,
    ) -> None:
        self.database = database
        self.connection = connection
        self.progress = progress
        self.adopt: Callable[[Assembly], None] = adopt or (lambda _assembly: None)
        self.states: dict[str, AddonState] = (
            bookkeeping.addon_states(connection) if bookkeeping.exists(connection) else {}
        )
        """What the database knew of its addons when the change began."""
        self.assembly: Assembly | None = None
        """What is in force once the change is committed; None: nothing changed."""
        self.after_commit: list[Callable[[], None]] = []
        self.after_rollback: list[Callable[[], None]] = []

    @contextmanager
    def env(self, registry: Registry) -> Iterator[Environment]:
        """Open an environment of the system in the database's language; saved at the end of the block."""
        env = Environment(self.database, registry, self.connection, SYSTEM_UID, self.database.default_lang)
        try:
            yield env
            for member in env.family:
                member.flush()
        finally:
            for member in env.family:
                member.session.close()
        self.after_commit.extend(env.after_commit)

    def finish(self, assembly: Assembly) -> None:
        """Say which registry is in force from the commit on, in every process."""
        assembly.registry.sequence = bookkeeping.bump_sequence(self.connection)
        self.assembly = assembly


@contextmanager
def transaction(database: Database, *, rewrite: bool) -> Iterator[sa.Connection]:
    """Open the transaction of a change; the database's changes of addons wait for one another.

    Args:
        database: The database.
        rewrite: Whether tables may be rewritten or dropped. SQLite enforces no foreign keys then, and checks them all before the
            commit.

    Raises:
        CoreError: Whatever the database refused, in our words.
    """
    try:
        if rewrite:
            with schema_transaction(database.engine) as connection:
                yield connection
            return
        with database.engine.connect() as connection, connection.begin():
            bookkeeping.lock(connection)
            yield connection
    except SQLAlchemyError as error:
        raise translate(error) from error
