"""Arguments and results of jobs as JSON; what JSON lacks (days, times, exact numbers) is kept by a tag. Layer: jobs.

A job carries ids and small values, never records: a record seen by the job may be another than the one seen when it was deferred.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from core.errors import JobError
from core.i18n import _

_DECODERS: Mapping[str, Callable[[str], Any]] = {
    "$date": datetime.date.fromisoformat,
    "$datetime": datetime.datetime.fromisoformat,
    "$decimal": Decimal,
}


def encode(value: Any, place: str) -> Any:
    """Return ``value`` as plain JSON data.

    Args:
        value: None, bool, int, finite float, str, date, aware datetime, finite Decimal, or a list, tuple or mapping (with
            text keys) of these. A tuple comes back as a list.
        place: Where the value stands, such as ``amount`` or ``lines.0``; named in the error.

    Raises:
        JobError: A value of another type, with its place.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        raise JobError(_("%(place)s is not a finite number.", place=place), code="job.payload")
    if isinstance(value, float):
        return value
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise JobError(_("%(place)s is a time without a time zone.", place=place), code="job.payload")
        return {"$datetime": value.astimezone(datetime.UTC).isoformat()}
    if isinstance(value, datetime.date):
        return {"$date": value.isoformat()}
    if isinstance(value, list | tuple):
        return [encode(item, f"{place}.{index}") for index, item in enumerate(value)]
    if isinstance(value, Mapping):
        return _encode_mapping(value, place)
    raise _refused(value, place)


def _encode_mapping(value: Mapping[Any, Any], place: str) -> dict[str, Any]:
    for key in value:
        if not isinstance(key, str) or key in _DECODERS:
            raise JobError(
                _("%(place)s has the key %(key)r.", place=place, key=key), hint=_("Keys are texts."), code="job.payload"
            )
    return {key: encode(item, f"{place}.{key}") for key, item in value.items()}


def _refused(value: Any, place: str) -> JobError:
    is_record = hasattr(value, "_info") or hasattr(value, "env")
    hint = _("Pass the id of the record.") if is_record else _("Pass texts, numbers, dates, lists and mappings.")
    return JobError(
        _("%(place)s can't be stored with the job: %(type)s.", place=place, type=type(value).__name__),
        hint=hint,
        code="job.payload",
    )


def decode(data: Any) -> Any:
    """Return the value that `encode` was given (tuples as lists, times in UTC)."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if isinstance(data, dict):
        if len(data) == 1:
            tag, text = next(iter(data.items()))
            if tag in _DECODERS:
                return _DECODERS[tag](text)
        return {key: decode(item) for key, item in data.items()}
    return data
