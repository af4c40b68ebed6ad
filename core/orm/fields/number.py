"""Numbers: `Integer`, `Float`, `Decimal` and `Money`. Layer: orm.

Decimal and Money are exact on both databases (design 1.14); rounding is half up (features, rule 7).
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.base import Field
from core.orm.types import ExactDecimal

if TYPE_CHECKING:
    from core.orm.environment import Environment

N = TypeVar("N")


class Number(Field[N]):
    """What all numbers share: an optional range ``min`` … ``max``, both included, also checked by the database."""

    own_options: ClassVar[frozenset[str]] = frozenset({"min", "max"})
    min: Any = None
    """Smallest value allowed; None means no limit."""
    max: Any = None
    """Largest value allowed; None means no limit."""

    def in_range(self, value: Any) -> Any:
        """Return ``value``, or raise ValidationError if it lies outside the range."""
        if (self.min is not None and value < self.min) or (self.max is not None and value > self.max):
            raise self.invalid(
                _(
                    "%(label)s must lie between %(low)s and %(high)s.",
                    label=self.label,
                    low="−∞" if self.min is None else self.min,
                    high="∞" if self.max is None else self.max,
                ),
                code="validation.range",
            )
        return value

    def checks(self) -> list[tuple[str, Callable[[Any], sa.ColumnElement[bool]]]]:
        """Return the range as database checks."""
        found: list[tuple[str, Callable[[Any], sa.ColumnElement[bool]]]] = []
        if self.min is not None:
            found.append(("min", lambda column: column >= self.min))
        if self.max is not None:
            found.append(("max", lambda column: column <= self.max))
        return found


class Integer(Number[int]):
    """A whole number of 64 bits."""

    kind = "integer"
    LIMIT = 2**63

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        return sa.BigInteger()

    def convert(self, value: Any, env: Environment | None = None) -> int | None:
        """Return the number; a float with a fraction, a text or a boolean is refused."""
        if value is None:
            return None
        if type(value) is not int:
            if isinstance(value, bool) or not isinstance(value, (int, float, decimal.Decimal)) or value != value // 1:
                raise self.wrong_type(value, _("a whole number"))
            value = int(value)
        if not -self.LIMIT <= value < self.LIMIT:
            raise self.invalid(_("%(label)s is too large.", label=self.label), code="validation.range")
        return int(self.in_range(value))


class Float(Number[float]):
    """A binary floating-point number, for measurements; never for money."""

    kind = "float"

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        return sa.Double()

    def convert(self, value: Any, env: Environment | None = None) -> float | None:
        """Return the number; NaN and infinity are refused."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float, decimal.Decimal)):
            raise self.wrong_type(value, _("a number"))
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self.invalid(_("%(label)s must be a finite number.", label=self.label), code="validation.range")
        return float(self.in_range(number))


class Decimal(Number[decimal.Decimal]):
    """An exact number with ``scale`` digits behind the point (default 4, as quantities) and ``precision`` in all (default 18)."""

    kind = "decimal"
    own_options: ClassVar[frozenset[str]] = Number.own_options | {"precision", "scale"}
    precision: int = 18
    """Digits in all, at most 18."""
    scale: int = 4
    """Digits behind the point; more are rounded half up."""

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        return ExactDecimal(self.precision, self.scale)

    def convert(self, value: Any, env: Environment | None = None) -> decimal.Decimal | None:
        """Return the number rounded half up to ``scale``; accepts numbers and numeric texts, refuses NaN and infinity."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float, str, decimal.Decimal)):
            raise self.wrong_type(value, _("a number"))
        try:
            number = decimal.Decimal(repr(value) if isinstance(value, float) else value)
        except decimal.InvalidOperation:
            raise self.wrong_type(value, _("a number")) from None
        if not number.is_finite():
            raise self.invalid(_("%(label)s must be a finite number.", label=self.label), code="validation.range")
        if number.adjusted() >= self.precision - self.scale:
            raise self.invalid(_("%(label)s is too large.", label=self.label), code="validation.range")
        number = number.quantize(decimal.Decimal(1).scaleb(-self.scale), rounding=decimal.ROUND_HALF_UP, context=_WIDE)
        if number.adjusted() >= self.precision - self.scale:
            raise self.invalid(_("%(label)s is too large.", label=self.label), code="validation.range")
        return decimal.Decimal(self.in_range(number))

    def to_json(self, value: decimal.Decimal | None) -> Any:
        """Return the number as a text, so that no digit is lost on the way."""
        return None if value is None else str(value)


_WIDE = decimal.Context(prec=60)


class Money(Decimal):
    """An amount with 2 decimals, rounded half up, in the currency its record names or else the company's."""

    kind = "money"
    scale: int = 2
