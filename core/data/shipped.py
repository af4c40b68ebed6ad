"""What an addon shipped of one record, remembered with its external id, to tell a person's changes from ours. Layer: data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.orm.fields import Field, Many2many, One2many

if TYPE_CHECKING:
    from core.data.values import Resolved
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo


@dataclass(frozen=True)
class Shipped:
    """The fingerprint of one record as `core.orm.bookkeeping.Xid` keeps it."""

    digest: str
    """Sum over the record as it stands in the file, with its translations."""
    values: dict[str, Any] = field(default_factory=dict)
    """Field → value as plain JSON."""

    @classmethod
    def read(cls, text: str | None) -> Shipped:
        """Return what ``text`` holds; empty for None."""
        if text is None:
            return cls("")
        data = json.loads(text)
        return cls(data["digest"], data["values"])

    def write(self) -> str:
        """Return the text to be stored."""
        return json.dumps({"digest": self.digest, "values": self.values}, ensure_ascii=False, sort_keys=True)


def shipped_values(env: Environment, info: ModelInfo, resolved: Resolved) -> dict[str, Any]:
    """Return resolved values as plain JSON, to be compared later with what the record then holds."""
    return {name: _plain(env, info.fields[name], value) for name, value in resolved.values.items()}


def _plain(env: Environment, item: Field[Any], value: Any) -> Any:
    if isinstance(item, One2many):
        target = env.registry[item.comodel]
        return [{name: _plain(env, target.fields[name], part) for name, part in line.items()} for line in value]
    if isinstance(item, Many2many):
        return sorted(value)
    return item.to_json(item.convert(value, env))


def current(record: Any, item: Field[Any], like: Any) -> Any:
    """Return what a record holds, in the form of `shipped_values`.

    Args:
        record: The record.
        item: The field.
        like: The shipped value; of lines only the fields it names are looked at.
    """
    value = getattr(record, item.name)
    if isinstance(item, One2many):
        names: Mapping[str, Any] = {name: None for line in like or () for name in line}
        lines = sorted(value, key=lambda line: line.id)
        return [{name: current(line, line._info.fields[name], None) for name in names} for line in lines]
    return sorted(item.to_json(value)) if item.to_many else item.to_json(value)
