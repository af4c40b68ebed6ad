"""Turns a cell into the value of a field that is no relation. One function for each kind, made once for a column."""

from __future__ import annotations

import datetime
import difflib
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from addons.base_exchange.services.values.dates import (
    Ambiguous,
    DateOrder,
    parse_date,
    parse_instant,
    propose_date,
    serial_date,
    serial_instant,
)
from addons.base_exchange.services.values.faults import CellError
from addons.base_exchange.services.values.numbers import parse_number
from core.api import _

Read = Callable[[Any], Any]
"""Takes what stands in a cell, never None; returns the value or raises `CellError`."""
_TRUE = frozenset({"true", "1", "yes", "y", "t", "on", "是", "对", "有", "真", "√", "✓", "✔", "启用", "已启用"})
_FALSE = frozenset({"false", "0", "no", "n", "f", "off", "否", "错", "无", "假", "×", "✗", "停用", "已停用"})
_EXACT = 10**15
"""From here on a spreadsheet keeps no longer every digit of a whole number."""
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!"})


def fold(text: str) -> str:
    """Return a text without case, width and spaces, for comparing what people type."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def as_text(raw: Any) -> str:
    """Return a cell as a person sees it in the file."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e21 else repr(raw)
    if isinstance(raw, datetime.datetime):
        return raw.date().isoformat() if raw.time() == datetime.time() else raw.isoformat(" ")
    return str(raw)


def read_text(raw: Any) -> str:
    """Return a text; a number as its digits, if the file still has them all."""
    if isinstance(raw, str):
        if raw[:1] == "#" and raw in _ERRORS:
            raise CellError(_("The cell holds an error of the spreadsheet."), code="cell_error")
        return raw.strip() if raw[:1].isspace() or raw[-1:].isspace() else raw
    if isinstance(raw, float) and raw.is_integer() and abs(raw) >= _EXACT:
        raise CellError(
            _("The spreadsheet has rounded this long number; make the column a text column and type it anew."),
            code="rounded",
        )
    return as_text(raw)


def read_integer(raw: Any) -> int:
    """Return a whole number."""
    number = _number(raw)
    if number != number.to_integral_value():
        raise CellError(_("This is no whole number."), code="number")
    return int(number)


def read_float(raw: Any) -> float:
    """Return a number."""
    return float(_number(raw))


def read_decimal(raw: Any) -> Decimal:
    """Return an exact number."""
    return _number(raw)


def _number(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        raise CellError(_("This is no number."), code="number")
    if not isinstance(raw, str):
        # The shortest text that means this float, so that 0.1 is not 0.1000000000000000055.
        return Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    found = parse_number(raw)
    if found is None:
        read_text(raw)
        raise CellError(_("This is no number."), code="number")
    return found


def read_boolean(raw: Any) -> bool:
    """Return yes or no."""
    if isinstance(raw, bool):
        return raw
    word = fold(as_text(raw))
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise CellError(_("This is neither yes nor no."), code="boolean")


def read_date(raw: Any, *, order: DateOrder, today: datetime.date) -> datetime.date:
    """Return a day."""
    if isinstance(raw, datetime.datetime):
        return raw.date()
    if isinstance(raw, datetime.date):
        return raw
    found: datetime.date | None = None
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        found = parse_date(str(int(raw)), order) if raw == int(raw) else serial_date(raw)
    elif isinstance(raw, str):
        try:
            found = parse_date(raw, order)
            if found is None:
                instant = parse_instant(raw, order)
                found = None if instant is None else instant.date()
        except Ambiguous:
            raise _ambiguous(raw, today) from None
    if found is None:
        days = propose_date(as_text(raw), today)
        raise CellError(
            _("This is no date."), code="date", proposals=[day.isoformat() for day in days], is_certain=len(days) == 1
        )
    return found


def read_datetime(raw: Any, *, order: DateOrder, today: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    """Return an instant; what has no zone is local time."""
    found: datetime.datetime | None = None
    if isinstance(raw, datetime.datetime):
        found = raw
    elif isinstance(raw, datetime.date):
        found = datetime.datetime.combine(raw, datetime.time())
    elif isinstance(raw, (int, float)) and not isinstance(raw, bool):
        found = serial_instant(raw)
    elif isinstance(raw, str):
        try:
            found = parse_instant(raw, order)
        except Ambiguous:
            raise _ambiguous(raw, today) from None
    if found is None:
        raise CellError(_("This is no date with time."), code="date")
    try:
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(datetime.UTC)
    except OverflowError:
        raise CellError(_("This is no date with time."), code="date") from None


def _ambiguous(raw: str, today: datetime.date) -> CellError:
    return CellError(
        _("Day and month could be either way round; say in the mapping which comes first."),
        code="date_order",
        proposals=[day.isoformat() for day in propose_date(raw, today)],
    )


def read_json(raw: Any) -> Any:
    """Return data written as JSON."""
    try:
        return json.loads(as_text(raw))
    except ValueError:
        raise CellError(_("This is no JSON."), code="json") from None


def read_choice(raw: Any, *, words: Mapping[str, str], labels: Sequence[str]) -> str:
    """Return the key of a choice given by key or label in any language.

    Args:
        raw: The cell.
        words: Key or label as `fold` gives it → key.
        labels: Labels to propose.
    """
    text = as_text(raw)
    found = words.get(fold(text))
    if found is not None:
        return found
    near = nearest(text, labels)
    raise CellError(_("This is none of the choices."), code="choice", proposals=near, is_certain=is_likely(text, near))


def nearest(text: str, known: Sequence[str]) -> list[str]:
    """Return up to five of the known texts that are like ``text``: those that hold it or lie in it, then by letters."""
    folded = fold(text)
    holding = [each for each in known if folded and (folded in fold(each) or (fold(each) and fold(each) in folded))]
    holding.sort(key=lambda each: abs(len(fold(each)) - len(folded)))
    alike = difflib.get_close_matches(text, known, n=5, cutoff=0.6)
    return list(dict.fromkeys([*holding, *alike]))[:5]


def is_likely(text: str, near: Sequence[str]) -> bool:
    """Whether one proposal alone is close enough to be taken without looking at each."""
    return len(near) == 1


def reader_of(
    field: Any,
    *,
    order: DateOrder,
    today: datetime.date,
    zone: datetime.tzinfo,
    label_of: Callable[[Any], Sequence[str]],
) -> Read:
    """Return what reads the cells of a column for a field that is no relation.

    Args:
        field: The field.
        order: What ``03/04/2026`` means.
        today: The present day, for proposals.
        zone: Zone of times that name none.
        label_of: Returns an English label in all languages, the reader's first.
    """
    kind = field.kind
    if kind == "selection":
        words: dict[str, str] = {}
        labels: list[str] = []
        for key, label in field.options.items():
            texts = list(label_of(label))
            labels.append(texts[0])
            for text in (key, *texts):
                words.setdefault(fold(text), key)
        return partial(read_choice, words=words, labels=labels)
    if kind == "date":
        return partial(read_date, order=order, today=today)
    if kind == "datetime":
        return partial(read_datetime, order=order, today=today, zone=zone)
    return _READERS.get(kind, read_text)


_READERS: Mapping[str, Read] = {
    "integer": read_integer,
    "float": read_float,
    "decimal": read_decimal,
    "money": read_decimal,
    "boolean": read_boolean,
    "json": read_json,
}
