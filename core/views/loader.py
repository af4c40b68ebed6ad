"""Read what an addon declares in ``views/*.yaml`` (layer views).

Every fault is gathered: one wrong entry never hides another, and what is right is kept. `declared_from` takes the same data from
an addon that makes its views by code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from core.config.problems import describe, translated
from core.errors import CoreError, ViewError, unknown
from core.i18n import _
from core.plugins.yamlfile import KeyPath, load_yaml
from core.views.build import Place, build_view
from core.views.patches import Patch
from core.views.schema import VIEW_MODELS, MenuModel, Operation, PanelModel, PatchModel
from core.views.tree import Source
from core.views.view import View
from core.views.vocabulary import CHART_KINDS, VIEW_TYPES

_KEYS = ("views", "menus", "panels")


@dataclass(frozen=True)
class Placed:
    """A menu or panel with its place."""

    model: Any
    """A `MenuModel` or `PanelModel`."""
    source: Source


@dataclass
class Declared:
    """Everything one addon declares in the files of its ``views`` folder."""

    addon: str
    views: list[View] = field(default_factory=list)
    patches: list[Patch] = field(default_factory=list)
    """Changes of other views, in the order of files and entries."""
    menus: list[Placed] = field(default_factory=list)
    panels: list[Placed] = field(default_factory=list)
    faults: list[CoreError] = field(default_factory=list)

    def add(self, other: Declared) -> None:
        """Take over everything of ``other``."""
        for name in ("views", "patches", "menus", "panels", "faults"):
            getattr(self, name).extend(getattr(other, name))


def load_views(addon: str, folder: Path) -> Declared:
    """Read ``views/**/*.yaml`` of an addon's folder, in the order of their names. Never raises for what stands in the files.

    Args:
        addon: Name of the addon.
        folder: The addon's folder; it need not have views.
    """
    declared = Declared(addon)
    views = folder / "views"
    for path in sorted([*views.rglob("*.yaml"), *views.rglob("*.yml")]) if views.is_dir() else []:
        try:
            file = load_yaml(path, ViewError, addon=addon)
        except CoreError as err:
            declared.faults.extend(err.faults or (err,))
            continue

        def place(key: KeyPath, read: Any = file) -> Source:
            where = read.where(key)
            return Source(addon, where.file, where.line, where.key)

        declared.add(_declared(addon, file.data, place))
    return declared


def declared_from(addon: str, data: Mapping[str, Any], file: str | None = None) -> Declared:
    """Return the same for data that an addon made by code (hook ``declare_views``).

    Args:
        addon: Name of the addon.
        data: Mapping with ``views``, ``menus``, ``panels`` as in a file.
        file: Where the data come from, for messages.
    """

    def place(key: KeyPath) -> Source:
        return Source(addon, file, None, _dotted(key))

    return _declared(addon, data, place)


def _dotted(key: KeyPath) -> str | None:
    return ".".join(str(part) for part in key) or None


def _declared(addon: str, data: Any, place: Place) -> Declared:
    declared = Declared(addon)
    if data is None:
        return declared
    if not isinstance(data, Mapping):
        declared.faults.append(_expected("a mapping with views, menus or panels", data, place(())))
        return declared
    readers: dict[str, Callable[[Declared, Any, Place], None]] = {"views": _view, "menus": _menu, "panels": _panel}
    for key, entries in data.items():
        if key not in _KEYS:
            fault = unknown("key", key, _KEYS, ViewError, where=place((key,)).where, code="view.unknown_key")
            declared.faults.append(fault)
        elif entries is not None and not isinstance(entries, list):
            declared.faults.append(_expected("a list", entries, place((key,))))
        else:
            for index, entry in enumerate(entries or []):
                inner = _inside(place, (key, index))
                if isinstance(entry, Mapping):
                    readers[key](declared, _named(addon, entry), inner)
                else:
                    declared.faults.append(_expected("a mapping", entry, inner(())))
    return declared


def _inside(place: Place, prefix: KeyPath) -> Place:
    return lambda key: place((*prefix, *key))


def _named(addon: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Put the addon's name before an id that has none."""
    name = entry.get("id")
    if isinstance(name, str) and name and "." not in name:
        return {**entry, "id": f"{addon}.{name}"}
    return dict(entry)


def _expected(expected: str, found: Any, source: Source) -> CoreError:
    message = _("Expected %(expected)s, found %(found)s.", expected=expected, found=describe(found))
    return ViewError(message, code="view.value", where=source.where)


def _checked(declared: Declared, model: type[BaseModel], data: dict[str, Any], place: Place) -> Any | None:
    """Return ``data`` as an instance of ``model``, None after noting all faults."""
    try:
        return model.model_validate(data)
    except ValidationError as err:
        declared.faults.extend(translated(err, data, model, ViewError, lambda key: place(key).where))
        return None


def _menu(declared: Declared, entry: dict[str, Any], place: Place) -> None:
    if (menu := _checked(declared, MenuModel, entry, place)) is not None:
        declared.menus.append(Placed(menu, place(())))


def _panel(declared: Declared, entry: dict[str, Any], place: Place) -> None:
    if (panel := _checked(declared, PanelModel, entry, place)) is not None:
        declared.panels.append(Placed(panel, place(())))


def _view(declared: Declared, entry: dict[str, Any], place: Place) -> None:
    if "inherit" in entry:
        _patch(declared, entry, place)
        return
    entry = _with_type(entry)
    kind = entry.get("type")
    if kind not in VIEW_TYPES:
        if kind is None:
            message = _('A view needs "type" (or "inherit", to change another).')
            hint = _("known: %(names)s", names=", ".join(VIEW_TYPES))
            declared.faults.append(ViewError(message, code="view.missing_key", hint=hint, where=place(()).where))
        else:
            where = place(("type",)).where
            declared.faults.append(
                unknown("view type", str(kind), VIEW_TYPES, ViewError, where=where, code="view.type")
            )
        return
    model = _checked(declared, VIEW_MODELS[kind], entry, place)
    if model is not None:
        view, faults = build_view(model, place)
        declared.views.append(view)
        declared.faults.extend(faults)


def _with_type(entry: dict[str, Any]) -> dict[str, Any]:
    """Accept ``kind`` for ``type``, and ``kind: bar`` for the ``chart`` of a chart."""
    kind = entry.get("kind")
    if "type" not in entry and kind in VIEW_TYPES:
        return {"type": kind, **{key: value for key, value in entry.items() if key != "kind"}}
    if entry.get("type") == "chart" and kind in CHART_KINDS and "chart" not in entry:
        return {"chart": kind, **{key: value for key, value in entry.items() if key != "kind"}}
    return entry


def _patch(declared: Declared, entry: dict[str, Any], place: Place) -> None:
    """Read the operations one by one, so that one wrong does not cost the others."""
    operations = entry.get("patch")
    if not isinstance(operations, list):
        _checked(declared, PatchModel, entry, place)
        return
    if _checked(declared, PatchModel, {**entry, "patch": []}, place) is None:
        return
    for index, operation in enumerate(operations):
        at = _inside(place, ("patch", index))
        if isinstance(operation, Mapping):
            checked = _checked(declared, Operation, dict(operation), at)
            if checked is not None:
                declared.patches.append(Patch(entry["inherit"], checked, at))
        else:
            declared.faults.append(_expected("a mapping", operation, at(())))
