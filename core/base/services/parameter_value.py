"""Types and ranges of parameter values (CORE-52). Pure, no database; JSON on the one side, Python values on the other."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

from core.errors import ValidationError, nearest
from core.i18n import _


def decode_value(kind: str, value: Any) -> Any:
    """Return the Python value of what the database keeps as JSON."""
    if value is None:
        return None
    if kind == "decimal":
        return decimal.Decimal(str(value))
    if kind == "integer":
        return int(value)
    return dt.date.fromisoformat(value) if kind == "date" else value


def check_value(parameter: Any, value: Any) -> Any:
    """Return ``value`` as JSON, checked against kind, range and options of ``parameter`` (a record of `core.parameter`).

    Texts that mean a number or date, as forms send them, are understood.

    Raises:
        ValidationError: Wrong type, out of range or not an option; the message names the parameter.
    """
    checker = {
        "boolean": _boolean,
        "integer": _integer,
        "decimal": _decimal,
        "date": _date,
        "text": _text,
        "selection": _selection,
        "list": _list,
    }[parameter.kind]
    return checker(parameter, value)


def _boolean(parameter: Any, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(parameter, _("yes or no"))
    return value


def _integer(parameter: Any, value: Any) -> int:
    if isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            raise _wrong(parameter, _("a whole number")) from None
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(parameter, _("a whole number"))
    _check_range(parameter, decimal.Decimal(value))
    return value


def _decimal(parameter: Any, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, decimal.Decimal)):
        raise _wrong(parameter, _("a number"))
    try:
        number = decimal.Decimal(repr(value) if isinstance(value, float) else value)
    except decimal.InvalidOperation:
        raise _wrong(parameter, _("a number")) from None
    if not number.is_finite():
        raise _wrong(parameter, _("a number"))
    _check_range(parameter, number)
    return str(number)


def _date(parameter: Any, value: Any) -> str:
    try:
        return (value if isinstance(value, dt.date) else dt.date.fromisoformat(value)).isoformat()
    except (TypeError, ValueError):
        raise _wrong(parameter, _("a date such as 2026-07-31")) from None


def _text(parameter: Any, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(parameter, _("text"))
    length = decimal.Decimal(len(value))
    if (parameter.minimum is not None and length < parameter.minimum) or (
        parameter.maximum is not None and length > parameter.maximum
    ):
        raise _wrong(parameter, _("text of a length %(range)s", range=_range(parameter)))
    return value


def _selection(parameter: Any, value: Any) -> str:
    options = parameter.options or {}
    if not isinstance(value, str) or value not in options:
        close = nearest(str(value), options)
        raise _wrong(
            parameter,
            _("one of %(names)s", names=", ".join(options)),
            hint=_('did you mean "%(name)s"?', name=close) if close else None,
        )
    return value


def _list(parameter: Any, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise _wrong(parameter, _("a list of texts"))
    return list(value)


def _check_range(parameter: Any, number: decimal.Decimal) -> None:
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise _wrong(parameter, _("a number %(range)s", range=_range(parameter)))


def _range(parameter: Any) -> Any:
    low, high = (
        None if limit is None else f"{limit.normalize():f}" for limit in (parameter.minimum, parameter.maximum)
    )
    if low is None:
        return _("of at most %(high)s", high=high)
    return _("of at least %(low)s", low=low) if high is None else _("from %(low)s to %(high)s", low=low, high=high)


def _wrong(parameter: Any, expected: Any, hint: Any = None) -> ValidationError:
    return ValidationError(
        _(
            'The parameter "%(label)s" (%(key)s) must be %(expected)s.',
            label=parameter.label,
            key=parameter.key,
            expected=expected,
        ),
        field="value",
        hint=hint,
    )
