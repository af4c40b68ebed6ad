"""Turns what a condition compares with into the field's own type. Layer: orm; knows no database.

Not everything may be left to ``Field.convert``: a number outside the field's range is a fine thing to compare with, and rounding
it to the field's scale would change the answer.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from core.errors import DomainError
from core.i18n import _
from core.orm.domain.parse import shown
from core.orm.domain.periods import is_relative, resolve, whole_day
from core.orm.fields import Selection
from core.orm.paths import Walked

if TYPE_CHECKING:
    from core.orm.environment import Environment

ID_LIMIT = 2**63
TEXT_KINDS = frozenset({"char", "text", "html", "sequence"})
NUMBER_KINDS = frozenset({"integer", "float", "decimal", "money"})
MAX_DIGITS = 40
"""Numbers of more digits before the point are refused before anything is computed with them."""


class Missing:
    """Stands for a number that the field can't hold exactly: equal to no value."""


MISSING = Missing()


def convert(walked: Walked, operator: str, value: Any, env: Environment) -> Any:
    """Return ``value`` as the field at the end of the path keeps it, a `Span`, or `MISSING`. None stays None.

    Raises:
        DomainError: Wrong type or out of range.
        ValidationError: The field refuses it.
    """
    if value is None:
        return None
    if walked.related_model is not None:
        return record_id(walked, value, env)
    kind = walked.kind
    if kind in TEXT_KINDS:
        return text(value)
    if kind in NUMBER_KINDS:
        return _number(walked, operator, value)
    if kind in ("date", "datetime"):
        return _time(walked, kind, value, env)
    return _by_field(walked, value, env)


def _by_field(walked: Walked, value: Any, env: Environment) -> Any:
    """Let the field itself convert a value, except where it would take too much or look up a record."""
    assert walked.field is not None  # the id is a relation
    if walked.kind == "reference":
        return walked.field.parse(value)  # type: ignore[attr-defined]  # of this kind
    if walked.kind == "boolean" and not isinstance(value, bool):
        raise _expected(_("true or false"), value)
    if isinstance(value, (Mapping, list, tuple)):
        raise _expected(_("a single value"), value)
    if isinstance(walked.field, Selection) and value in walked.field.left_out:
        return value
    try:
        return walked.field.convert(value, env)
    except (TypeError, ValueError, ArithmeticError):
        raise _expected(_("a value of the field"), value) from None


def text(value: Any) -> str:
    """Check a text: no database takes NUL or half a surrogate pair."""
    if not isinstance(value, str):
        raise _expected(_("text"), value)
    if "\x00" in value or (not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value)):
        raise DomainError(_("The text holds characters that can't be stored."))
    return value


def listed(value: Any) -> tuple[Any, ...]:
    """Return the values that ``in`` was given; a single record is a list of one."""
    if getattr(value, "_info", None) is not None:
        return (value,)
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise _expected(_("a list"), value)
    return tuple(value)


def record_id(walked: Walked, value: Any, env: Environment) -> int:
    """Return the id meant by a record, an id, or for a lookup the key of a dictionary's item."""
    model = walked.related_model
    info = getattr(value, "_info", None)
    if info is not None:
        if info.name != model:
            raise _expected(_('a record of "%(model)s"', model=model), value)
        value = value.id
        if value is None:
            raise DomainError(_("The record compared with is not saved yet."))
    elif isinstance(value, str):
        if value.isascii() and value.isdigit() and len(value) < 20:
            value = int(value)
        elif walked.kind == "lookup" and walked.field is not None:
            return int(walked.field.convert(text(value), env).id)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _expected(_("a record or its id"), value)
    if not -ID_LIMIT <= value < ID_LIMIT:
        raise DomainError(_("There is no such id."), hint=shown(value))
    return value


def _number(walked: Walked, operator: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, decimal.Decimal, str)):
        raise _expected(_("a number"), value)
    if isinstance(value, str) and walked.kind not in ("decimal", "money"):
        raise _expected(_("a number"), value)
    try:
        exact = decimal.Decimal(repr(value) if isinstance(value, float) else value if _is_short(value) else "NaN")
    except (decimal.DecimalException, ValueError):
        raise _expected(_("a number"), value) from None
    if not exact.is_finite():
        raise DomainError(_("A number to compare with is finite."), code="domain.number")
    if exact.adjusted() > MAX_DIGITS:
        if walked.kind != "float" or exact.adjusted() > 307:
            raise _too_large()
        return float(exact)
    if walked.kind == "float":
        return float(value)
    return _on_grid(walked, operator, exact)


def _is_short(value: Any) -> bool:
    """Whether a number can be turned into a decimal without work that a stranger could make huge."""
    return not (isinstance(value, int) and value.bit_length() > 2000) and not (
        isinstance(value, str) and len(value) > 400
    )


def _on_grid(walked: Walked, operator: str, exact: decimal.Decimal) -> Any:
    """Move a number onto the values the field can have, in the direction that leaves the answer as it is."""
    scale = getattr(walked.field, "scale", 0)
    rounding = decimal.ROUND_CEILING if operator in ("<", ">=") else decimal.ROUND_FLOOR
    unit = decimal.Decimal(1).scaleb(-scale)
    number = exact.quantize(unit, rounding=rounding, context=decimal.Context(prec=MAX_DIGITS * 2))
    if number != exact and operator not in ("<", "<=", ">", ">="):
        return MISSING
    if walked.kind == "integer":
        if not -ID_LIMIT <= number < ID_LIMIT:
            raise _too_large()
        return int(number)
    if number.adjusted() >= walked.field.precision - scale:  # type: ignore[union-attr]  # decimals have it
        raise _too_large()
    return number


def _time(walked: Walked, kind: str, value: Any, env: Environment) -> Any:
    if is_relative(value):
        return resolve(value, kind, env)
    if kind == "datetime":
        day = _day(value)
        if day is not None:
            return whole_day(day, env)
    if not isinstance(value, (str, datetime.date)):
        raise _expected(_("a date") if kind == "date" else _("a time"), value)
    assert walked.field is not None
    return walked.field.convert(value, env)


def _day(value: Any) -> datetime.date | None:
    """Return the day if ``value`` is one without a time."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if isinstance(value, str) and len(value) == 10:
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            return None
    return None


def _expected(expected: Any, value: Any) -> DomainError:
    return DomainError(
        _("Expected %(expected)s, not %(got)s.", expected=expected, got=shown(value)), code="domain.value"
    )


def _too_large() -> DomainError:
    return DomainError(_("The number is too large."), code="domain.number")
