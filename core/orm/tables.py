"""Builds the tables of composed models. Layer: orm.

One table per model, one per pair of Many2many sides. Uniqueness is a partial unique index over the living records, so that a
record in the recycle bin never stands in the way of a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.errors import DefinitionError, UnknownFieldError, unknown
from core.orm.fields import TEXT_INDEXES, Field, Many2many, Many2one
from core.orm.fuzzy import fuzzy_indexes
from core.orm.modelinfo import ModelInfo
from core.orm.naming import bounded
from core.orm.substring import substring_indexes
from core.orm.types import JsonType

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
IdType = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID_LIMIT = 2**63
SYSTEM_COLUMNS = ("id", "deletion_id")


def table_name(model: str) -> str:
    """Return the name of a model's table: ``crm.customer`` → ``crm_customer``."""
    return model.replace(".", "_")


def build_tables(infos: Mapping[str, ModelInfo], metadata: sa.MetaData) -> None:
    """Make ``info.table`` of every concrete model and the association tables of its Many2many fields."""
    for info in infos.values():
        if not info.abstract:
            info.table = _model_table(info, metadata)
    for info in infos.values():
        if not info.abstract:
            for field in info.fields.values():
                if isinstance(field, Many2many) and field.is_stored:
                    _association(info, field, infos, metadata)


def _model_table(info: ModelInfo, metadata: sa.MetaData) -> sa.Table:
    columns: list[Any] = [sa.Column("id", IdType, primary_key=True, autoincrement=True)]
    for field in info.fields.values():
        columns.extend(field.columns())
        if field.translate and field.column:
            columns.append(sa.Column(f"{field.column}_i18n", JsonType(), nullable=True))
        if field.index == "fuzzy" and field.column:
            columns.append(sa.Column(f"{field.column}_fuzzy", sa.Text(), nullable=True))
    if info.recycle:
        columns.append(sa.Column("deletion_id", sa.BigInteger(), nullable=True))
    # The numbers of purged records are never given again: history and exports name them.
    table = sa.Table(table_name(info.name), metadata, *columns, sqlite_autoincrement=True)
    for field in info.fields.values():
        _index_field(info, table, field)
    for names in info.unique:
        _unique(info, table, [_column_of(info, name) for name in names])
    if info.recycle:
        bin_column = table.c.deletion_id
        where = bin_column.is_not(None)
        sa.Index(bounded(f"ix_{table.name}_deletion"), bin_column, postgresql_where=where, sqlite_where=where)
    return table


def _index_field(info: ModelInfo, table: sa.Table, field: Field[Any]) -> None:
    if field.column is None:
        return
    column = table.c[field.column]
    if not field.from_extension:
        for suffix, check in field.checks():
            constraint = sa.CheckConstraint(check(column), name=bounded(f"{field.column}_{suffix}"))
            table.append_constraint(constraint)
    if field.unique:
        _unique(info, table, [field.column])
    elif field.index is True or (isinstance(field, Many2one) and not field.readonly):
        # Deleting the other record looks for the rows that refer to it, so every relation is indexed.
        sa.Index(bounded(f"ix_{table.name}_{field.column}"), column)
    if field.index in TEXT_INDEXES:
        if not field.unique:
            sa.Index(bounded(f"ix_{table.name}_{field.column}"), column)
        substring_indexes(table, field.column)
    if field.index == "fuzzy":
        fuzzy_indexes(table, f"{field.column}_fuzzy")


def _unique(info: ModelInfo, table: sa.Table, columns: list[str]) -> None:
    where = table.c.deletion_id.is_(None) if info.recycle else None
    name = bounded(f"uq_{table.name}_{'_'.join(columns)}")
    sa.Index(name, *(table.c[column] for column in columns), unique=True, postgresql_where=where, sqlite_where=where)


def _column_of(info: ModelInfo, name: str) -> str:
    column = info.field(name).column
    if column is None:
        raise unknown("stored field", name, info.fields, UnknownFieldError, where=info.field(name).where)
    return column


def _association(info: ModelInfo, field: Many2many, infos: Mapping[str, ModelInfo], metadata: sa.MetaData) -> None:
    other = infos[field.comodel]
    left, right = (info.name, field.name), (field.comodel, field.inverse or "")
    if field.inverse:
        back = other.fields.get(field.inverse)
        if not isinstance(back, Many2many) or back.comodel != info.name:
            choices = [item.name for item in other.fields.values() if isinstance(item, Many2many)]
            raise unknown(f"Many2many on {other.name}", field.inverse, choices, DefinitionError, where=field.where)
    owner = right if field.mirrors else left
    ends = (field.comodel, info.name) if field.mirrors else (info.name, field.comodel)
    name = field.table or bounded(f"{table_name(owner[0])}_{owner[1]}_rel")
    table = metadata.tables.get(name)
    if table is None:
        table = sa.Table(
            name,
            metadata,
            sa.Column(
                "left_id", IdType, sa.ForeignKey(f"{table_name(ends[0])}.id", ondelete="CASCADE"), primary_key=True
            ),
            sa.Column(
                "right_id", IdType, sa.ForeignKey(f"{table_name(ends[1])}.id", ondelete="CASCADE"), primary_key=True
            ),
        )
        sa.Index(bounded(f"ix_{name}_right"), table.c.right_id, table.c.left_id)
    field.relation_table = table
    field.relation_columns = ("right_id", "left_id") if field.mirrors else ("left_id", "right_id")
