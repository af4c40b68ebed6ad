"""Find the addons that could be enabled, without importing their code (layer plugins; design §2.1).

Places, in this order: ``core/base``, the folder ``addons/`` beside ``core/``, each folder of ``addons_path``, and
installed packages by the entry-point group ``tangram.addons``. What is wrong with one addon is written on it and blocks
no other.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from packaging.version import Version

from core.errors import AddonError, ConfigError, CoreError, Message, Where
from core.plugins import graph
from core.plugins.addon import BASE, Addon
from core.plugins.addonset import AddonSet
from core.plugins.manifest import CORE_VERSION, MANIFEST, read_manifest

ENTRY_POINT_GROUP = "tangram.addons"
CORE_FOLDER = Path(__file__).parents[1]
BUILT_IN_FOLDER = CORE_FOLDER.parent / "addons"
_SIGNS = ("models", "views", "hooks.py", "__init__.py")


def discover(
    addons_path: Sequence[Path] = (),
    *,
    installed: Iterable[EntryPoint] | None = None,
    built_in: Path | None = BUILT_IN_FOLDER,
    core_version: Version = CORE_VERSION,
) -> AddonSet:
    """Return all addons there are, usable and broken.

    Args:
        addons_path: Folders that contain addon folders.
        installed: Entry points of installed addons; None takes the group ``tangram.addons``.
        built_in: Folder of the addons that come with the core; None leaves them out.
        core_version: Version that the manifests' ``core`` is compared with.
    """
    problems: list[CoreError] = []
    points = entry_points(group=ENTRY_POINT_GROUP) if installed is None else installed
    found = [_base(core_version)]
    if built_in is not None and built_in.is_dir():
        found += _in_folder(built_in, "addons", core_version)
    for folder in addons_path:
        if (folder / MANIFEST).is_file():
            problems.append(_misplaced(folder))
        elif not folder.is_dir():
            message = Message("There is no such folder of addons.")
            problems.append(ConfigError(message, where=Where(file=str(folder), key="addons_path")))
        else:
            found += _in_folder(folder, str(folder), core_version)
    found += [_installed(point, core_version) for point in points]
    kept = _without_doubles(found, problems)
    return AddonSet(_with_dependency_faults(kept), problems)


def _base(core_version: Version) -> Addon:
    return _read(BASE, CORE_FOLDER / BASE, "core.base", "core", core_version)


def _in_folder(folder: Path, origin: str, core_version: Version) -> Iterator[Addon]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")) or not path.is_dir():
            continue
        # A folder that only looks like an addon is listed as broken; any other folder is none of our business.
        if (path / MANIFEST).is_file() or sum((path / sign).exists() for sign in _SIGNS) > 1:
            yield _read(path.name, path.resolve(), f"addons.{path.name}", origin, core_version)


def _installed(point: EntryPoint, core_version: Version) -> Addon:
    package = f"addons.{point.name}"
    origin = point.dist.name if point.dist else point.value
    try:
        spec = importlib.util.find_spec(point.value)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        message = Message('The entry point "%(value)s" names no package.', {"value": point.value})
        return Addon(point.name, Path(), package, None, AddonError(message, where=Where(addon=point.name)), origin)
    path = Path(next(iter(spec.submodule_search_locations))).resolve()
    if path.name != point.name:
        values = {"name": point.name, "folder": path.name}
        message = Message('The entry point "%(name)s" leads to a folder of another name, "%(folder)s".', values)
        return Addon(point.name, path, package, None, AddonError(message, where=Where(addon=point.name)), origin)
    return _read(point.name, path, package, origin, core_version)


def _read(name: str, path: Path, package: str, origin: str, core_version: Version) -> Addon:
    try:
        return Addon(name, path, package, read_manifest(path, core_version), None, origin)
    except CoreError as err:
        return Addon(name, path, package, None, err, origin)


def _misplaced(folder: Path) -> CoreError:
    return ConfigError(
        Message("This folder is itself an addon."),
        hint=Message("name the folder above it"),
        where=Where(file=str(folder), key="addons_path"),
    )


def _without_doubles(found: Sequence[Addon], problems: list[CoreError]) -> list[Addon]:
    """Mark addons of one name as broken, each naming all places; one folder reached in two ways counts once."""
    kept: dict[tuple[str, Path], Addon] = {}
    places: dict[str, list[Path]] = {}
    for addon in found:
        if (addon.name, addon.path) in kept:
            continue
        if addon.name == BASE and addon.origin != "core":
            # The built-in addon must go on working, so the other one is told apart from it.
            message = Message('The name "base" is taken by the core.')
            problems.append(AddonError(message, where=Where(addon=BASE, file=str(addon.path))))
            continue
        kept[addon.name, addon.path] = addon
        places.setdefault(addon.name, []).append(addon.path)
    return [_doubled(addon, places[addon.name]) for addon in kept.values()]


def _doubled(addon: Addon, places: Sequence[Path]) -> Addon:
    if len(places) == 1:
        return addon
    values = {"name": addon.name, "places": ", ".join(str(path) for path in places)}
    message = Message('There are several addons named "%(name)s": %(places)s.', values)
    where = Where(addon=addon.name, file=str(addon.path))
    return replace(addon, error=AddonError(message, hint=Message("keep one of them"), where=where))


def _with_dependency_faults(addons: Sequence[Addon]) -> list[Addon]:
    depends = {addon.name: addon.depends for addon in sorted(addons, key=lambda addon: addon.name)}
    broken = {addon.name for addon in addons if addon.is_broken}
    errors = graph.faults(depends, broken)
    return [
        replace(addon, error=errors[addon.name].located(file=str(addon.path / MANIFEST)))
        if addon.name in errors and not addon.is_broken
        else addon
        for addon in addons
    ]
