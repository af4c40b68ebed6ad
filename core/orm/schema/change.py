"""Compares the registry's tables with the database and changes the database to fit. Layer: orm.

`plan_changes` says what is missing, `apply_changes` does it. Nothing that holds data is ever dropped here (that is
`core.orm.schema.drop`), nothing is made narrower or stricter: a column of a disabled addon stays, and a column added to an existing
table admits NULL, whatever its field demands. A table that does not exist is created without any comparing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.schema import AddConstraint, CreateIndex

from core.errors import DefinitionError, Where, raise_faults
from core.i18n import _
from core.orm import fts, substring
from core.orm.schema.analyse import Analyse
from core.orm.schema.compare import ORDER, Change, Kind, compare
from core.orm.schema.create import create_tables
from core.orm.schema.reflect import reflect
from core.orm.schema.sqlite import Rebuild, rebuild, require_no_foreign_keys

__all__ = ["Change", "apply_changes", "plan_changes"]


def plan_changes(
    connection: sa.Connection, metadata: sa.MetaData, tables: Iterable[str] | None = None, *, count_rows: bool = False
) -> list[Change]:
    """Return what must change so that the database holds these tables, in the order in which it can be done.

    Args:
        connection: Only read from.
        metadata: The tables as they should be.
        tables: Names of the tables to compare; None means all of ``metadata``. Unknown names are ignored.
        count_rows: Whether to count the rows of the tables concerned, for a plan that people read.
    """
    wanted = _wanted(metadata, tables)
    present = set(sa.inspect(connection).get_table_names())
    changes = [
        Change("create_table", table.name, element=table) for table in wanted.values() if table.name not in present
    ]
    existing = [table for table in wanted.values() if table.name in present]
    if existing:
        context = MigrationContext.configure(connection)
        states = reflect(connection, [table.name for table in existing])
        for table in existing:
            changes += compare(context, table, states[table.name])
    if count_rows:
        changes = _counted(connection, changes)
    return sorted(changes, key=lambda change: ORDER[change.kind])


def apply_changes(
    connection: sa.Connection,
    metadata: sa.MetaData,
    tables: Iterable[str] | None = None,
    *,
    changes: Sequence[Change] | None = None,
) -> list[Change]:
    """Change the database to hold these tables, within the caller's transaction; return the steps done.

    Args:
        connection: In a transaction; on SQLite one of `core.orm.schema.sqlite.schema_transaction` if a step is a rebuild.
        metadata: The tables as they should be.
        tables: As for `plan_changes`.
        changes: What `plan_changes` returned for them in this transaction; None: planned now.

    Raises:
        DefinitionError: A column would have to change its type in a way that could lose values, or, on SQLite, a
            rebuild is needed outside of `schema_transaction`. Nothing has been changed then.
    """
    if changes is None:
        changes = plan_changes(connection, metadata, tables)
    raise_faults(
        [_blocked(change) for change in changes if change.kind == "blocked"],
        DefinitionError,
        "The database can't follow the definitions",
    )
    if any(change.is_rebuild for change in changes):
        require_no_foreign_keys(connection)
    changes = _possible(connection, changes)
    missing = [change.element for change in changes if change.kind == "create_table"]
    if missing:
        create_tables(connection, metadata, missing)
    operations = Operations(MigrationContext.configure(connection))
    in_order = sorted(changes, key=lambda change: ORDER[change.kind])
    # Constraints before indexes and search indexes: a rebuild copies a table with those it already has.
    for change in in_order:
        if not change.is_rebuild and ORDER[change.kind] < ORDER["drop_index"]:
            _apply(operations, change)
    _rebuild(connection, [change for change in in_order if change.is_rebuild])
    for change in in_order:
        if not change.is_rebuild and ORDER[change.kind] >= ORDER["drop_index"]:
            _apply(operations, change)
    for table in dict.fromkeys(change.table for change in changes if _needs_trigrams(change)):
        # Without figures about what the new index holds the planner would not take it.
        operations.execute(Analyse(table))
    return list(changes)


def _needs_trigrams(change: Change) -> bool:
    return change.kind == "add_index" and substring.NEEDS_TRIGRAMS in change.element.info


def _possible(connection: sa.Connection, changes: Sequence[Change]) -> list[Change]:
    """Make the extension that indexes need; return the changes without those indexes if it can't be had."""
    created = (index for change in changes if change.kind == "create_table" for index in change.element.indexes)
    if connection.dialect.name != "postgresql" or not (
        any(map(_needs_trigrams, changes)) or any(substring.NEEDS_TRIGRAMS in index.info for index in created)
    ):
        return list(changes)
    if substring.ensure(connection):
        return list(changes)
    return [change for change in changes if not _needs_trigrams(change)]


def _wanted(metadata: sa.MetaData, tables: Iterable[str] | None) -> dict[str, sa.Table]:
    if tables is None:
        return dict(metadata.tables)
    return {name: metadata.tables[name] for name in dict.fromkeys(tables) if name in metadata.tables}


def _blocked(change: Change) -> DefinitionError:
    return DefinitionError(
        _(
            'Column "%(column)s" of table "%(table)s" holds %(old)s and should hold %(new)s.',
            column=change.name,
            table=change.table,
            old=str(change.element[0]),
            new=str(change.element[1]),
        ),
        code="definition.schema",
        hint=_("give the field a new name and move the values in a migration"),
        where=Where(key=f"{change.table}.{change.name}"),
    )


def _counted(connection: sa.Connection, changes: list[Change]) -> list[Change]:
    counts: dict[str, int] = {}
    for change in changes:
        if change.kind != "create_table" and change.table not in counts:
            rows = sa.select(sa.func.count()).select_from(sa.table(change.table))
            counts[change.table] = connection.execute(rows).scalar_one()
    return [replace(change, rows=counts.get(change.table, 0)) for change in changes]


def _rebuild(connection: sa.Connection, changes: Sequence[Change]) -> None:
    """Do the steps that SQLite can't do in place, each table in one go."""
    tables: dict[str, Rebuild] = {}
    for change in changes:
        _collect(tables.setdefault(change.table, Rebuild()), change)
    for name, steps in tables.items():
        rebuild(connection, name, steps)


def _collect(steps: Rebuild, change: Change) -> None:
    if change.kind == "relax_column":
        steps.nullable.add(change.name)
    elif change.kind == "widen_column":
        steps.types[change.name] = change.element
    elif change.kind in ("add_foreign_key", "replace_foreign_key"):
        steps.foreign_keys.append(change.element[1])
    elif change.kind == "add_check":
        steps.checks.append(change.element)
    elif change.kind == "drop_check":
        steps.dropped_checks.add(change.name)


def _apply(operations: Operations, change: Change) -> None:
    step = _STEPS.get(change.kind)
    if step is not None:
        step(operations, change)


def _add_column(operations: Operations, change: Change) -> None:
    column = change.element
    # Column.copy leaves the foreign keys with the table, so they are made anew; indexes are steps of their own.
    keys = [
        sa.ForeignKey(key.target_fullname, name=key.constraint.name, ondelete=key.ondelete)
        for key in column.foreign_keys
    ]
    nullable = column.nullable or column.server_default is None
    added = sa.Column(column.name, column.type, *keys, nullable=nullable, server_default=column.server_default)
    # SQLite has no ADD CONSTRAINT; a REFERENCES within ADD COLUMN leaves the table and its rows as they are.
    is_sqlite = operations.get_context().dialect.name == "sqlite"
    operations.add_column(change.table, added, inline_references=is_sqlite or None)


def _widen_column(operations: Operations, change: Change) -> None:
    old, new = change.element
    dialect = operations.get_context().dialect
    using = f"{dialect.identifier_preparer.quote(change.name)}::{new.compile(dialect=dialect)}"
    operations.alter_column(change.table, change.name, type_=new, existing_type=old, postgresql_using=using)


def _relax_column(operations: Operations, change: Change) -> None:
    operations.alter_column(change.table, change.name, nullable=True, existing_type=change.element)


def _add_foreign_key(operations: Operations, change: Change) -> None:
    stored, key = change.element
    if stored is not None:
        operations.drop_constraint(stored.name, change.table, type_="foreignkey")
    operations.execute(AddConstraint(key, isolate_from_table=False))


def _add_check(operations: Operations, change: Change) -> None:
    operations.execute(AddConstraint(change.element, isolate_from_table=False))


def _drop_check(operations: Operations, change: Change) -> None:
    operations.drop_constraint(change.name, change.table, type_="check")


def _drop_index(operations: Operations, change: Change) -> None:
    operations.drop_index(change.name, change.table)


def _add_index(operations: Operations, change: Change) -> None:
    operations.execute(CreateIndex(change.element))


def _add_fuzzy(operations: Operations, change: Change) -> None:
    operations.execute(fts.CreateFts(change.element))
    for kind in fts.TRIGGERS:
        operations.execute(fts.CreateFtsTrigger(change.element, kind))
    operations.execute(fts.RebuildFts(change.element))


_STEPS: dict[Kind, Callable[[Operations, Change], None]] = {
    "add_column": _add_column,
    "widen_column": _widen_column,
    "relax_column": _relax_column,
    "add_foreign_key": _add_foreign_key,
    "replace_foreign_key": _add_foreign_key,
    "add_check": _add_check,
    "drop_check": _drop_check,
    "drop_index": _drop_index,
    "add_index": _add_index,
    "add_fuzzy": _add_fuzzy,
}
"""What each kind of step does in place; tables are created all at once."""
