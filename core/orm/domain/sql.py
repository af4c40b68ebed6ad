"""Comparisons that the two databases write differently. Layer: orm.

Each is one SQLAlchemy element whose text is chosen when the statement is compiled, so a condition fits either database and
SQLAlchemy's cache of statements works: what a user typed is always a bound parameter.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from core.orm.domain.text import ESCAPE, LOWER_FUNCTION, LikePattern, has_case

MANY = 500
"""From so many values on, a list is bound as one parameter."""


def literal(value: Any, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Bind a value of a column's type; whole numbers with 64 bits, so that PostgreSQL compares a larger one instead of refusing it."""
    return sa.literal(value, _value_type(column))


def one_of(column: sa.ColumnElement[Any], values: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a column is one of ``values``; NULL for NULL unless there are no values."""
    if not values:
        return sa.false()
    if len(values) == 1:
        return column == literal(values[0], column)
    value_type = _value_type(column)
    if len(values) < MANY:
        return column.in_(sa.bindparam(None, list(values), type_=value_type, expanding=True))
    return _InMany(column, sa.bindparam(None, list(values), type_=_Values(value_type)))


def fits(column: sa.ColumnElement[Any], pattern: LikePattern) -> sa.ColumnElement[bool]:
    """Return the condition that a text fits a pattern, minding case."""
    return _Like(column, sa.bindparam(None, pattern, type_=_Pattern(minds_case=True)))


def fits_folded(column: sa.ColumnElement[Any], pattern: LikePattern) -> sa.ColumnElement[bool]:
    """Return the condition that a text fits a pattern already in lower case, in any case."""
    bound = sa.bindparam(None, pattern, type_=_Pattern(minds_case=False))
    if has_case(pattern.text):
        return _FoldedLike(column, bound)
    # Two characters outside ASCII become ASCII letters; only a search for these letters need look for them.
    return _TrickyLike(column, bound) if any(char in pattern.text for char in "ik") else _AsciiLike(column, bound)


def by_code_point(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """Return a text for ``<`` and ``>`` by code point, as Python and SQLite order it, whatever the database's collation."""
    return _ByCodePoint(column)


def _value_type(column: sa.ColumnElement[Any]) -> sa.types.TypeEngine[Any]:
    return sa.BigInteger() if isinstance(column.type, sa.Integer) else column.type


class _Pattern(sa.types.TypeDecorator[LikePattern]):
    """Writes a `LikePattern` as the database wants it."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, minds_case: bool = True) -> None:
        super().__init__()
        self.minds_case = minds_case

    def process_bind_param(self, value: LikePattern | None, dialect: sa.Dialect) -> str | None:
        """Return the text of the pattern."""
        if value is None:
            return None
        return value.for_glob() if self.minds_case and dialect.name == "sqlite" else value.for_like()


class _Values(sa.types.TypeDecorator[list[Any]]):
    """Binds a list of values of one type as one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, item: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Return the type of the parameter."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(self.item))
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: list[Any] | None, dialect: sa.Dialect) -> Any:
        """Return the list, or its JSON in which the items are as SQLite keeps them."""
        if value is None or dialect.name == "postgresql":
            return value
        process = self.item.dialect_impl(dialect).bind_processor(dialect)
        return json.dumps([process(item) for item in value] if process else value, ensure_ascii=False)


class _Comparison(FunctionElement[bool]):
    """A comparison of a column with a bound value.

    It has no type: one of type Boolean is written ``… = 1`` on SQLite, which keeps indexes from being used.
    """

    inherit_cache = True

    def parts(self, compiler: Any, kwargs: Any) -> tuple[str, str]:
        """Return the SQL of both sides."""
        column, bound = self.clauses
        return compiler.process(column.self_group(), **kwargs), compiler.process(bound, **kwargs)


class _InMany(_Comparison):
    name = "tangram_in"
    inherit_cache = True


class _Like(_Comparison):
    name = "tangram_like"
    inherit_cache = True


class _FoldedLike(_Comparison):
    """In any case, for every script; on SQLite by a function in Python."""

    name = "tangram_ilike"
    inherit_cache = True

    def folded(self, column: str) -> str:
        """Return SQLite's SQL for the column in lower case."""
        return f"{LOWER_FUNCTION}({column})"


class _AsciiLike(_FoldedLike):
    """In any case where the pattern has letters of ASCII only: SQLite's own ``lower`` will do, ten times as fast."""

    name = "tangram_ilike_ascii"
    inherit_cache = True

    def folded(self, column: str) -> str:
        """Return SQLite's SQL for the column in lower case."""
        return f"lower({column})"


class _TrickyLike(_FoldedLike):
    """As `_AsciiLike`, and the Kelvin sign counts as k, the dotted capital İ as i."""

    name = "tangram_ilike_tricky"
    inherit_cache = True

    def folded(self, column: str) -> str:
        """Return SQLite's SQL for the column in lower case."""
        return f"replace(replace(lower({column}), '\u212a', 'k'), '\u0130', 'i')"


class _ByCodePoint(FunctionElement[str]):
    type = sa.Text()
    name = "tangram_by_code_point"
    inherit_cache = True


@compiles(_InMany, "sqlite")
def _in_many_sqlite(element: _InMany, compiler: Any, **kwargs: Any) -> str:
    column, bound = element.parts(compiler, kwargs)
    return f"{column} IN (SELECT value FROM json_each({bound}))"  # noqa: S608 (a column and the place of a parameter)


@compiles(_InMany, "postgresql")
def _in_many_postgresql(element: _InMany, compiler: Any, **kwargs: Any) -> str:
    column, bound = element.parts(compiler, kwargs)
    return f"{column} = ANY ({bound})"


@compiles(_Like, "sqlite")
def _like_sqlite(element: _Like, compiler: Any, **kwargs: Any) -> str:
    column, bound = element.parts(compiler, kwargs)
    return f"{column} GLOB {bound}"


@compiles(_Like, "postgresql")
def _like_postgresql(element: _Like, compiler: Any, **kwargs: Any) -> str:
    column, bound = element.parts(compiler, kwargs)
    return f"{column} LIKE {bound} ESCAPE '{ESCAPE}'"


@compiles(_FoldedLike, "sqlite")
def _folded_like_sqlite(element: _FoldedLike, compiler: Any, **kwargs: Any) -> str:
    # The engine makes LIKE mind case on SQLite, so both sides are in lower case here as well.
    column, bound = element.parts(compiler, kwargs)
    return f"{element.folded(column)} LIKE {bound} ESCAPE '{ESCAPE}'"


@compiles(_FoldedLike, "postgresql")
def _folded_like_postgresql(element: _FoldedLike, compiler: Any, **kwargs: Any) -> str:
    column, bound = element.parts(compiler, kwargs)
    return f"lower({column}) LIKE {bound} ESCAPE '{ESCAPE}'"


@compiles(_ByCodePoint, "sqlite")
def _by_code_point_sqlite(element: _ByCodePoint, compiler: Any, **kwargs: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)).self_group(), **kwargs))


@compiles(_ByCodePoint, "postgresql")
def _by_code_point_postgresql(element: _ByCodePoint, compiler: Any, **kwargs: Any) -> str:
    return f'{compiler.process(next(iter(element.clauses)).self_group(), **kwargs)} COLLATE "C"'
