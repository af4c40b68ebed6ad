"""The groups of a dimension: their names, their order, and the tree of departments or companies they form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from addons.base_report.services.dimensions import TREES, Dimension
from addons.base_report.services.facts import Fact
from addons.base_report.services.measures import may_read, text
from core.api import Environment, _, formats


@dataclass(frozen=True)
class Node:
    """A place in a tree of groups."""

    value: Any
    depth: int
    below: frozenset[Any]
    """Values of the groups that lie in it, itself among them."""
    is_group: bool
    """Whether others with records lie below it."""
    own: bool = False
    """Whether it stands only for the records of the group itself, beside those below it."""


@dataclass(frozen=True)
class Groups:
    """What is known of the groups of one dimension."""

    dimension: Dimension
    names: Mapping[Any, str]
    parents: Mapping[Any, Any]
    """Group → the one above it; empty where there is no tree."""

    def label(self, value: Any) -> str:
        """Return what a group is called; a record that may not be seen has no name."""
        return self.names.get(value, formats.NONE)

    def tree(self, values: Sequence[Any]) -> list[Node]:
        """Return the groups with those they lie in, from the top, in the order given among their equals."""
        known = [value for value in values if value is not None]
        inside: dict[Any, list[Any]] = {}
        tops: list[Any] = []
        for value in known:
            chain = self._chain(value)
            for child, parent in zip(chain, [*chain[1:], None], strict=True):
                siblings = tops if parent is None else inside.setdefault(parent, [])
                if child not in siblings:
                    siblings.append(child)
        found: list[Node] = []

        def walk(value: Any, depth: int) -> frozenset[Any]:
            place = len(found)
            found.append(Node(value, depth, frozenset(), is_group=False))
            children = inside.get(value, [])
            if children and value in known:
                found.append(Node(value, depth + 1, frozenset({value}), is_group=False, own=True))
            below = frozenset({value}).union(*(walk(child, depth + 1) for child in children))
            found[place] = Node(value, depth, below, is_group=bool(children))
            return below

        for top in tops:
            walk(top, 0)
        if None in values:
            found.append(Node(None, 0, frozenset({None}), is_group=False))
        return found

    def _chain(self, value: Any) -> list[Any]:
        """Return a group, the one above it, and so on; a circle ends."""
        chain = [value]
        while (parent := self.parents.get(chain[-1])) is not None and parent not in chain:
            chain.append(parent)
        return chain


def read_groups(env: Environment, dimension: Dimension, values: Iterable[Any]) -> Groups:
    """Return names and tree of groups. One statement where they are records, none else."""
    wanted = [value for value in dict.fromkeys(values) if value is not None]
    names: dict[Any, str] = {None: text(env, _("Not set"))}
    parents: dict[Any, Any] = {}
    if dimension.comodel is not None:
        info = env.registry[dimension.comodel]
        if wanted and may_read(env, info):
            # The whole tree is read, since those above a group may have no records of their own.
            is_tree = dimension.key in TREES
            columns = ["display_name", *(["parent"] if is_tree else [])]
            rows = env[info.name].read(None if is_tree else [["id", "in", wanted]], columns)
            names |= {row["id"]: text(env, str(row["display_name"] or "")) for row in rows}
            parents = {row["id"]: row["parent"] for row in rows} if is_tree else {}
            parents = {child: parent for child, parent in parents.items() if parent in names}
    else:
        for value in wanted:
            words = (dimension.options or {}).get(value, value)
            words = (_("Yes") if value else _("No")) if dimension.is_boolean else words
            names[value] = text(env, words if not isinstance(words, (int, float)) else str(words))
    return Groups(dimension, names, parents)


def in_order(
    groups: Groups, facts: Sequence[Fact], value_of: Callable[[Fact], Any], size: Callable[[Sequence[Fact]], Any]
) -> list[Any]:
    """Return the values of groups in order: as a selection declares them, else the largest first, losses behind profits; what is not set last.

    Args:
        groups: Names of the groups.
        facts: What was read.
        value_of: Gives the group of a fact.
        size: Tells how large facts together are.
    """
    members: dict[Any, list[Fact]] = {}
    for fact in facts:
        members.setdefault(value_of(fact), []).append(fact)
    values = [value for value in members if value is not None]
    options = groups.dimension.options
    if options:
        places = {key: place for place, key in enumerate(options)}
        values.sort(key=lambda value: places.get(value, len(places)))
    else:
        values.sort(key=lambda value: (-float(size(members[value]) or 0), groups.label(value), str(value)))
    return [*values, None] if None in members else values
