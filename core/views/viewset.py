"""`ViewSet`: all views, menus and panels of one registry, in memory (layer views; design 1.5, 1.6).

Order of things: what addons declare, their patches in dependency order, the administrator's patches on top, then everything is
checked against the registry. Nothing raises for what stands in files; `ViewSet.faults` and `ViewSet.conflicts` tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.errors import CoreError, ViewError, unknown
from core.i18n import _
from core.views.admin import AdminPatch, Conflict, base_of_entry, change_entries, conflict_of, plain, read_operations
from core.views.build import build_view
from core.views.check import bind
from core.views.generate import generate, generated_id
from core.views.loader import Declared, Placed
from core.views.menus import Binder, Menu, Panel
from core.views.menutree import apart, menu_tree
from core.views.patches import Patch, apply, changed_text
from core.views.resolve import Checks, RegistryLike
from core.views.schema import VIEW_MODELS, MenuModel, Operation, PanelModel
from core.views.tree import Node, Source
from core.views.view import View
from core.views.vocabulary import VIEW_TYPES


class ViewSet:
    """The views of one registry. Read-only after `build`; generated views are made when first asked for."""

    def __init__(self, registry: RegistryLike, checks: Checks) -> None:
        self._registry = registry
        self._checks = checks
        self._views: dict[str, View] = {}
        self._shipped: dict[str, Node] = {}
        """Trees before the administrator's patches, by view id."""
        self._entries: dict[str, dict[str, Placed]] = {"menu": {}, "panel": {}}
        self._defaults: dict[tuple[str, str], View | None] = {}
        self._view_ids: frozenset[str] = frozenset()
        self.menus: tuple[Menu, ...] = ()
        """Top-level menus with their children, by sequence."""
        self.panels: tuple[Panel, ...] = ()
        """All panels, by sequence."""
        self.faults: tuple[CoreError, ...] = ()
        """Everything that is wrong, each with its place."""
        self.conflicts: tuple[Conflict, ...] = ()
        """Administrator's changes of what an update changed, too."""

    @classmethod
    def build(
        cls,
        registry: RegistryLike,
        declared: Iterable[Declared],
        admin_patches: Sequence[AdminPatch] = (),
        checks: Checks | None = None,
    ) -> ViewSet:
        """Put together all views.

        Args:
            registry: The models.
            declared: What each enabled addon declares, in dependency order.
            admin_patches: The administrator's changes, in the order they apply.
            checks: What other layers know (expressions, widgets, groups, disabled addons).
        """
        made = cls(registry, checks or Checks())
        _Assembly(made, list(declared), admin_patches).run()
        return made

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all declared views."""
        return tuple(view_id for view_id in self._views if view_id in self._view_ids)

    def view(self, view_id: str) -> View:
        """Return a view by its id; ``<model>:<type>`` is the generated one.

        Raises:
            ViewError: There is no such view; the nearest id is proposed.
        """
        found = self._views.get(view_id)
        if found is not None:
            return found
        model, _colon, kind = view_id.partition(":")
        if kind in VIEW_TYPES and model in self._registry.models:
            made = self._generated(model, kind)
            if made is not None:
                return made
        raise unknown("view", view_id, self._views, ViewError, code="view.unknown_view")

    def for_model(self, model: str, view_type: str) -> View:
        """Return the default view of a model: the declared one of lowest sequence, else a generated one.

        Raises:
            ViewError: Unknown model or type, or the model has nothing to make such a view of (see `types`).
        """
        found = self._default(model, view_type)
        if found is None:
            message = _('"%(model)s" has no view of type "%(type)s".', model=model, type=view_type)
            hint = _("known: %(names)s", names=", ".join(self.types(model)))
            raise ViewError(message, code="view.no_view", hint=hint)
        return found

    def types(self, model: str) -> tuple[str, ...]:
        """Return the types a model has a view of, declared or generated."""
        return tuple(kind for kind in VIEW_TYPES if self._default(model, kind) is not None)

    def of_model(self, model: str, view_type: str | None = None) -> tuple[View, ...]:
        """Return the declared views of a model, by sequence; of all types if ``view_type`` is None."""
        found = [
            self._views[name]
            for name in self.ids()
            if self._views[name].model == model and view_type in (None, self._views[name].type)
        ]
        return tuple(sorted(found, key=lambda view: view.sequence))

    def menu(self, menu_id: str) -> Menu | None:
        """Return a menu by its id, or None."""
        pending = list(self.menus)
        while pending:
            menu = pending.pop()
            if menu.id == menu_id:
                return menu
            pending.extend(menu.children)
        return None

    def base_of(self, kind: str, target: str, patch: Any) -> Any:
        """Return what must be stored as the base of an administrator's patch, as plain data (a list for a list of operations).

        Args:
            kind: ``view``, ``menu`` or ``panel``.
            target: Id of the thing.
            patch: The change as in `AdminPatch.patch`.

        Raises:
            ViewError: No such view.
            ValidationError: From pydantic: an operation is malformed.
        """
        if isinstance(patch, list):
            return [self.base_of(kind, target, single) for single in patch]
        if kind != "view":
            return base_of_entry(self._entries[kind].get(target), patch)
        root = self._shipped.get(target) or self.view(target).root
        return plain(changed_text(Operation.model_validate(patch), root))

    def _default(self, model: str, view_type: str) -> View | None:
        if model not in self._registry.models:
            raise unknown("model", model, self._registry.models, ViewError, code="view.unknown_model")
        if view_type not in VIEW_TYPES:
            raise unknown("view type", view_type, VIEW_TYPES, ViewError, code="view.type")
        key = (model, view_type)
        if key not in self._defaults:
            usable = [view for view in self.of_model(model, view_type) if view.usable]
            self._defaults[key] = usable[0] if usable else self._generated(model, view_type)
        return self._defaults[key]

    def _generated(self, model: str, view_type: str) -> View | None:
        """Return the generated view, None if the model has nothing to make it of."""
        view_id = generated_id(model, view_type)
        if view_id in self._views:
            return self._views[view_id]
        view = self._unbound(model, view_type)
        if view is None:
            return None
        bound, _faults = bind(self._registry, view, self._checks, self._view_ids)
        if bound is None or not bound.usable:
            return None
        return self._views.setdefault(view_id, bound)

    def _unbound(self, model: str, view_type: str) -> View | None:
        """Make a generated view, without patches and not yet checked."""
        data = generate(self._registry.models, model, view_type)
        if data is None:
            return None
        view, _faults = build_view(VIEW_MODELS[view_type].model_validate(data), lambda _key: Source())
        return View(view.id, view.type, view.model, view.root, Source(), generated=True)


class _Assembly:
    """The steps of building a view set; lives only that long."""

    def __init__(self, views: ViewSet, declared: list[Declared], admin_patches: Sequence[AdminPatch]) -> None:
        self.made = views
        self.declared = declared
        self.admin_patches = admin_patches
        self.faults: list[CoreError] = [fault for part in declared for fault in part.faults]
        self.conflicts: list[Conflict] = []
        self.unbound: dict[str, View] = {}

    def run(self) -> None:
        """Do all steps and hand over the result."""
        made = self.made
        self.gather()
        made._view_ids = frozenset(self.unbound)
        self.patch()
        self.administer()
        self.check()
        self.navigate()
        made.faults = tuple(self.faults)
        made.conflicts = tuple(self.conflicts)

    def gather(self) -> None:
        """Take the declared views; of two with one id the first stays."""
        for part in self.declared:
            for view in part.views:
                if not self.is_twice("view", view.id, view.source, self.unbound.get(view.id)):
                    self.unbound[view.id] = view

    def is_twice(self, what: str, name: str, source: Source, first: Any) -> bool:
        """Tell whether an id is taken, noting the fault with both places."""
        if first is None:
            return False
        message = _(
            'The %(what)s "%(name)s" is declared twice, first in %(place)s.',
            what=what,
            name=name,
            place=str(first.source),
        )
        self.faults.append(ViewError(message, code="view.duplicate", where=source.where))
        return True

    def target(self, patch: Patch) -> View | None:
        """Return the view a patch is for (a generated one is made), None after noting the fault."""
        found = self.unbound.get(patch.target)
        model, _colon, kind = patch.target.partition(":")
        if found is None and kind in VIEW_TYPES and model in self.made._registry.models:
            found = self.made._unbound(model, kind)
            if found is not None:
                self.unbound[patch.target] = found
        if found is None:
            where = patch.place(()).where
            self.faults.append(
                unknown("view", patch.target, self.unbound, ViewError, where=where, code="view.unknown_view")
            )
        return found

    def apply(self, patch: Patch, view: View) -> None:
        root, faults = apply(view.type, view.root, patch)
        self.faults.extend(faults)
        self.unbound[patch.target] = View(view.id, view.type, view.model, root, view.source, view.generated)

    def patch(self) -> None:
        """Apply the addons' patches in dependency order."""
        for part in self.declared:
            for patch in part.patches:
                view = self.target(patch)
                if view is not None:
                    self.apply(patch, view)

    def administer(self) -> None:
        """Apply the administrator's patches on top and find the conflicts."""
        shipped = {view_id: view.root for view_id, view in self.unbound.items()}
        for admin_patch in self.admin_patches:
            if admin_patch.kind != "view":
                continue
            operations, faults = read_operations(admin_patch)
            self.faults.extend(faults)
            for operation, base in operations:
                view = self.target(operation)
                if view is None:
                    continue
                root = shipped.setdefault(operation.target, view.root)
                if conflict := conflict_of(admin_patch, operation, base, root):
                    self.conflicts.append(conflict)
                self.apply(operation, view)
        self.made._shipped = shipped

    def check(self) -> None:
        """Bind all views to the registry."""
        made = self.made
        for view_id, view in self.unbound.items():
            bound, faults = bind(made._registry, view, made._checks, made._view_ids)
            self.faults.extend(faults)
            if bound is not None:
                made._views[view_id] = bound

    def entries(self, kind: str, schema: Any) -> Mapping[str, Placed]:
        """Return menus or panels by id, with the administrator's changes."""
        shipped: dict[str, Placed] = {}
        for part in self.declared:
            for placed in part.menus if kind == "menu" else part.panels:
                if not self.is_twice(kind, placed.model.id, placed.source, shipped.get(placed.model.id)):
                    shipped[placed.model.id] = placed
        self.made._entries[kind] = shipped
        changed, faults, conflicts = change_entries(kind, schema, shipped, self.admin_patches)
        self.faults.extend(faults)
        self.conflicts.extend(conflicts)
        return apart(changed, shipped) if kind == "menu" else changed

    def navigate(self) -> None:
        """Bind menus and panels."""
        made = self.made
        models = {view_id: made._views[view_id].model for view_id in made._views}
        binder = Binder(
            made._registry, made._checks, models, lambda model, kind: made._default(model, kind) is not None
        )
        menus = [binder.menu(placed) for placed in self.entries("menu", MenuModel).values()]
        panels = [binder.panel(placed) for placed in self.entries("panel", PanelModel).values()]
        self.faults.extend(binder.faults)
        made.menus = menu_tree({menu.id: menu for menu in menus if menu}, self.faults)
        made.panels = tuple(sorted((panel for panel in panels if panel), key=lambda panel: panel.sequence))
