"""Bind a view to a registry: every name in it must exist (layer views).

What does not fit is reported with file, line, key and the nearest name, and taken out, so that the page still works. A faulty
``visible`` takes its node out (nothing is shown by mistake), a faulty ``readonly`` makes it read-only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from core.errors import CoreError, ViewError, unknown
from core.views.nodes import NODE_MODELS
from core.views.resolve import Checks, RegistryLike, Resolver
from core.views.schema import VIEW_MODELS
from core.views.tree import Node
from core.views.view import View, node_expressions
from core.views.vocabulary import Holds, marks


def bind(
    registry: RegistryLike, view: View, checks: Checks, view_ids: frozenset[str]
) -> tuple[View | None, list[CoreError]]:
    """Return the view with everything that can't be shown taken out, and all faults.

    Args:
        registry: The models.
        view: The view after all patches.
        checks: What other layers know.
        view_ids: Ids of all views, for ``open``, ``form``, ``search``.

    Returns:
        The bound view, None if its model does not exist.
    """
    binder = _Binder(registry, view, checks, view_ids)
    resolver = Resolver(registry, checks)
    if resolver.model(view.model) is None:
        return None, [binder.place(fault, view.root, "model") for fault in resolver.faults]
    root = binder.node(view.root, view.model)
    return replace(view, root=root or view.root), binder.faults


_ESSENTIAL = {"filter": ("domain",), "related": ("by",), "button": ("action",)}
"""Keys, beside the naming one, without which a node of that kind is taken out."""


@cache
def _marks(model: type[BaseModel]) -> Mapping[str, Holds]:
    return MappingProxyType({key: mark for key, mark in marks(model).items() if mark.what != "text"})


class _Binder:
    """Walks one view and gathers its faults."""

    def __init__(self, registry: RegistryLike, view: View, checks: Checks, view_ids: frozenset[str]) -> None:
        self.registry = registry
        self.view = view
        self.checks = checks
        self.view_ids = view_ids
        self.faults: list[CoreError] = []

    def place(self, fault: CoreError, node: Node, key: str) -> CoreError:
        """Say where a fault lies."""
        source = node.source_of(key.partition(".")[0])
        dotted = key if source is not node.source else ".".join(part for part in (source.key, key) if part)
        return fault.located(
            addon=source.addon, file=source.file, line=source.line, key=dotted or None, model=self.view.model
        )

    def node(self, node: Node, model: str) -> Node | None:
        """Return the node bound to ``model``, None if it can't be shown."""
        owner = model
        if node.kind == "related":
            owner = str(node.attrs["model"])
            if not self._check_model(node, owner):
                return None
        bound = self._attributes(node, owner, model)
        if bound is not None and bound.kind == "button":
            bound = self._button(bound, model)
        if bound is None:
            return None
        for group in sorted(bound.groups):
            self._known(bound, "groups", "group", group, self.checks.groups)
        inner = self._inline_model(bound, model) or owner
        children = tuple(kept for child in bound.children if (kept := self.node(child, inner)) is not None)
        return replace(bound, model=model, children=children)

    def _attributes(self, node: Node, owner: str, model: str) -> Node | None:
        """Check what the node's attributes refer to; take out what is wrong, None if the node makes no sense without."""
        schema = VIEW_MODELS[self.view.type] if node.kind == "view" else NODE_MODELS.get(node.kind)
        if schema is None:
            return node
        essential = (getattr(schema, "KEY", ""), *_ESSENTIAL.get(node.kind, ()))
        reads: frozenset[str] = frozenset()
        attr_reads: dict[str, frozenset[str]] = {}
        for key, mark in _marks(schema).items():
            if key not in node.attrs:
                continue
            found = self._attribute(node, key, mark, owner, model)
            if found is None and (key == "visible" or key in essential):
                return None
            if found is None:
                node = node.with_attrs(readonly=True) if key == "readonly" else node.without(key)
            elif key in essential:
                reads |= found
            elif found:
                attr_reads[key] = found
        return replace(node, reads=reads, attr_reads=MappingProxyType(attr_reads))

    def _attribute(self, node: Node, key: str, mark: Holds, owner: str, model: str) -> frozenset[str] | None:
        """Check one attribute; returns the fields it reads, None if it is wrong."""
        value = node.get(key)
        what, about = mark.what, owner
        if what in ("expression", "expressions"):
            return self._expressions(node, key)
        if what == "widget":
            return self._known(node, key, what, value, self.checks.widgets)
        if what == "view":
            return self._known(node, key, what, value, None if ":" in value else self.view_ids)
        if what in ("domain", "order") and node.kind in ("field", "column"):
            about = self._inline_model(node, model) or ""
        if what == "domain" and node.kind == "button":
            about = ""
        if what == "progress":
            what, value = "path", value["field"]
        if what in ("path", "order", "measure", "by", "domain", "inverse") and about:
            found = self._resolve(node, key, what, value, about, mark.kinds)
            return found if about == owner or found is None else frozenset()
        return frozenset()

    def _resolve(
        self, node: Node, key: str, what: str, value: Any, model: str, kinds: frozenset[str] | None
    ) -> frozenset[str] | None:
        """Resolve one or several references; the faults get their place."""
        resolver = Resolver(self.registry, self.checks)
        reads: frozenset[str] = frozenset()
        for item in value if isinstance(value, list) and what != "domain" else [value]:
            if what in ("path", "inverse"):
                resolved = resolver.path(model, item, kinds=kinds, many=False)
                reads |= resolved.reads if resolved else frozenset()
            else:
                reads |= getattr(resolver, what)(model, item) or frozenset()
        self.faults.extend(self.place(fault, node, key) for fault in resolver.faults)
        return None if resolver.faults else reads

    def _expressions(self, node: Node, key: str) -> frozenset[str] | None:
        found = len(self.faults)
        for name, text in node_expressions(node):
            if name.partition(".")[0] == key and self.checks.check_expression is not None:
                fault = self.checks.check_expression(text)
                if fault is not None:
                    self.faults.append(self.place(fault, node, name))
        return frozenset() if len(self.faults) == found else None

    def _known(
        self, node: Node, key: str, what: str, value: Any, known: frozenset[str] | None
    ) -> frozenset[str] | None:
        if known is None or value in known:
            return frozenset()
        fault = unknown(what, str(value), known, ViewError, code=f"view.unknown_{what}")
        self.faults.append(self.place(fault, node, key))
        return None

    def _button(self, node: Node, model: str) -> Node | None:
        """Check the action; the button takes over the action's groups unless it names its own."""
        name, info = node.action, self.registry.models[model]
        if name is None:
            return node
        action = info.actions.get(name)
        if action is None:
            fault = unknown(f"action of {model}", name, info.actions, ViewError, code="view.unknown_action")
            self.faults.append(self.place(fault, node, "action" if "action" in node.attrs else "button"))
            return None
        return node if node.groups else replace(node, groups=frozenset(getattr(action, "groups", None) or ()))

    def _check_model(self, node: Node, name: str) -> bool:
        resolver = Resolver(self.registry, self.checks)
        resolver.model(name)
        self.faults.extend(self.place(fault, node, "model") for fault in resolver.faults)
        return not resolver.faults

    def _inline_model(self, node: Node, model: str) -> str | None:
        """Return the model at the other end of a relation shown by the node, None for other nodes."""
        if node.kind not in ("field", "column") or not node.field:
            return None
        resolved = Resolver(self.registry).path(model, node.field)
        comodel = getattr(resolved.field, "comodel", None) if resolved else None
        return comodel if comodel in self.registry.models else None
