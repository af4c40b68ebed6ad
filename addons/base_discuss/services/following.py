"""Following a record, and how far its discussion has been read."""

from typing import Any

import sqlalchemy as sa

from addons.base_discuss.services.discussed import READER, Discussed
from core.api import ConflictError, Environment, ValidationError, system_of


def own_reader(discussed: Discussed) -> tuple[bool, int]:
    """Return whether the user follows the record, and the last comment they saw (0 for none); one statement."""
    table = discussed.env.registry[READER].table
    statement = sa.select(table.c.follows, table.c.seen).where(*_of_user(discussed, table))
    row = discussed.env.connection.execute(statement).first()
    return (False, 0) if row is None else (bool(row.follows), row.seen)


def follow(discussed: Discussed, *, on: bool) -> None:
    """Follow the record, or no longer."""
    _keep(discussed, follows=on)


def mark_seen(discussed: Discussed, comment: int) -> None:
    """Note that the user has seen the comments up to one; never takes anything back."""
    if comment > own_reader(discussed)[1]:
        _keep(discussed, seen=comment)


def followers_of(discussed: Discussed) -> set[int]:
    """Return the users who follow the record, whatever they may read by now; one statement."""
    table = discussed.env.registry[READER].table
    statement = sa.select(table.c.user_id).where(*_of_record(discussed, table), table.c.follows)
    return set(discussed.env.connection.scalars(statement))


def _keep(discussed: Discussed, **values: Any) -> None:
    system: Environment = system_of(discussed.env)
    key = {"user": discussed.env.uid, **discussed.key}
    found = system[READER].search([[name, "=", value] for name, value in key.items()])
    if found:
        found.update(**values)
    else:
        try:
            with system.savepoint():
                system[READER].create({**key, **values})
        except (ConflictError, ValidationError):
            # Another page of the same user was first.
            system[READER].search([[name, "=", value] for name, value in key.items()]).update(**values)
    system.flush()


def _of_record(discussed: Discussed, table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.model == discussed.model, table.c.record_id == discussed.number


def _of_user(discussed: Discussed, table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.user_id == discussed.env.uid, *_of_record(discussed, table)
