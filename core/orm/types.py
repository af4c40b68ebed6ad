"""Column types that mean the same on SQLite and PostgreSQL: exact decimals, instants, JSON. Layer: orm.

Their processors run for every value of every row, so each is one small closure. What a person typed is converted by the field
(`core.orm.fields`); a type only refuses what the column can't hold without loss.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.functions import GenericFunction

from core.errors import DefinitionError, ValidationError
from core.i18n import _

Processor = Callable[[Any], Any] | None

MAX_PRECISION = 18
"""Digits a 64-bit integer surely holds; the same limit on both databases."""


class ExactDecimal(sa.types.TypeDecorator[decimal.Decimal]):
    """A decimal number without rounding: NUMERIC on PostgreSQL, on SQLite an integer counted in units of the last digit.

    Comparing, ``sum``, ``min``, ``max``, adding and subtracting keep the type; for a mean use `mean`. Multiplying is refused, since the
    scales would multiply on one database only.

    Args:
        precision: Digits in all, at most `MAX_PRECISION`.
        scale: Digits behind the point.

    Raises:
        DefinitionError: The precision is too large or smaller than the scale.
    """

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, precision: int = MAX_PRECISION, scale: int = 2) -> None:
        if not 0 <= scale <= precision <= MAX_PRECISION:
            raise DefinitionError(
                _(
                    "A decimal of %(precision)s digits, %(scale)s of them behind the point, can't be stored.",
                    precision=precision,
                    scale=scale,
                ),
                hint=_("at most %(limit)s digits", limit=MAX_PRECISION),
            )
        super().__init__(precision, scale)
        self.precision = precision
        self.scale = scale

    # The type named in CREATE TABLE is NUMERIC(precision, scale) on both: SQLite stores integers in such a column as integers,
    # and a comparison of schemas sees a changed scale, which there means that the stored numbers change.

    def bind_processor(self, dialect: sa.Dialect) -> Processor:
        """Return the function that checks a value and, for SQLite, scales it."""
        exactly = self._scaled
        if dialect.name == "sqlite":
            return lambda value: None if value is None else exactly(value)

        def check(value: Any) -> Any:
            if value is not None:
                exactly(value)
            return value

        return check

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return the function that turns a stored integer into a decimal; None on PostgreSQL, whose driver does it."""
        if dialect.name != "sqlite":
            return None
        unit = decimal.Decimal(1).scaleb(-self.scale)
        multiply = decimal.Context(prec=60).multiply
        return lambda value: None if value is None else multiply(value, unit)

    def literal_processor(self, dialect: sa.Dialect) -> Callable[[Any], str]:
        """Return the function that writes a value into DDL, as CHECK constraints need."""
        exactly = self._scaled
        if dialect.name == "sqlite":
            return lambda value: str(exactly(value))

        def render(value: Any) -> str:
            exactly(value)
            return format(decimal.Decimal(value), "f")

        return render

    @property
    def _scaled(self) -> Callable[[Any], int]:
        """A function from a value to the count of its last digit's units; it raises where the column could not hold the value."""
        precision, scale = self.precision, self.scale
        strict = decimal.Context(prec=60, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.Overflow])
        multiply, exact = strict.multiply, strict.to_integral_exact
        factor, limit = decimal.Decimal(10) ** scale, 10**precision

        def scaled(value: Any) -> int:
            try:
                number = int(exact(multiply(value, factor)))
                if -limit < number < limit:
                    return number
            except (decimal.DecimalException, TypeError, OverflowError, ValueError):
                pass
            raise ValidationError(
                _(
                    "%(value)s does not fit into %(precision)s digits with %(scale)s behind the point.",
                    value=str(value)[:60],
                    precision=precision,
                    scale=scale,
                ),
                code="validation.range",
            )

        return scaled

    class Comparator(sa.types.TypeDecorator.Comparator[decimal.Decimal], sa.Numeric.Comparator[decimal.Decimal]):
        """Refuses the operators whose result would differ between the databases."""

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            """Apply ``op``, except for products and quotients."""
            if op in _SCALE_CHANGING:
                raise sa.exc.ArgumentError(
                    "An exact decimal is not multiplied or divided in SQL; use sum or core.orm.types.mean, or compute in Python."
                )
            return super().operate(op, *other, **kwargs)

    comparator_factory = Comparator


_SCALE_CHANGING = {operators.mul, operators.truediv, operators.floordiv, operators.mod}


class mean(GenericFunction[decimal.Decimal]):  # noqa: N801 (a SQL function is written small, as sa.func has it)
    """The average of an `ExactDecimal` column, rounded half away from zero to its scale; NULL without values."""

    name = "tangram_mean"
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type
        self.scale = int(getattr(column.type, "scale", 0) or 0)


@compiles(mean, "postgresql")
def _mean_postgresql(element: mean, compiler: Any, **kwargs: Any) -> str:
    column = next(iter(element.clauses))
    return str(compiler.process(sa.func.round(sa.func.avg(column), element.scale), **kwargs))


@compiles(mean, "sqlite")
def _mean_sqlite(element: mean, compiler: Any, **kwargs: Any) -> str:
    # Integers all the way: SQLite's own avg() is a float, and wrong from the 16th digit on.
    column = sa.type_coerce(next(iter(element.clauses)), sa.BigInteger)
    total, count = sa.func.sum(column), sa.func.count(column)
    twice = total * sa.literal_column("2", sa.BigInteger)
    rounded = sa.case((total < sa.literal_column("0"), twice - count), else_=twice + count)
    return str(compiler.process(rounded // (count * sa.literal_column("2", sa.BigInteger)), **kwargs))


class UtcDateTime(sa.types.TypeDecorator[datetime.datetime]):
    """An instant, in Python always aware and in UTC; a naive datetime is refused.

    TIMESTAMP WITH TIME ZONE on PostgreSQL. On SQLite ISO text of fixed width with microseconds and offset, which sorts rightly and which
    SQLite's date functions read.
    """

    impl = sa.DateTime
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Return the type of the column in DDL."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def bind_processor(self, dialect: sa.Dialect) -> Processor:
        """Return the function that refuses naive datetimes and, for SQLite, writes ISO text."""
        if dialect.name == "sqlite":
            return _instant_to_text()

        def check(value: Any) -> Any:
            if value is not None and getattr(value, "tzinfo", None) is None:
                raise _naive(value)
            return value

        return check

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return the function that reads ISO text; None on PostgreSQL, where the session's time zone is UTC."""
        if dialect.name != "sqlite":
            return None
        parse = datetime.datetime.fromisoformat
        return lambda value: None if value is None else parse(value)

    def literal_processor(self, dialect: sa.Dialect) -> Callable[[Any], str]:
        """Return the function that writes an instant into DDL."""
        to_text = _instant_to_text()
        return lambda value: f"'{to_text(value)}'"


def _instant_to_text() -> Callable[[Any], str | None]:
    utc = datetime.UTC
    # Rows saved together carry one and the same instant, and formatting costs more than all the rest of the row's binding.
    last: tuple[Any, str] = (None, "")

    def to_text(value: Any) -> str | None:
        nonlocal last
        if value is None:
            return None
        known, text = last
        if known is value:
            return text
        if getattr(value, "tzinfo", None) is None:
            raise _naive(value)
        text = str(value.astimezone(utc).isoformat(" ", "microseconds"))
        last = (value, text)
        return text

    return to_text


def _naive(value: Any) -> ValidationError:
    return ValidationError(
        _("%(value)s is not an instant: it lacks a time zone.", value=str(value)[:60]), code="validation.type"
    )


class JsonType(sa.types.TypeDecorator[Any]):
    """Any JSON value: JSONB on PostgreSQL, text on SQLite. None is SQL NULL, never the JSON value ``null``."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Return the dialect's own JSON type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSONB(none_as_null=True))
        return dialect.type_descriptor(sa.JSON(none_as_null=True))

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Let paths and operators of JSON take their own types, as `sqlalchemy.JSON` does."""
        return self.impl_instance.coerce_compared_value(op, value)


@compiles(JsonType, "sqlite")
def _json_sqlite(element: JsonType, compiler: Any, **kwargs: Any) -> str:
    # A column declared JSON has numeric affinity on SQLite: the text 1e5 would become a number, and a long number lose digits.
    return "TEXT"
