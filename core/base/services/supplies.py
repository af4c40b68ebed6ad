"""What fields name and no data file ships: numbering rules of `Sequence` fields, dictionaries of `Lookup` fields.

An addon that declares ``Sequence("acme.ticket")`` and ships no rule gets a plain counter, which an administrator edits like any
other; one that declares ``Lookup("acme_colour")`` gets an empty dictionary to fill.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.fields import Lookup
from core.orm.fields import Sequence as NumberField

if TYPE_CHECKING:
    from core.orm.environment import Environment


def supply(env: Environment, addons: Collection[str]) -> None:
    """Make the rules and dictionaries that fields of these addons name and that do not exist yet.

    Args:
        env: An environment of the system.
        addons: Names of the addons that declare the fields.
    """
    rules: dict[str, dict[str, Any]] = {}
    dictionaries: dict[str, dict[str, Any]] = {}
    for info in env.registry.models.values():
        if info.abstract:
            continue
        for field in info.fields.values():
            if field.addon not in addons:
                continue
            if isinstance(field, NumberField):
                rules.setdefault(field.code, {"code": field.code, "label": str(info.label)})
            elif isinstance(field, Lookup):
                values = {"code": field.dictionary, "name": str(field.label), "addon": field.addon}
                dictionaries.setdefault(field.dictionary, values)
    _make_missing(env, "core.numbering", rules)
    _make_missing(env, "core.dictionary", dictionaries)


def _make_missing(env: Environment, model: str, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    table = env.registry[model].table
    known = set(env.connection.scalars(sa.select(table.c.code)))
    env[model].create([values for code, values in wanted.items() if code not in known])
