"""Build plain values from the events of the YAML parser, remembering the line of each (layer config).

Used by `core.config.yamlfile` only. Three deviations from PyYAML's own loading, each because it bites people who write
business data:

* plain scalars follow YAML 1.2: only ``true`` and ``false`` are booleans (the country code ``NO`` stays a text), digits
  with a leading zero stay a text (``0755``), and ``10:30`` is no number;
* keys of mappings are always texts;
* a key given twice is an error, and so are tags, merge keys, a document nested too deeply and aliases that multiply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from core.errors import CoreError, Message, Where

KeyPath = tuple[str | int, ...]
"""Keys and list positions that lead from the top of a document to a value, such as ``("views", 0, "inherit")``."""

MAX_DEPTH = 100
"""Deepest nesting accepted; real files stay below 20."""
MAX_ALIASED = 50_000
"""Most values that aliases may add when written out."""

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL_FLOAT = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_DATETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}.*)?\Z")
_CONSTANTS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_CONSTANTS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_TEXT_TAGS = (None, "!", "tag:yaml.org,2002:str")


@dataclass(slots=True)
class Mark:
    """Line of a value (of its key, inside a mapping) and the marks of what it contains."""

    line: int
    children: dict[str | int, Mark] = field(default_factory=dict)


class Builder:
    """Builds plain values from the parser's events; no node graph, so that depth and size are checked while reading."""

    def __init__(self, path: Path, error: type[CoreError], addon: str | None) -> None:
        self.path = path
        self.error = error
        self.addon = addon
        self.faults: list[CoreError] = []
        self.anchors: dict[str, tuple[Any, Mark, int]] = {}
        self.open_anchors: set[str] = set()
        self.aliased = 0

    def fault(self, message: Message, line: int | None, key: KeyPath = (), hint: Message | None = None) -> CoreError:
        """Build an error at ``line`` of the file."""
        dotted = ".".join(str(part) for part in key) or None
        return self.error(message, hint=hint, where=Where(self.addon, str(self.path), line, dotted))

    def document(self, events: Iterator[Any]) -> tuple[Any, Mark]:
        """Read the only document of the stream; None for an empty stream."""
        data, root, seen = None, Mark(1), 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    line = event.start_mark.line + 1 if event.start_mark else None
                    raise self.fault(Message("A second document begins here; a file holds one."), line)
                data, root, _ = self._value(next(events), events, ())
        return data, root

    def _value(self, event: Any, events: Iterator[Any], key: KeyPath) -> tuple[Any, Mark, int]:
        """Return the value that begins with ``event``, its mark, and its size (count of values when written out)."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), line, key)
        if len(key) > MAX_DEPTH:
            raise self.fault(Message("Nested more than %(limit)s levels deep.", {"limit": MAX_DEPTH}), line)
        if isinstance(event, yaml.ScalarEvent):
            built: tuple[Any, Mark, int] = (self._scalar(event, line, key), Mark(line), 1)
        else:
            if event.tag not in (None, "!"):
                raise self._tag_fault(event.tag, line, key)
            if event.anchor:
                self.open_anchors.add(event.anchor)
            if isinstance(event, yaml.MappingStartEvent):
                built = self._mapping(events, line, key)
            else:
                built = self._sequence(events, line, key)
            self.open_anchors.discard(event.anchor)
        if event.anchor:
            self.anchors[event.anchor] = built
        return built

    def _alias(self, name: str, line: int, key: KeyPath) -> tuple[Any, Mark, int]:
        if name in self.open_anchors or name not in self.anchors:
            raise self.fault(Message('The alias "%(name)s" refers to itself or to nothing.', {"name": name}), line, key)
        value, mark, size = self.anchors[name]
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            message = Message("Aliases multiply to more than %(limit)s values.", {"limit": MAX_ALIASED})
            raise self.fault(message, line, key)
        return value, Mark(line, mark.children), size

    def _sequence(self, events: Iterator[Any], line: int, key: KeyPath) -> tuple[list[Any], Mark, int]:
        values: list[Any] = []
        mark, size = Mark(line), 1
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            position = len(values)
            value, mark.children[position], inner = self._value(event, events, (*key, position))
            values.append(value)
            size += inner
        return values, mark, size

    def _mapping(self, events: Iterator[Any], line: int, key: KeyPath) -> tuple[dict[str, Any], Mark, int]:
        values: dict[str, Any] = {}
        mark, size = Mark(line), 1
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key_line = event.start_mark.line + 1
            name = self._key(event, key_line, key)
            value, inner_mark, inner = self._value(next(events), events, (*key, name))
            size += inner
            if name in values:
                first = mark.children[name].line
                message = Message(
                    'The key "%(key)s" is given twice, first in line %(line)s.', {"key": name, "line": first}
                )
                self.faults.append(self.fault(message, key_line, (*key, name)))
                continue
            values[name] = value
            inner_mark.line = key_line
            mark.children[name] = inner_mark
        return values, mark, size

    def _key(self, event: Any, line: int, key: KeyPath) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self.fault(Message("A key must be a plain text."), line, key)
        if event.value == "<<" and event.implicit[0]:
            raise self.fault(Message('Merge keys ("<<") are not supported.'), line, key)
        if event.anchor:
            self.anchors[event.anchor] = (event.value, Mark(line), 1)
        return str(event.value)

    def _scalar(self, event: Any, line: int, key: KeyPath) -> Any:
        if event.tag not in _TEXT_TAGS:
            raise self._tag_fault(event.tag, line, key)
        if event.tag is not None or not event.implicit[0]:
            return event.value
        try:
            return plain_value(event.value)
        except ValueError as err:
            message = Message('"%(value)s" is no date that exists.', {"value": event.value})
            raise self.fault(message, line, key) from err

    def _tag_fault(self, tag: str, line: int, key: KeyPath) -> CoreError:
        return self.fault(Message('Tags such as "%(tag)s" are not allowed.', {"tag": tag}), line, key)


def plain_value(text: str) -> Any:
    """Return what an unquoted scalar means: None, a boolean, number, date or datetime, else the text itself.

    >>> plain_value("NO"), plain_value("0755"), plain_value("12"), plain_value("true")
    ('NO', '0755', 12, True)

    Raises:
        ValueError: The text looks like a date but there is no such day, or is a number of absurd length.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    first = text[0]
    if not (first.isdigit() or first in "-+."):
        return text
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    if _SPECIAL_FLOAT.match(text):
        return float(text.replace(".", "", 1))
    if _DATE.match(text):
        return date.fromisoformat(text)
    if _DATETIME.match(text):
        return datetime.fromisoformat(text.upper())
    return text
