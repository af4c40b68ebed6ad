"""The checked, immutable tree of a view (layer views).

Every node knows its address ``kind/name``, its attributes, its children and where it was written. Trees are never changed: each
function here returns a new tree that shares the untouched parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from core.errors import Where, nearest

ADMINISTRATOR = "administrator"
"""What stands as the addon of nodes that come from the database."""
ROOT = "view/main"
"""Address of the root of every view; ``view`` is short for it, as ``body`` is for ``body/main``."""
_TWINS = {"field": "column", "column": "field"}


def freeze(value: Any) -> Any:
    """Return ``value`` with lists as tuples and dicts as read-only mappings, all the way down."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: freeze(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(freeze(item) for item in value)
    return value


def thaw(value: Any) -> Any:
    """Return a copy of ``value`` made of plain dicts and lists."""
    if isinstance(value, Mapping):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [thaw(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Source:
    """Where a node was written."""

    addon: str | None = None
    """Name of the addon; ``administrator`` for changes kept in the database; None for generated views."""
    file: str | None = None
    line: int | None = None
    key: str | None = None

    @property
    def where(self) -> Where:
        """The same as the place of a fault."""
        return Where(addon=self.addon, file=self.file, line=self.line, key=self.key)

    def __str__(self) -> str:
        return str(self.where) or "generated"


NOWHERE = Source()
"""The source of what was not written anywhere."""


@dataclass(frozen=True)
class Node:
    """One part of a view."""

    kind: str
    name: str
    """Unique among the nodes of one kind in the view."""
    attrs: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """What was written beside the name, frozen (see `freeze`); only keys that were given."""
    children: tuple[Node, ...] = ()
    source: Source = NOWHERE
    groups: frozenset[str] = frozenset()
    """Groups whose members see the node; empty means everybody."""
    model: str | None = None
    """Model the node's fields are of; None until bound to a registry."""
    reads: frozenset[str] = frozenset()
    """All fields the node shows or refers to, as ``model.field``; empty until bound."""
    patched: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}))
    """For attributes given by a later ``set``: where that was written."""
    attr_reads: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    """For attributes that can go alone (order, grouping): the fields they refer to."""

    def source_of(self, key: str) -> Source:
        """Return where an attribute got its value: the node's own place, or that of the patch that set it."""
        return self.patched.get(key, self.source)

    @property
    def ref(self) -> str:
        """Address within the view, such as ``field/level``."""
        return f"{self.kind}/{self.name}"

    def get(self, key: str, default: Any = None) -> Any:
        """Return an attribute as plain dicts and lists, or ``default`` if it was not given."""
        return thaw(self.attrs[key]) if key in self.attrs else default

    @property
    def field(self) -> str | None:
        """Path of the field shown; None for nodes that show none."""
        for key in ("field", "figure", "status"):
            if key in self.attrs:
                return str(self.attrs[key])
        return None

    @property
    def action(self) -> str | None:
        """Name of the action a button calls; None for other nodes and for buttons that lead to a view or address."""
        if self.kind != "button":
            return None
        if "action" in self.attrs:
            return str(self.attrs["action"])
        return None if "open" in self.attrs or "url" in self.attrs else self.name

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it, parents first, in the order shown."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find(self, ref: str) -> Node | None:
        """Return the node with this address, or None. In lists ``field/x`` also finds ``column/x``, and the other way round."""
        if "/" not in ref:
            ref = f"{ref}/main"
        twin: Node | None = None
        kind, _slash, name = ref.partition("/")
        other = f"{_TWINS[kind]}/{name}" if kind in _TWINS else None
        for node in self.walk():
            if node.ref == ref:
                return node
            if node.ref == other:
                twin = twin or node
        return twin

    def child(self, ref: str) -> Node | None:
        """Return the direct child with this address, or None."""
        return next((child for child in self.children if child.ref == ref), None)

    def parent_of(self, ref: str) -> Node | None:
        """Return the node whose direct child has exactly this address, or None."""
        return next((node for node in self.walk() if node.child(ref)), None)

    def nearest(self, ref: str) -> str | None:
        """Return the address most like ``ref``; a bare name finds the node so called."""
        refs = {node.ref: node.name for node in self.walk()}
        wanted = ref.rpartition("/")[2]
        name = wanted if wanted in refs.values() else None
        if name is None and (close := nearest(ref, refs)):
            return close
        name = name or nearest(wanted, refs.values())
        return next((known for known, other in refs.items() if other == name), None)

    def change(self, ref: str, edit: Callable[[Node], Iterable[Node]]) -> Node:
        """Return the tree with the node at ``ref`` (not the root) replaced by what ``edit`` gives; none removes it."""
        return self._changed(ref, edit)[0]

    def _changed(self, ref: str, edit: Callable[[Node], Iterable[Node]]) -> tuple[Node, bool]:
        for index, child in enumerate(self.children):
            if child.ref == ref:
                return replace(self, children=(*self.children[:index], *edit(child), *self.children[index + 1 :])), True
            changed, found = child._changed(ref, edit)
            if found:
                return replace(self, children=(*self.children[:index], changed, *self.children[index + 1 :])), True
        return self, False

    def without(self, *keys: str) -> Node:
        """Return the node without some attributes."""
        return replace(
            self, attrs=MappingProxyType({key: value for key, value in self.attrs.items() if key not in keys})
        )

    def with_attrs(self, **values: Any) -> Node:
        """Return the node with attributes set; None removes one."""
        merged = {**self.attrs, **{key: freeze(value) for key, value in values.items()}}
        return replace(self, attrs=MappingProxyType({key: value for key, value in merged.items() if value is not None}))

    def as_data(self, *, deep: bool = True) -> dict[str, Any]:
        """Return the node as plain data, for showing and comparing: kind, name, attributes, children."""
        data: dict[str, Any] = {self.kind: self.name, **thaw(self.attrs)}
        if self.groups:
            data["groups"] = sorted(self.groups)
        if deep and self.children:
            data["body"] = [child.as_data() for child in self.children]
        return data
