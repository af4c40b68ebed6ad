"""Change a view's tree by named node: before, after, inside, replace, remove, set (layer views; design 1.6, §2.4).

A patch that does not fit is skipped and reported; the others still apply, so one broken addon never takes a page away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from core.errors import CoreError, Message, ViewError
from core.i18n import _
from core.views.build import Place, parse_items, parse_values, unique
from core.views.schema import Operation
from core.views.tree import ROOT, Node


@dataclass(frozen=True)
class Patch:
    """One operation on one view."""

    target: str
    """Id of the view."""
    operation: Operation
    place: Place
    """Tells where the keys of the operation were written."""


def apply(view_type: str, root: Node, patch: Patch) -> tuple[Node, list[CoreError]]:
    """Return the tree with one patch applied, and the faults; the same tree if the patch had to be skipped."""
    operation = patch.operation
    verb = operation.verb
    faults: list[CoreError] = []
    for ref in operation.targets:
        node = root.find(ref)
        if node is None:
            faults.append(_missing(root, patch, ref))
        elif verb == "set":
            root, found = _set(view_type, root, node, patch)
            faults.extend(found)
        elif node.ref == ROOT or (verb != "inside" and _is_slot(root, node)):
            faults.append(_refused(patch, ref))
        elif verb == "remove":
            root = root.change(node.ref, lambda _old: ())
        else:
            root, found = _put(view_type, root, node, patch)
            faults.extend(found)
    return root, faults


def apply_all(view_type: str, root: Node, patches: Sequence[Patch]) -> tuple[Node, list[CoreError]]:
    """Apply patches one after the other; each sees what those before it did."""
    faults: list[CoreError] = []
    for patch in patches:
        root, found = apply(view_type, root, patch)
        faults.extend(found)
    return root, faults


def _is_slot(root: Node, node: Node) -> bool:
    return root.child(node.ref) is not None


def _put(view_type: str, root: Node, node: Node, patch: Patch) -> tuple[Node, list[CoreError]]:
    """Add or replace nodes at ``node``."""
    operation = patch.operation
    inside = operation.verb == "inside"
    parent = node if inside else root.parent_of(node.ref)
    if parent is None:  # pragma: no cover -- every node but the root has a parent
        return root, [_missing(root, patch, node.ref)]
    new, faults = parse_items(view_type, parent, operation.items, patch.place, (operation.items_key,))
    without = root.change(node.ref, lambda _old: ()) if operation.verb == "replace" else root
    fitting, found = unique(new, {known.ref: known.source for known in without.walk()})
    faults.extend(found)
    if operation.verb == "replace" and not fitting and operation.items:
        return root, faults

    def edit(old: Node) -> Sequence[Node]:
        if operation.verb == "before":
            return [*fitting, old]
        if operation.verb == "after":
            return [old, *fitting]
        if operation.verb == "replace":
            return fitting
        children = (*fitting, *old.children) if operation.at == "start" else (*old.children, *fitting)
        return [replace(old, children=children)]

    return root.change(node.ref, edit), faults


def _set(view_type: str, root: Node, node: Node, patch: Patch) -> tuple[Node, list[CoreError]]:
    operation = patch.operation
    nested = operation.values or {}

    def place(key: tuple[Any, ...]) -> Any:
        return patch.place(("values", *key) if key and key[0] in nested else key)

    values, faults = parse_values(view_type, node, operation.changes, place)
    if faults:
        return root, faults
    groups = frozenset(values.pop("groups") or ()) if "groups" in values else node.groups
    patched = MappingProxyType({**node.patched, **{key: place((key,)) for key in operation.changes}})
    changed = replace(node.with_attrs(**values), groups=groups, patched=patched)
    return (changed if node.ref == ROOT else root.change(node.ref, lambda _old: [changed])), []


def _missing(root: Node, patch: Patch, ref: str) -> CoreError:
    close = root.nearest(ref)
    hint: Message | None = _('did you mean "%(name)s"?', name=close) if close else None
    message = _('"%(view)s" has no node "%(ref)s"; the patch is skipped.', view=patch.target, ref=ref)
    return ViewError(message, code="view.patch_target", hint=hint, where=patch.place((patch.operation.verb,)).where)


def _refused(patch: Patch, ref: str) -> CoreError:
    message = _('"%(ref)s" is a fixed part of the view: only "inside" and "set" apply to it.', ref=ref)
    return ViewError(message, code="view.patch_target", where=patch.place((patch.operation.verb,)).where)


def changed_text(operation: Operation, root: Node) -> Any:
    """Return the part of a tree that an operation would overwrite, as plain data; None if it overwrites nothing.

    An administrator's patch is stored with this. When it differs later, the addon's update and the patch contradict each other.
    """
    nodes = [node for ref in operation.targets if (node := root.find(ref))]
    if not nodes:
        return None
    if operation.verb == "set":
        data = nodes[0].as_data(deep=False)
        return {key: data.get(key) for key in sorted(operation.changes)}
    if operation.verb not in ("remove", "replace"):
        return None
    texts = [node.as_data() for node in nodes]
    return texts if isinstance(operation.remove, list) else texts[0]
