"""What one table of the database lacks, as a list of changes. Layer: orm; used by `core.orm.schema` only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from alembic.migration import MigrationContext

from core.errors import Message
from core.i18n import _
from core.orm import fts, substring
from core.orm.schema.reflect import NO_ACTION, TableState, is_widening, same_type

Kind = Literal[
    "create_table",
    "add_column",
    "widen_column",
    "relax_column",
    "add_foreign_key",
    "replace_foreign_key",
    "add_check",
    "drop_check",
    "drop_index",
    "add_index",
    "add_fuzzy",
    "blocked",
    "drop_column",
    "drop_table",
]


@dataclass(frozen=True)
class Change:
    """One step from the database as it is to the database as it should be."""

    kind: Kind
    table: str
    name: str = ""
    """The column, index or constraint; empty where the table as a whole is meant."""
    rows: int | None = None
    """Rows that the step concerns; None: not counted."""
    is_rebuild: bool = False
    """On SQLite the table must be rewritten, which needs `core.orm.schema.sqlite.schema_transaction`."""
    element: Any = field(default=None, repr=False, compare=False)
    """The table, column, index or constraint as it should be, or its name where it goes."""

    @property
    def description(self) -> Message:
        """What the step does, for plans shown to an administrator."""
        return Message(_SENTENCES[self.kind].msgid, {"table": self.table, "name": self.name})


_SENTENCES: dict[Kind, Message] = {
    "create_table": _("create table %(table)s"),
    "add_column": _("add column %(table)s.%(name)s"),
    "widen_column": _("let column %(table)s.%(name)s hold more"),
    "relax_column": _("let column %(table)s.%(name)s be empty"),
    "add_foreign_key": _("let column %(table)s.%(name)s refer to existing records only"),
    "replace_foreign_key": _("change what column %(table)s.%(name)s refers to"),
    "add_check": _("add check %(name)s to table %(table)s"),
    "drop_check": _("give up check %(name)s of table %(table)s"),
    "drop_index": _("give up index %(name)s of table %(table)s"),
    "add_index": _("add index %(name)s to table %(table)s"),
    "add_fuzzy": _("add the search index of column %(table)s.%(name)s"),
    "blocked": _("column %(table)s.%(name)s can't change its type by itself"),
    "drop_column": _("drop column %(table)s.%(name)s with its values"),
    "drop_table": _("drop table %(table)s with its records"),
}

ORDER: dict[Kind, int] = {kind: place for place, kind in enumerate(_SENTENCES)}


def compare(context: MigrationContext, table: sa.Table, state: TableState) -> list[Change]:
    """Return what one existing table lacks."""
    is_sqlite = context.dialect.name == "sqlite"
    return [
        *_compare_columns(context, table, state, is_sqlite),
        *_compare_foreign_keys(table, state, is_sqlite),
        *_compare_checks(context, table, state, is_sqlite),
        *_compare_indexes(context, table, state),
    ]


def _compare_columns(
    context: MigrationContext, table: sa.Table, state: TableState, is_sqlite: bool
) -> Iterable[Change]:
    for column in table.columns:
        stored = state.columns.get(column.name)
        if stored is None:
            yield Change("add_column", table.name, column.name, element=column)
            continue
        if column.nullable and not stored.nullable:
            yield Change("relax_column", table.name, column.name, is_rebuild=is_sqlite, element=stored.type)
        if same_type(context, stored, column):
            continue
        widening = is_widening(stored.type, column.type, is_sqlite=is_sqlite)
        if widening is None:
            yield Change("blocked", table.name, column.name, element=(stored.type, column.type))
        elif widening:
            yield Change(
                "widen_column", table.name, column.name, is_rebuild=is_sqlite, element=(stored.type, column.type)
            )
    for name, stored in state.columns.items():
        # The column of a field that is gone: nobody writes it any more, so it must not demand a value.
        if name not in table.columns and not stored.nullable and not stored.has_default:
            yield Change("relax_column", table.name, name, is_rebuild=is_sqlite, element=stored.type)


def _compare_foreign_keys(table: sa.Table, state: TableState, is_sqlite: bool) -> Iterable[Change]:
    for key in table.foreign_key_constraints:
        columns = tuple(key.column_keys)
        if any(name not in state.columns for name in columns):
            continue  # comes with the new column
        target, ondelete = key.referred_table.name, (key.ondelete or NO_ACTION).upper()
        stored = state.foreign_keys.get(columns)
        if stored is None:
            yield Change("add_foreign_key", table.name, columns[0], is_rebuild=is_sqlite, element=(None, key))
        elif (stored.target, stored.ondelete) != (target, ondelete):
            yield Change("replace_foreign_key", table.name, columns[0], is_rebuild=is_sqlite, element=(stored, key))


def _compare_checks(context: MigrationContext, table: sa.Table, state: TableState, is_sqlite: bool) -> Iterable[Change]:
    preparer = context.dialect.identifier_preparer
    declared = {}
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint) and constraint.name is not None:
            declared[str(preparer.format_constraint(constraint)).strip('"')] = constraint
    for name, constraint in declared.items():
        if name not in state.checks:
            yield Change("add_check", table.name, name, is_rebuild=is_sqlite, element=constraint)
    for name in state.checks:
        if name not in declared and name.startswith(f"ck_{table.name}_"):
            yield Change("drop_check", table.name, name, is_rebuild=is_sqlite, element=name)


def _compare_indexes(context: MigrationContext, table: sa.Table, state: TableState) -> Iterable[Change]:
    dialect = context.dialect.name
    declared = {str(index.name): index for index in table.indexes if index.info.get(fts.ONLY_ON, dialect) == dialect}
    for name, index in declared.items():
        stored = state.indexes.get(name)
        if stored is not None and stored.differs_from(index, dialect):
            yield Change("drop_index", table.name, name)
        if stored is None and substring.NEEDS_TRIGRAMS in index.info and not _has_trigrams(context):
            continue
        if stored is None or stored.differs_from(index, dialect):
            yield Change("add_index", table.name, name, element=index)
    for name, stored in state.indexes.items():
        # A rule that no longer holds must not refuse records; an index over columns of a disabled addon does no harm.
        if name not in declared and stored.is_unique and all(column in table.columns for column in stored.columns):
            yield Change("drop_index", table.name, name)
    if dialect == "sqlite":
        for search in table.info.get(fts.INFO_KEY, ()):
            if search.name not in state.search_tables:
                yield Change("add_fuzzy", table.name, search.column, element=search)


def _has_trigrams(context: MigrationContext) -> bool:
    return context.connection is not None and substring.is_possible(context.connection)
