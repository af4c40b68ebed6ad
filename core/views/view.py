"""`View`: one checked view, as the renderer gets it (layer views)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from core.views.schema import VIEW_MODELS
from core.views.tree import Node, Source
from core.views.vocabulary import marks

SLOT_NAMES = {"measure": "measures", "by": "dimensions"}
"""Slots of charts whose key is also a kind of node are called differently in the tree."""
_CONTAINERS = frozenset({"section", "group", "page", "notebook", "field", "related"})


def slot_name(key: str) -> str:
    """Return the kind of the tree node that holds what stands under ``key`` of a view."""
    return SLOT_NAMES.get(key, key)


@dataclass(frozen=True)
class View:
    """One view. Immutable and shared between requests; `restricted` makes the one a certain user sees."""

    id: str
    """Id as declared, or ``<model>:<type>`` for a generated one."""
    type: str
    """One of `core.views.vocabulary.VIEW_TYPES`."""
    model: str
    root: Node
    """``view/main``; its children are the slots, its attributes the settings of the view."""
    source: Source = field(default=Source())
    generated: bool = False

    @property
    def kind(self) -> str:
        """The same as ``type``."""
        return self.type

    @property
    def title(self) -> str | None:
        """Title as declared; None takes the model's label."""
        title = self.root.attrs.get("title")
        return None if title is None else str(title)

    @property
    def sequence(self) -> int:
        """Of several views of one type the lowest is the model's default."""
        return int(self.get("sequence", 10))

    def get(self, key: str, default: Any = None) -> Any:
        """Return a setting of the view as plain data, or ``default`` if it was not given."""
        return self.root.get(key, default)

    def slot(self, key: str) -> tuple[Node, ...]:
        """Return the nodes under a key of the view such as ``columns`` or ``body``; empty if it was not given."""
        found = self.root.child(f"{slot_name(key)}/main")
        return found.children if found else ()

    def find(self, ref: str) -> Node | None:
        """Return the node with the address ``kind/name``, or None."""
        return self.root.find(ref)

    def walk(self) -> Iterator[Node]:
        """Yield all nodes, parents first."""
        return self.root.walk()

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the view's own model that its nodes show, without repetition, in order; not those of inline tables."""
        found = {node.field: None for node in self.walk() if node.field and node.model in (None, self.model)}
        return tuple(path for path in found if path)

    @property
    def usable(self) -> bool:
        """Whether everything is there that the type needs: a list without columns can't be shown."""
        needed = VIEW_MODELS[self.type].NEEDED
        slots = VIEW_MODELS[self.type].SLOTS
        return all(self.slot(key) if key in slots else key in self.root.attrs for key in needed)

    def expressions(self) -> Iterator[tuple[Node, str, str]]:
        """Yield all conditions as (node, key, expression), so that a caller can find out what they read."""
        for node in self.walk():
            for key, value in node_expressions(node):
                yield node, key, value

    def restricted(
        self,
        groups: frozenset[str],
        hidden_fields: frozenset[str] = frozenset(),
        shows: Callable[[Node], bool] | None = None,
    ) -> View:
        """Return the view without what a user may not see: absent, not greyed.

        Args:
            groups: Ids of all groups the user is in, implied ones included.
            hidden_fields: Fields the user may not read: names of this model's fields, or ``model.field`` for other models.
            shows: Tells whether a node is shown at all, whatever the record; None shows each.

        Returns:
            A view in which no node, order, grouping or filter refers to a hidden field, and no part is left empty by that. It may have
            become unusable (see `usable`).
        """
        hidden = frozenset(name if "." in name else f"{self.model}.{name}" for name in hidden_fields)
        root = _restricted(self.root, groups, hidden, shows)
        if root is None:
            root = replace(self.root, attrs=MappingProxyType({}), children=())
        return self if root is self.root else replace(self, root=root)


def node_expressions(node: Node) -> Iterator[tuple[str, str]]:
    """Yield the conditions of one node as (key, expression); for decorations the key is ``decorations.<tint>``."""
    for key in ("visible", "readonly", "required", "edit"):
        value = node.attrs.get(key)
        if isinstance(value, str):
            yield key, value
    for tint, value in (node.attrs.get("decorations") or {}).items():
        yield f"decorations.{tint}", value


def texts(view: View) -> Iterator[tuple[Source, str]]:
    """Yield the texts of a view that need translation, with their places."""
    from_model = marks(VIEW_MODELS[view.type])
    for node in view.walk():
        keys = [key for key, mark in from_model.items() if mark.what == "text"] if node.kind == "view" else _TEXT_KEYS
        for key in keys:
            if isinstance(value := node.attrs.get(key), str):
                yield node.source, value


_TEXT_KEYS = ("label", "help", "placeholder", "confirm", "content")


def _restricted(
    node: Node, groups: frozenset[str], hidden: frozenset[str], shows: Callable[[Node], bool] | None
) -> Node | None:
    """Return the node as allowed, itself if nothing changes, None if it must not be seen."""
    if (node.groups and not node.groups & groups) or node.reads & hidden or (shows is not None and not shows(node)):
        return None
    kept: list[Node] = []
    same = True
    for child in node.children:
        allowed = _restricted(child, groups, hidden, shows)
        same = same and allowed is child
        if allowed is not None:
            kept.append(allowed)
    if node.children and not kept and node.kind in _CONTAINERS:
        return None
    gone = [key for key, reads in node.attr_reads.items() if reads & hidden]
    if gone:
        node = node.without(*gone)
    return node if same else replace(node, children=tuple(kept))
