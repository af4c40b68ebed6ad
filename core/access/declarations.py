"""What the addons declare about rights: groups, model rights, rules, field rights, special rights. Layer: access.

Plain frozen data, each with the place it was written at, so that `core.access.explain` can name file and line. It is made once per
registry; what an administrator changed comes on top in `core.access.overlay`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from core.access.rules import RuleDomain
from core.errors import CoreError, Where

__all__ = [
    "ADMINISTRATOR",
    "NOBODY",
    "Declarations",
    "FieldLimit",
    "Follow",
    "GroupDecl",
    "ModelGrant",
    "Rule",
    "SpecialDecl",
    "Switch",
    "closure",
    "source_of",
]

ADMINISTRATOR = "base.administrator"
"""The group that holds every right (CORE-03)."""
NOBODY = "base.nobody"
"""The group without members: what is given to it alone, not even an administrator sees."""


@dataclass(frozen=True)
class GroupDecl:
    """A group. Its members also have the rights of ``implies`` and of what those imply."""

    id: str
    label: str
    addon: str
    implies: tuple[str, ...]
    where: Where
    description: str | None = None


@dataclass(frozen=True)
class ModelGrant:
    """Operations on one model, given to one group."""

    model: str
    group: str
    operations: frozenset[str]
    where: Where


@dataclass(frozen=True)
class Rule:
    """A record rule; without ``groups`` it limits everybody, with them it opens rows to their members."""

    id: str
    model: str
    groups: frozenset[str]
    operations: frozenset[str]
    domain: Any
    """As written, with its expressions."""
    render: RuleDomain
    """Gives the domain for one user."""
    label: str | None
    where: Where


@dataclass(frozen=True)
class FieldLimit:
    """Who may see (``read``) or change (``update``) one field: ids of groups and of special rights."""

    model: str
    field: str
    operation: str
    holders: frozenset[str]
    where: Where


@dataclass(frozen=True)
class SpecialDecl:
    """A special right and the groups that have it from the start."""

    id: str
    label: str
    addon: str
    groups: frozenset[str]
    where: Where


@dataclass(frozen=True)
class Follow:
    """Rows of ``model`` are reached where the record behind its Many2one ``field`` is."""

    model: str
    field: str
    where: Where


@dataclass(frozen=True)
class Switch:
    """While the parameter is off, nobody sees anything of the addon."""

    addon: str
    parameter: str
    where: Where


@dataclass(frozen=True)
class Declarations:
    """Everything the enabled addons of one registry declare."""

    groups: Mapping[str, GroupDecl] = field(default_factory=dict)
    grants: tuple[ModelGrant, ...] = ()
    rules: tuple[Rule, ...] = ()
    limits: tuple[FieldLimit, ...] = ()
    special: Mapping[str, SpecialDecl] = field(default_factory=dict)
    follows: Mapping[str, Follow] = field(default_factory=dict)
    switches: tuple[Switch, ...] = ()
    unmet: tuple[CoreError, ...] = ()
    """What was left out because it names groups of addons that are not enabled."""


def closure(start: Iterable[str], implies: Mapping[str, Iterable[str]]) -> dict[str, str | None]:
    """Return every group reached from ``start``, each with the group that implied it first (None: held directly)."""
    reached: dict[str, str | None] = dict.fromkeys(start)
    waiting = list(reached)
    for group in waiting:
        for other in implies.get(group, ()):
            if other not in reached:
                reached[other] = group
                waiting.append(other)
    return reached


@lru_cache(maxsize=8192)
def source_of(where: Where) -> str:
    """Return a place as explanations show it: ``crm_base/security/access.yaml:12``."""
    if where.file is None:
        return str(where)
    file = PurePath(where.file)
    parts = (where.addon, file.parent.name, file.name) if where.addon else (file.name,)
    path = "/".join(part for part in parts if part)
    # What a hook returned has a file but no lines.
    return path if where.line is None or file.suffix == ".py" else f"{path}:{where.line}"
