"""Menus and panels bound to a registry (layer views).

A menu or panel of a model that does not exist is left out and reported; how menus hang together is told in `core.views.menutree`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from core.errors import CoreError, ViewError, unknown
from core.i18n import _
from core.i18n.languages import related
from core.views.loader import Placed
from core.views.resolve import Checks, RegistryLike, Resolver
from core.views.tree import NOWHERE, Source, freeze, thaw
from core.views.vocabulary import VIEW_TYPES


@dataclass(frozen=True)
class Menu:
    """One entry of the navigation."""

    id: str
    label: str
    parent: str | None = None
    model: str | None = None
    views: tuple[str, ...] = ()
    """Types or ids of the views offered; empty: all the model has."""
    view: str | None = None
    domain: Any = None
    """Raw domain, frozen; see `raw_domain`."""
    defaults: Any = None
    groups: frozenset[str] = frozenset()
    icon: str | None = None
    sequence: float = 10
    url: str | None = None
    count: bool = False
    labels: Any = None
    """Label by language as an administrator worded it, frozen; see `label_in`."""
    hidden: bool = False
    """Not shown to anybody, with all below it."""
    scheme: int | None = None
    """Id of a saved search that its list opens with."""
    source: Source = NOWHERE
    children: tuple[Menu, ...] = ()

    @property
    def raw_domain(self) -> Any:
        """The domain as plain lists and dicts, None if there is none."""
        return thaw(self.domain)

    def label_in(self, lang: str) -> str | None:
        """Return the label as worded for a language or a related one, None where it is to be translated."""
        words = dict(self.labels or ())
        return next((words[name] for name in related(lang, words)), None)

    @property
    def leads_somewhere(self) -> bool:
        """Whether it opens something itself, not only its children."""
        return bool(self.model or self.view or self.url)


@dataclass(frozen=True)
class Panel:
    """One panel of the workbench or another place (design §2.4)."""

    id: str
    place: str
    label: str
    model: str | None = None
    chart: str | None = None
    measure: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    view: str | None = None
    widget: str | None = None
    url: str | None = None
    domain: Any = None
    defaults: Any = None
    order: str | None = None
    limit: int | None = None
    groups: frozenset[str] = frozenset()
    sequence: int = 10
    width: int | None = None
    icon: str | None = None
    help: str | None = None
    options: Any = None
    source: Source = NOWHERE
    reads: frozenset[str] = frozenset()
    """All fields it refers to, as ``model.field``."""

    @property
    def raw_domain(self) -> Any:
        """The domain as plain lists and dicts, None if there is none."""
        return thaw(self.domain)

    @property
    def raw_defaults(self) -> Any:
        """The defaults of a record made from the panel as a plain dict, None if it offers to make none."""
        return thaw(self.defaults)

    @property
    def kind(self) -> str:
        """What it shows: ``chart``, ``figure``, ``list``, ``view``, ``widget`` or ``url``."""
        if self.url:
            return "url"
        if self.chart:
            return "chart"
        if self.widget or self.view:
            return "widget" if self.widget else "view"
        return "list" if self.columns else "chart" if self.by else "figure"


def is_page(url: str) -> bool:
    """Tell whether an address is a page of this installation."""
    return url.startswith("/") and not url.startswith("//") and "\\" not in url and url.isprintable()


def is_link(url: str) -> bool:
    """Tell whether an address is one of another site that a menu may lead to: http or https with a host, nothing else."""
    if not url.isprintable() or any(char.isspace() or char == "\\" for char in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def _values(placed: Placed) -> dict[str, Any]:
    """Return the keys given, as the dataclasses keep them."""
    given = placed.model.model_dump(exclude_unset=True)
    values = {key: freeze(value) for key, value in given.items() if value is not None}
    values["groups"] = frozenset(values.get("groups", ()))
    return {**values, "source": placed.source}


class Binder:
    """Checks menus and panels; gathers the faults."""

    def __init__(
        self,
        registry: RegistryLike,
        checks: Checks,
        view_models: Mapping[str, str],
        has_view: Callable[[str, str], bool],
    ) -> None:
        self.registry = registry
        self.checks = checks
        self.view_models = view_models
        """Ids of all views → their models."""
        self.has_view = has_view
        """Tells whether a model has a view of a type, declared or generated."""
        self.faults: list[CoreError] = []

    def _take(self, resolver: Resolver, source: Source, key: str) -> bool:
        for fault in resolver.faults:
            self._note(fault, source, key)
        return not resolver.faults

    def _note(self, fault: CoreError, source: Source, key: str) -> None:
        dotted = ".".join(part for part in (source.key, key) if part)
        self.faults.append(fault.located(addon=source.addon, file=source.file, line=source.line, key=dotted))

    def _known(self, what: str, value: str, known: Iterable[str], source: Source, key: str) -> bool:
        names = frozenset(known)
        if value in names:
            return True
        self._note(unknown(what, value, names, ViewError, code=f"view.unknown_{what}"), source, key)
        return False

    def _groups(self, groups: frozenset[str], source: Source) -> None:
        if self.checks.groups is not None:
            for group in sorted(groups):
                self._known("group", group, self.checks.groups, source, "groups")

    def _model(self, model: str | None, source: Source) -> bool:
        resolver = Resolver(self.registry, self.checks)
        if model is not None:
            resolver.model(model)
        return self._take(resolver, source, "model")

    def _domain(self, model: str | None, domain: Any, source: Source) -> frozenset[str] | None:
        if model is None or domain is None:
            return frozenset()
        resolver = Resolver(self.registry, self.checks)
        reads = resolver.domain(model, thaw(domain))
        return reads if self._take(resolver, source, "domain") else None

    def menu(self, placed: Placed) -> Menu | None:
        """Return a checked menu; None if it leads to a model or view that is not there."""
        menu = Menu(**_values(placed))
        source = menu.source
        if not self._model(menu.model, source):
            return None
        if menu.view is not None:
            if ":" not in menu.view and not self._known("view", menu.view, self.view_models, source, "view"):
                return None
            model = menu.model or self.view_models.get(menu.view) or menu.view.partition(":")[0]
            menu = replace(menu, model=model)
        kept: list[str] = []
        for name in menu.views:
            if name in VIEW_TYPES:
                if menu.model and not self.has_view(menu.model, name):
                    offered = [kind for kind in VIEW_TYPES if self.has_view(menu.model, kind)]
                    self._note(unknown("view", name, offered, ViewError, code="view.unknown_view"), source, "views")
                    continue
            elif ":" not in name and not self._known("view", name, [*self.view_models, *VIEW_TYPES], source, "views"):
                continue
            kept.append(name)
        self._groups(menu.groups, source)
        if menu.url is not None and not (is_page(menu.url) or is_link(menu.url)):
            message = _('"%(url)s" is no address that a menu may lead to.', url=menu.url[:80])
            hint = _("a page of this system begins with a slash, a link with http:// or https://")
            self._note(ViewError(message, code="view.menu_url", hint=hint), source, "url")
            return None
        if self._domain(menu.model, menu.domain, source) is None:
            return None
        return replace(menu, views=tuple(kept))

    def panel(self, placed: Placed) -> Panel | None:
        """Return a checked panel; None if something it shows is not there."""
        panel = Panel(**_values(placed))
        source = panel.source
        before = len(self.faults)
        if not self._model(panel.model, source):
            return None
        reads: frozenset[str] = self._domain(panel.model, panel.domain, source) or frozenset()
        if panel.model is not None:
            for key, values in (("measure", panel.measure), ("by", panel.by), ("columns", panel.columns)):
                resolver = Resolver(self.registry, self.checks)
                for value in values:
                    if key == "columns":
                        resolved = resolver.path(panel.model, value, many=False)
                        reads |= resolved.reads if resolved else frozenset()
                    else:
                        reads |= getattr(resolver, key)(panel.model, value) or frozenset()
                self._take(resolver, source, key)
        if panel.order and panel.model and panel.columns:
            resolver = Resolver(self.registry, self.checks)
            reads |= resolver.order(panel.model, panel.order) or frozenset()
            self._take(resolver, source, "order")
        if panel.view is not None and ":" not in panel.view:
            self._known("view", panel.view, self.view_models, source, "view")
        if panel.widget is not None and self.checks.widgets is not None:
            self._known("widget", panel.widget, self.checks.widgets, source, "widget")
        broken = len(self.faults) > before
        self._groups(panel.groups, source)
        return None if broken else replace(panel, reads=reads)
