"""Turn validated view files into trees (layer views).

The pydantic models say what may be written; here they become `Node`s with an address and a source each. New nodes of patches come in
by the same way, once the place they go to is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError, create_model

from core.config.problems import translated
from core.errors import CoreError, ViewError, Where
from core.i18n import _
from core.plugins.yamlfile import FileModel, KeyPath
from core.views.nodes import NODE_MODELS, NodeModel
from core.views.schema import VIEW_MODELS, ViewModel
from core.views.tree import Node, Source, freeze
from core.views.view import View, slot_name

Place = Callable[[KeyPath], Source]
"""Tells where the value at a key path, counted from the entry at hand, was written."""

_QUALIFIED = frozenset({"field", "column", "by"})
_OWN_KEYS = frozenset({"name", "groups"})
_VIEW_KEYS = frozenset({"id", "model", "type", "groups"})


def build_view(model: ViewModel, place: Place) -> tuple[View, list[CoreError]]:
    """Return the tree of a declared view, and the faults found: nodes whose address is already taken are left out."""
    kind = next(name for name, known in VIEW_MODELS.items() if isinstance(model, known))
    slots: list[Node] = []
    for key in model.SLOTS:
        qualifier = key if key in model.QUALIFIED else None
        children = build_items(getattr(model, key), place, (key,), qualifier)
        slots.append(Node(slot_name(key), "main", children=children, source=place((key,))))
    attrs = _given(model, _VIEW_KEYS | set(model.SLOTS))
    root = Node("view", "main", attrs, tuple(slots), place(()), frozenset(model.groups))
    (root,), faults = unique((root,), {})
    return View(model.id, kind, model.model, root, place(())), faults


def build_items(
    items: Sequence[NodeModel] | None, place: Place, path: KeyPath, qualifier: str | None
) -> tuple[Node, ...]:
    """Return the nodes of some items; ``path`` leads to their list, ``qualifier`` comes before the names of fields."""
    return tuple(_node(item, place, (*path, index), qualifier) for index, item in enumerate(items or ()))


def _node(model: NodeModel, place: Place, path: KeyPath, qualifier: str | None) -> Node:
    kind = model.KIND
    first = str(getattr(model, model.KEY))
    name = model.name or (f"{qualifier}.{first}" if qualifier and kind in _QUALIFIED else first)
    attrs = _given(model, _OWN_KEYS | set(model.CHILDREN) | ({model.KEY} if model.NAMED else set()))
    inner = child_qualifier(kind, name)
    children: tuple[Node, ...] = ()
    for key in model.CHILDREN:
        children += build_items(getattr(model, key), place, (*path, key), inner)
    return Node(kind, name, attrs, children, place(path), frozenset(model.groups))


def child_qualifier(kind: str, name: str) -> str | None:
    """Return what comes before the names of fields inside a node: inline columns are called ``column/<field>.<column>``."""
    return name if kind in ("field", "related") else None


def _given(model: BaseModel, leave_out: frozenset[str] | set[str]) -> Mapping[str, Any]:
    values = model.model_dump(include=model.model_fields_set - leave_out)
    return MappingProxyType({key: freeze(value) for key, value in values.items() if value is not None})


def unique(nodes: Sequence[Node], taken: Mapping[str, Source]) -> tuple[tuple[Node, ...], list[CoreError]]:
    """Return the trees without nodes whose address came before or stands in ``taken``, and a fault for each."""
    seen = dict(taken)
    faults: list[CoreError] = []

    def visit(node: Node) -> Node | None:
        if node.ref in seen:
            message = _('The view has a node "%(ref)s" already: %(place)s.', ref=node.ref, place=str(seen[node.ref]))
            hint = _('give one of them its own "name"')
            faults.append(ViewError(message, code="view.duplicate_node", hint=hint, where=node.source.where))
            return None
        seen[node.ref] = node.source
        children = kept_of(node.children)
        return (
            node
            if len(children) == len(node.children) and children == node.children
            else replace(node, children=children)
        )

    def kept_of(children: Sequence[Node]) -> tuple[Node, ...]:
        return tuple(kept for child in children if (kept := visit(child)) is not None)

    return kept_of(nodes), faults


@cache
def _items_model(view_type: str, kind: str) -> type[BaseModel] | None:
    """Return a model with one key ``items`` for what may stand inside a slot or node, None if nothing may."""
    owner: type[BaseModel] | None = None
    key = ""
    if kind in NODE_MODELS:
        owner, key = NODE_MODELS[kind], next(iter(NODE_MODELS[kind].CHILDREN), "")
    else:
        owner = VIEW_MODELS[view_type]
        key = next((slot for slot in VIEW_MODELS[view_type].SLOTS if slot_name(slot) == kind), "")
    if not key:
        return None
    owner.model_rebuild()
    annotation = owner.model_fields[key].annotation
    fields: dict[str, Any] = {"items": (annotation, ...)}
    return create_model(f"{kind.capitalize()}Items", __base__=FileModel, **fields)


def parse_items(
    view_type: str, parent: Node, raw: Sequence[Any], place: Place, path: KeyPath
) -> tuple[tuple[Node, ...], list[CoreError]]:
    """Check and build the nodes a patch puts into ``parent``.

    Args:
        view_type: Type of the view.
        parent: The slot or node they go into; it decides what a bare text means.
        raw: The items as written.
        place: Tells where things stand.
        path: Keys that lead to the list of items.

    Returns:
        The nodes and the faults; one faulty item is left out, the others come.
    """
    model = _items_model(view_type, parent.kind)
    if model is None:
        message = _('Nothing can stand inside "%(ref)s".', ref=parent.ref)
        return (), [ViewError(message, code="view.no_children", where=place(()).where)]
    nodes: list[Node] = []
    faults: list[CoreError] = []
    slots = VIEW_MODELS[view_type]
    qualifier = child_qualifier(parent.kind, parent.name)
    if parent.kind in slots.QUALIFIED and parent.name == "main":
        qualifier = parent.kind
    for index, item in enumerate(raw):
        data = {"items": [item]}
        try:
            checked: Any = model.model_validate(data)
        except ValidationError as err:

            def where(key: KeyPath, at: int = index) -> Where:
                return place((*path, at, *key[2:])).where

            faults.extend(translated(err, data, model, ViewError, where))
            continue

        def shifted(key: KeyPath, at: int = index) -> Source:
            return place((*path, at, *key[1:]))

        nodes.extend(build_items(checked.items, shifted, (), qualifier))
    return tuple(nodes), faults


@cache
def _attributes_model(view_type: str, kind: str) -> type[BaseModel] | None:
    """Return a model of what ``set`` may change on a node, None for slots."""
    if kind == "view":
        owner: type[BaseModel] = VIEW_MODELS[view_type]
        leave_out = {"id", "model", "type", *VIEW_MODELS[view_type].SLOTS}
    elif kind in NODE_MODELS:
        owner = NODE_MODELS[kind]
        leave_out = {"name", NODE_MODELS[kind].KEY, *NODE_MODELS[kind].CHILDREN}
    else:
        return None
    owner.model_rebuild()
    fields: dict[str, Any] = {
        name: (info.rebuild_annotation() | None, None)
        for name, info in owner.model_fields.items()
        if name not in leave_out
    }
    return create_model(f"{owner.__name__}Values", __base__=FileModel, **fields)


def parse_values(
    view_type: str, node: Node, values: Mapping[str, Any], place: Place
) -> tuple[dict[str, Any], list[CoreError]]:
    """Check the values that ``set`` gives to a node; returns them normalised, None for those to remove, and the faults."""
    model = _attributes_model(view_type, node.kind)
    if model is None:
        hint = _('settings of the view are set on "view"')
        message = _('"%(ref)s" has no settings.', ref=node.ref)
        return {}, [ViewError(message, code="view.no_settings", hint=hint, where=place(()).where)]
    data = dict(values)
    try:
        checked = model.model_validate(data)
    except ValidationError as err:
        return {}, translated(err, data, model, ViewError, lambda key: place(key).where)
    return checked.model_dump(include=set(data)), []
