"""Values of fields as the inputs of a form hold them, both ways (layer web)."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import ValidationError
from core.i18n import _
from core.web.ids import id_of

_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_MINUTES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")


def text_of(field: Any, value: Any, zone: str) -> str:
    """Return what an input holds for a value.

    Args:
        field: The field.
        value: Its value: of a relation the record or id, of a to-many field a list of them.
        zone: IANA name of the reader's time zone.
    """
    if value is None:
        return ""
    if field.to_many:
        return ",".join(str(getattr(item, "id", item)) for item in value)
    kind = field.kind
    if kind == "boolean":
        return "1" if value else ""
    if kind == "datetime":
        return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
    if kind == "date":
        return str(value.isoformat())
    if kind in ("decimal", "money"):
        return _plain_number(value)
    if kind == "json":
        return json.dumps(value, ensure_ascii=False)
    return str(getattr(value, "id", value))


def text_of_new(field: Any, env: Any, zone: str) -> str:
    """Return what the input of a field holds in a new record: its default.

    Args:
        field: The field.
        env: Environment that the default may ask.
        zone: IANA name of the reader's time zone.
    """
    value = None if field.computed else field.default_value(env)
    return text_of(field, field.convert(value, None), zone)


def _plain_number(value: decimal.Decimal) -> str:
    """Return a number without thousands apart and without zeros behind the second decimal."""
    text = format(value, "f")
    if "." not in text:
        return text
    whole, _dot, part = text.rstrip("0").partition(".")
    return f"{whole}.{part.ljust(2, '0')}" if part else whole


def value_of(field: Any, texts: list[str], zone: str) -> Any:
    """Return the value that a form sent for a field, ready for ``create`` and ``update``; None for an empty input.

    Args:
        field: The field; no One2many, whose lines have inputs of their own.
        texts: What was sent under its name, several for a field that takes several.
        zone: IANA name of the time zone in which times were typed.

    Raises:
        ValidationError: It can't be read as a value of the field's kind; tells the field.
    """
    if field.to_many:
        return [_whole(field, part) for text in texts for part in text.split(",") if part.strip()]
    text = texts[-1] if texts else ""
    if field.kind == "boolean":
        return text in ("1", "on", "true")
    if field.kind in ("char", "text", "html", "sequence"):
        return text.replace("\r\n", "\n") or None
    text = text.strip()
    if not text:
        return None
    reader = _READERS.get(field.kind)
    if reader is not None:
        return reader(field, text, zone)
    return _whole(field, text) if field.is_relation and field.kind != "lookup" else _key_or_id(field, text)


def _key_or_id(field: Any, text: str) -> Any:
    number = id_of(text) if field.kind == "lookup" else None
    return text if number is None else number


def _whole(field: Any, text: str, _zone: str = "") -> int:
    plain = _digits(text)
    try:
        if len(plain) > 19:
            raise ValueError
        return int(plain)
    except ValueError:
        raise _unreadable(field, text, _("a whole number")) from None


def _decimal(field: Any, text: str, _zone: str) -> decimal.Decimal:
    try:
        number = decimal.Decimal(_digits(text).rstrip("%"))
    except decimal.InvalidOperation:
        raise _unreadable(field, text, _("a number")) from None
    if not number.is_finite():
        raise _unreadable(field, text, _("a number"))
    return number


def _float(field: Any, text: str, zone: str) -> float:
    return float(_decimal(field, text, zone))


def _digits(text: str) -> str:
    """Return a typed number in plain ASCII: full-width digits, thousands apart, signs of money and minus are understood."""
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    return "".join(char for char in plain if char not in ", \u00a0¥$€£")


def _date(field: Any, text: str, _zone: str) -> dt.date:
    for form in _DATES:
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise _unreadable(field, text, _("a date such as 2026-11-23"))


def _datetime(field: Any, text: str, zone: str) -> dt.datetime:
    for form in _MINUTES:
        try:
            return dt.datetime.strptime(text, form).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
        except ValueError:
            continue
    raise _unreadable(field, text, _("a time such as 2026-11-23 09:30"))


def _json(field: Any, text: str, _zone: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise _unreadable(field, text, _("JSON")) from None


_READERS: Mapping[str, Callable[[Any, str, str], Any]] = {
    "integer": _whole,
    "float": _float,
    "decimal": _decimal,
    "money": _decimal,
    "date": _date,
    "datetime": _datetime,
    "json": _json,
}


def _unreadable(field: Any, text: str, expected: Any) -> ValidationError:
    return ValidationError(
        _("%(label)s: “%(text)s” is not %(expected)s.", label=_(field.label), text=text[:60], expected=expected),
        code="validation.type",
        where=field.where,
    )
