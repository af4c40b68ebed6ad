"""Strict reading and exact writing of JSON (layer web).

Read: no NaN or infinity, no name twice, no nesting that exhausts the stack. Written: Decimals as texts, days and instants as ISO texts.
"""

from __future__ import annotations

import datetime
import decimal
import json
import math
from collections.abc import Mapping
from typing import Any

from core.i18n import _
from core.web.errors import RequestError, malformed

MAX_DEPTH = 200
"""Most levels of lists and objects inside each other."""


def parse_json(text: str | bytes, *, key: str | None = None) -> Any:
    """Return the value of a JSON text.

    Args:
        text: The text; bytes are UTF-8.
        key: What it is, for errors: the name of a parameter, or None for the body.

    Raises:
        RequestError: It is no JSON, or more than JSON.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        value = json.loads(
            text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_without_duplicates
        )
    except RequestError as error:
        raise error.located(key=key) from None
    except RecursionError:
        raise _too_deep(key) from None
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        place = error.pos if isinstance(error, json.JSONDecodeError) else 0
        raise malformed(
            _("This is no JSON: %(reason)s (character %(place)s).", reason=reason, place=place), key=key
        ) from None
    if _deeper_than(value, MAX_DEPTH):
        raise _too_deep(key)
    return value


def _too_deep(key: str | None) -> RequestError:
    return malformed(_("Lists and objects are nested too deep: more than %(limit)s levels.", limit=MAX_DEPTH), key=key)


def _deeper_than(value: Any, limit: int) -> bool:
    """Whether lists and objects are nested deeper than ``limit``; walks level by level, so the stack does not matter."""
    level = [value]
    for _depth in range(limit + 1):
        level = [
            item
            for each in level
            if isinstance(each, (list, dict))
            for item in (each.values() if isinstance(each, dict) else each)
            if isinstance(item, (list, dict))
        ]
        if not level:
            return False
    return True


def _no_constant(name: str) -> Any:
    raise malformed(_("%(name)s is no number of JSON.", name=name))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise malformed(_("The number %(number)s is too large.", number=text[:40]))
    return number


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise malformed(_('"%(name)s" stands twice in one object.', name=twice[:64]))
    return found


def dump_json(value: Any) -> str:
    """Return ``value`` as compact JSON with readable Chinese."""
    return _ENCODER.encode(value)


def _plain(value: Any) -> Any:
    """Return a value of ours in types of JSON; what is none of them as its text."""
    info = getattr(value, "_info", None)
    if info is not None:
        return {"model": info.name, "id": value.id, "display_name": value.display_name}
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)
