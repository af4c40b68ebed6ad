"""A database whose transactions all lie inside that of the running test; layer ``core.testing``.

What a page, a job or ``app.env(…)`` commits during a test is seen by the test's own ``env`` and gone after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from core.orm.database import Database
from core.orm.dberrors import translate
from core.orm.environment import SYSTEM_UID, Environment


class SharedDatabase(Database):
    """Inside `rolled_back` every transaction is a savepoint of one connection; outside it is as usual."""

    _outer: Environment | None = None

    @contextmanager
    def rolled_back(self, uid: int = SYSTEM_UID) -> Iterator[Environment]:
        """Open the transaction of a test as a user and undo it at the end, whatever happened."""
        with self.engine.connect() as connection:
            transaction = connection.begin()
            env = Environment(self, self.registry_for(connection), connection, uid)
            self._outer = env
            try:
                yield env
            finally:
                self._outer = None
                for member in env.family:
                    member.session.close()
                transaction.rollback()

    @contextmanager
    def _connection(self, *, readonly: bool) -> Iterator[sa.Connection]:
        if self._outer is None:
            with super()._connection(readonly=readonly) as connection:
                yield connection
            return
        connection = self._outer.connection
        self._outer.before_query()
        try:
            with connection.begin_nested():
                yield connection
        except SQLAlchemyError as error:
            raise translate(error, self._registry) from error
        finally:
            if not readonly:
                for member in self._outer.family:
                    member.session.expire_all()
                    member.checked.clear()

    @contextmanager
    def transaction(
        self, uid: int = SYSTEM_UID, *, lang: str | None = None, readonly: bool = False
    ) -> Iterator[Environment]:
        """Open a transaction; inside a test a savepoint of the test's own, where ``readonly`` is of no consequence."""
        outer = self._outer
        if outer is None:
            with super().transaction(uid, lang=lang, readonly=readonly) as env:
                yield env
            return
        with self._connection(readonly=readonly) as connection:
            env = Environment(self, self.registry_for(connection), connection, uid, lang)
            members = [env]
            env.family = members
            try:
                yield env
                for member in members:
                    member.flush()
            finally:
                for member in members:
                    member.session.close()
        for callback in env.after_commit:
            callback()
