"""Which fields a template reads, found without running it: so that exactly these are read, with the rights of who prints.

Variables are followed from ``record``, ``company`` and ``user`` through loops, assignments, filters and macros. A name that stands for several things
counts as each of them, so rather too much is read than too little; what is not there is simply not read, and told when the template asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jinja2 import nodes

from addons.base_print.services.engine.sandbox import PrintSandbox

ROOTS = ("record", "company", "user")
Tree = dict[str, Any]
"""Field → what is read of the records behind it, in turn."""
_BY_NAME = frozenset({"map", "sort", "sum", "groupby", "selectattr", "rejectattr", "unique", "min", "max"})
"""Filters that take the name of a field, first or as ``attribute``."""
_MOST_ROUNDS = 12
"""Assignments that hand on one another's values; what needs more is no template for a print."""


def fields_read(*texts: str) -> dict[str, Tree]:
    """Return what templates read of ``record``, ``company`` and ``user``.

    Args:
        texts: Sources that can be parsed.

    Raises:
        jinja2.TemplateSyntaxError: One can't.
    """
    sandbox = PrintSandbox()
    reader = _Reader()
    trees = [sandbox.parse(text) for text in texts]
    for _round in range(_MOST_ROUNDS):
        before = reader.size
        for tree in trees:
            reader.visit(tree)
        if reader.size == before:
            break
    return reader.roots


class _Reader:
    """Visits a template and notes which fields are reached from the roots."""

    def __init__(self) -> None:
        self.roots: dict[str, Tree] = {name: {} for name in ROOTS}
        self._names: dict[str, list[Tree]] = {name: [tree] for name, tree in self.roots.items()}
        self._macros: dict[str, list[str]] = {}
        self.size = 0
        """Grows with everything noted."""

    def visit(self, node: nodes.Node) -> list[Tree]:
        """Return the places that the value of a node may come from."""
        special = _VISITS.get(type(node))
        if special is not None:
            return special(self, node)
        return self._all(node.iter_child_nodes())

    def _all(self, several: Iterator[nodes.Node] | list[nodes.Node]) -> list[Tree]:
        found: list[Tree] = []
        for node in several:
            found += self.visit(node)
        return _once(found)

    def _bind(self, target: nodes.Node, places: list[Tree]) -> None:
        names = [target] if isinstance(target, nodes.Name) else list(target.find_all(nodes.Name))
        for each in names:
            known = self._names.setdefault(each.name, [])
            for place in places:
                if not any(place is one for one in known):
                    known.append(place)
                    self.size += 1

    def _read(self, places: list[Tree], path: str) -> list[Tree]:
        for name in path.split("."):
            if not name.isidentifier():
                continue
            for place in places:
                if name not in place:
                    place[name] = {}
                    self.size += 1
            places = [place[name] for place in places]
        return places

    def name(self, node: nodes.Name) -> list[Tree]:
        return list(self._names.get(node.name, ()))

    def attribute(self, node: nodes.Getattr) -> list[Tree]:
        return self._read(self.visit(node.node), node.attr)

    def item(self, node: nodes.Getitem) -> list[Tree]:
        places = self.visit(node.node)
        self.visit(node.arg)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._read(places, node.arg.value)
        return places

    def filter(self, node: nodes.Filter) -> list[Tree]:
        places = [] if node.node is None else self.visit(node.node)
        given = self._all([*node.args, *(each.value for each in node.kwargs)])
        if node.name in _BY_NAME:
            named = [each.value for each in node.kwargs if each.key == "attribute"] or list(node.args[:1])
            reached = [
                self._read(places, part)
                for each in named
                if isinstance(each, nodes.Const) and isinstance(each.value, str)
                for part in each.value.split(",")
            ]
            if node.name == "map" and reached:
                return _once([place for group in reached for place in group])
        return _once(places + given)

    def loop(self, node: nodes.For) -> list[Tree]:
        self._bind(node.target, self.visit(node.iter))
        self._all([*node.body, *node.else_, *([node.test] if node.test else [])])
        return []

    def assign(self, node: nodes.Assign) -> list[Tree]:
        self._bind(node.target, self.visit(node.node))
        return []

    def within(self, node: nodes.With) -> list[Tree]:
        for target, value in zip(node.targets, node.values, strict=True):
            self._bind(target, self.visit(value))
        return self._all(node.body)

    def macro(self, node: nodes.Macro) -> list[Tree]:
        self._macros[node.name] = [argument.name for argument in node.args]
        return self._all([*node.defaults, *node.body])

    def call(self, node: nodes.Call) -> list[Tree]:
        given = [*node.args, *(each.value for each in node.kwargs)]
        places = self._all(given)
        if isinstance(node.node, nodes.Name):
            # Which argument is which does not matter: rather too much than too little.
            for name in self._macros.get(node.node.name, ()):
                self._bind(nodes.Name(name, "store"), places)
        return _once(self.visit(node.node) + places)


_VISITS: dict[type, Any] = {
    nodes.Name: _Reader.name,
    nodes.Getattr: _Reader.attribute,
    nodes.Getitem: _Reader.item,
    nodes.Filter: _Reader.filter,
    nodes.For: _Reader.loop,
    nodes.Assign: _Reader.assign,
    nodes.With: _Reader.within,
    nodes.Macro: _Reader.macro,
    nodes.Call: _Reader.call,
}


def _once(places: list[Tree]) -> list[Tree]:
    return list({id(place): place for place in places}.values())
