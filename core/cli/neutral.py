"""Tables in a form that belongs to neither database: columns by kind, values as JSON. Layer: cli.

A backup is written and compared in this form, so that one of SQLite can be restored into PostgreSQL and the other way round, value for
value. Tables and columns of disabled addons, which no model describes, are read from the database itself.
"""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.errors import CoreError
from core.i18n import _
from core.orm import bookkeeping
from core.orm.types import ExactDecimal, JsonType, UtcDateTime

FETCH = 1000
"""Rows held in memory at once."""
_SHADOWS = ("_data", "_idx", "_content", "_docsize", "_config")
"""Endings of the tables in which FTS5 keeps a search index; they follow from the rows."""


@dataclass(frozen=True)
class ColumnShape:
    """One column, whatever the database."""

    name: str
    kind: str
    """``integer bigint boolean float text char:<n> decimal:<p>:<s> date datetime json bytes``."""
    nullable: bool = True
    primary: bool = False


@dataclass(frozen=True)
class TableShape:
    """One table with its columns in order."""

    name: str
    columns: tuple[ColumnShape, ...]

    @property
    def key(self) -> list[str]:
        """Columns of the primary key; all columns where there is none."""
        return [column.name for column in self.columns if column.primary] or [column.name for column in self.columns]

    def table(self, metadata: sa.MetaData) -> sa.Table:
        """Return the table with types that mean the same on both databases."""
        return sa.Table(
            self.name, metadata, *(_column(column) for column in self.columns), sqlite_autoincrement=self._counts
        )

    @property
    def _counts(self) -> bool:
        return [column.name for column in self.columns if column.primary] == ["id"]

    def as_data(self) -> list[list[Any]]:
        """Return the columns in plain JSON, for the manifest."""
        return [[column.name, column.kind, column.nullable, column.primary] for column in self.columns]


def _column(shape: ColumnShape) -> sa.Column[Any]:
    is_id = shape.primary and shape.name == "id"
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite") if is_id else type_of(shape.kind)
    return sa.Column(shape.name, kind, nullable=shape.nullable, primary_key=shape.primary, autoincrement=is_id)


def type_of(kind: str) -> sa.types.TypeEngine[Any]:
    """Return the column type of a kind."""
    name, *numbers = kind.split(":")
    if name == "decimal":
        return ExactDecimal(int(numbers[0]), int(numbers[1]))
    if name == "char":
        return sa.String(int(numbers[0]))
    made: sa.types.TypeEngine[Any] = _TYPES[name]()
    return made


_TYPES: Mapping[str, Callable[[], Any]] = {
    "integer": sa.Integer,
    "bigint": sa.BigInteger,
    "boolean": sa.Boolean,
    "float": lambda: sa.Float(53),
    "text": sa.Text,
    "date": sa.Date,
    "datetime": UtcDateTime,
    "json": JsonType,
    "bytes": sa.LargeBinary,
}


def shapes(connection: sa.Connection, metadata: sa.MetaData) -> list[TableShape]:
    """Return all tables of the installation, by name: those of the models, ours of bookkeeping, and what is left of disabled addons.

    Args:
        connection: Only read from.
        metadata: The tables of the registry in force.
    """
    declared = {**bookkeeping.METADATA.tables, **metadata.tables}
    inspector = sa.inspect(connection)
    found = []
    for name in sorted(table_names(connection)):
        primary = set(inspector.get_pk_constraint(name)["constrained_columns"])
        known: Mapping[str, sa.Column[Any]] = dict(declared[name].columns) if name in declared else {}
        columns = []
        # By name: a column that an addon added later stands elsewhere in a restored table, which is no difference.
        for column in sorted(inspector.get_columns(name), key=lambda each: str(each["name"])):
            own = known.get(column["name"])
            kind = kind_of(own.type if own is not None else column["type"], f"{name}.{column['name']}")
            is_primary = column["name"] in primary
            columns.append(ColumnShape(column["name"], kind, column["nullable"] and not is_primary, is_primary))
        found.append(TableShape(name, tuple(columns)))
    return found


def table_names(connection: sa.Connection) -> list[str]:
    """Return the tables that hold rows of ours: no search indexes, nothing of the database itself."""
    names = [str(name) for name in sa.inspect(connection).get_table_names()]
    if connection.dialect.name != "sqlite":
        return names
    master = sa.table("sqlite_master", sa.column("name"), sa.column("sql"))
    virtual = set(connection.scalars(sa.select(master.c.name).where(master.c.sql.startswith("CREATE VIRTUAL TABLE"))))
    shadows = {f"{name}{ending}" for name in virtual for ending in _SHADOWS}
    return [name for name in names if name not in virtual | shadows]


def kind_of(declared: sa.types.TypeEngine[Any], place: str) -> str:
    """Return the kind of a column type, declared or read from a database.

    Raises:
        CoreError: It is a type that no field has.
    """
    if isinstance(declared, (ExactDecimal,)) or (
        isinstance(declared, sa.Numeric) and not isinstance(declared, sa.Float)
    ):
        return f"decimal:{declared.precision or 18}:{declared.scale or 0}"
    if isinstance(declared, sa.String) and not isinstance(declared, (sa.Text, sa.Enum)) and declared.length:
        return f"char:{declared.length}"
    for family, kind in _KINDS:
        if isinstance(declared, family):
            return kind
    raise CoreError(
        _("Columns of the type %(kind)s can't be saved: %(place)s.", kind=str(declared), place=place),
        code="backup.type",
    )


_KINDS: tuple[tuple[Any, str], ...] = (
    (UtcDateTime, "datetime"),
    (JsonType, "json"),
    ((postgresql.JSONB, sa.JSON), "json"),
    (sa.Boolean, "boolean"),
    (sa.BigInteger, "bigint"),
    (sa.Integer, "integer"),
    (sa.Float, "float"),
    (sa.DateTime, "datetime"),
    (sa.Date, "date"),
    (sa.LargeBinary, "bytes"),
    (sa.String, "text"),
)
"""The first that fits counts; what stands for a date or JSON in a text column of SQLite is known from the declared type only."""


def read_lines(connection: sa.Connection, shape: TableShape) -> Iterator[bytes]:
    """Yield the rows of a table as JSON lines, in the order of the primary key, equal on both databases for equal rows."""
    table = shape.table(sa.MetaData())
    order = [_ordering(table.c[name], connection) for name in shape.key]
    statement = sa.select(*table.c).order_by(*order)
    to_json = [_TO_JSON.get(column.kind.partition(":")[0]) for column in shape.columns]
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode
    for row in connection.execute(statement.execution_options(yield_per=FETCH)):
        values = [
            value if value is None or convert is None else convert(value)
            for value, convert in zip(row, to_json, strict=True)
        ]
        yield encode(values).encode() + b"\n"


def _ordering(column: sa.Column[Any], connection: sa.Connection) -> Any:
    is_text = isinstance(column.type, sa.String)
    # By bytes, as SQLite does: every server sorts texts by a language of its own.
    return sa.collate(column, "C") if is_text and connection.dialect.name == "postgresql" else column


def parse_lines(
    lines: Iterable[bytes], shape: TableShape, names: Sequence[str] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield rows, column → value, from JSON lines.

    Args:
        lines: As `read_lines` gave them.
        shape: The table they were read from.
        names: Only these columns; None means all.
    """
    from_json = [_FROM_JSON.get(column.kind.partition(":")[0]) for column in shape.columns]
    wanted = None if names is None else set(names)
    for line in lines:
        values = json.loads(line)
        yield {
            column.name: value if value is None or convert is None else convert(value)
            for column, value, convert in zip(shape.columns, values, from_json, strict=True)
            if wanted is None or column.name in wanted
        }


def _plain_number(value: Any) -> Any:
    """Return JSON with whole numbers written in one way: PostgreSQL gives 1e2 back as 100."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return int(value)
    if isinstance(value, dict):
        return {key: _plain_number(item) for key, item in value.items()}
    return [_plain_number(item) for item in value] if isinstance(value, list) else value


_TO_JSON: Mapping[str, Callable[[Any], Any]] = {
    "decimal": str,
    "date": datetime.date.isoformat,
    "datetime": lambda value: value.astimezone(datetime.UTC).isoformat(),
    "bytes": lambda value: base64.b64encode(value).decode(),
    "json": _plain_number,
    "boolean": bool,
    "float": float,
}
_FROM_JSON: Mapping[str, Callable[[Any], Any]] = {
    "decimal": Decimal,
    "date": datetime.date.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "bytes": base64.b64decode,
    "float": float,
}
