"""What a template sees: plain values that came out of the database with the rights of who prints.

`packed` turns them into JSON data for the process that draws, `unpacked` back. They know how they are shown, and nothing else: no record, no
environment, no way to anything that was not packed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from markupsafe import Markup

KIND = "~"
"""Key that marks a value which JSON can't say by itself."""


class Row:
    """A record; or the lack of one, whose fields are all empty, so that ``{{ record.customer.phone }}`` may be printed without asking."""

    __slots__ = ("fields", "is_there", "model", "name")

    def __init__(self, fields: Mapping[str, Any], name: str = "", model: str = "", *, is_there: bool = True) -> None:
        self.fields = fields
        self.name = name
        """What the record is called."""
        self.model = model
        """Name of its model."""
        self.is_there = is_there

    def __bool__(self) -> bool:
        return self.is_there

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.model == other.model and self.fields.get("id") == other.fields.get("id")

    def __hash__(self) -> int:
        return hash((self.model, self.fields.get("id")))

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)


class Choice(str):
    """The key of a selection, shown by its label."""

    __slots__ = ("label",)
    label: str

    @classmethod
    def of(cls, key: str, label: str) -> Choice:
        """Return the choice ``key`` that is shown as ``label``."""
        made = cls(key)
        made.label = label
        return made


class Amount(Decimal):
    """An amount of money; calculating with it gives plain decimals."""


class Image(str):
    """The key of a picture among those packed."""

    __slots__ = ()


def packed(value: Any) -> Any:
    """Return JSON data for a value; texts, whole numbers, booleans and None are themselves."""
    if isinstance(value, Row):
        fields = {name: packed(item) for name, item in value.fields.items()}
        return {KIND: "row", "f": fields, "n": value.name, "m": value.model, "is": value.is_there}
    for kind, key, pack in _PLAIN:
        if isinstance(value, kind):
            return {KIND: key, **pack(value)}
    if isinstance(value, (list, tuple)):
        return [packed(item) for item in value]
    return value


def unpacked(data: Any) -> Any:
    """Return the value that `packed` made ``data`` of."""
    if isinstance(data, list):
        return [unpacked(item) for item in data]
    if not isinstance(data, dict):
        return data
    if data[KIND] == "row":
        fields = {name: unpacked(item) for name, item in data["f"].items()}
        return Row(fields, data["n"], data["m"], is_there=data["is"])
    return _UNPACK[data[KIND]](data)


_PLAIN: tuple[tuple[type, str, Any], ...] = (
    (Choice, "choice", lambda value: {"v": str(value), "l": value.label}),
    (Image, "image", lambda value: {"v": str(value)}),
    (Markup, "html", lambda value: {"v": str(value)}),
    (Amount, "money", lambda value: {"v": str(value)}),
    (Decimal, "decimal", lambda value: {"v": str(value)}),
    (dt.datetime, "datetime", lambda value: {"v": value.isoformat()}),
    (dt.date, "date", lambda value: {"v": value.isoformat()}),
)
"""Kinds of values, those that are a kind of another before it."""
_UNPACK = {
    "choice": lambda data: Choice.of(data["v"], data["l"]),
    "image": lambda data: Image(data["v"]),
    # The text was cleaned when it was saved, and the process that draws can reach nothing.
    "html": lambda data: Markup(data["v"]),  # noqa: S704
    "money": lambda data: Amount(data["v"]),
    "decimal": lambda data: Decimal(data["v"]),
    "datetime": lambda data: dt.datetime.fromisoformat(data["v"]),
    "date": lambda data: dt.date.fromisoformat(data["v"]),
}
