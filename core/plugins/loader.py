"""Import the code of addons as ``addons.<name>``, wherever their folders lie (layer plugins).

Modules belong to the process, so this is the one place that touches ``sys.modules``. A package is imported anew when
its folder is another one than before, when one of its files changed (an upgrade on a running system), or when an addon
it needs was imported anew; the old classes go on living in the registries made from them.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from core.errors import AddonError, CoreError, Message, Where
from core.plugins.addon import Addon
from core.plugins.graph import needs_broken

NAMESPACE = "addons"
OPTIONAL_MODULES = ("hookspecs", "hooks", "controllers", "jobs")
_FINGERPRINT = "__tangram_fingerprint__"
_LOCK = threading.RLock()
"""Guards ``sys.modules``, which is the process's: two applications may load at once."""


@dataclass(frozen=True)
class LoadedAddon:
    """An addon with its modules in memory."""

    addon: Addon
    package: ModuleType
    models: tuple[ModuleType, ...] = ()
    """All modules below ``models/``, in the order of their paths."""
    hookspecs: ModuleType | None = None
    hooks: ModuleType | None = None
    controllers: ModuleType | None = None
    jobs: ModuleType | None = None
    fingerprint: str = ""
    """Changes with any ``.py`` file of the addon or of one that it needs."""

    @property
    def name(self) -> str:
        """Name of the addon."""
        return self.addon.name


def load_addons(addons: Iterable[Addon]) -> tuple[list[LoadedAddon], dict[str, CoreError]]:
    """Import the code of several addons.

    Args:
        addons: The addons, each after those it needs.

    Returns:
        What was loaded, in that order, and an error by name for each that raised, or needs one that did.
    """
    loaded: dict[str, LoadedAddon] = {}
    broken: dict[str, CoreError] = {}
    for addon in addons:
        if culprit := next((need for need in addon.depends if need in broken), None):
            broken[addon.name] = needs_broken(addon.name, culprit)
            continue
        try:
            loaded[addon.name] = load_addon(addon, loaded)
        except CoreError as err:
            broken[addon.name] = err
    return list(loaded.values()), broken


def load_addon(addon: Addon, loaded: Mapping[str, LoadedAddon] | None = None) -> LoadedAddon:
    """Import the code of one addon: everything below ``models/``, and the optional modules that exist.

    Args:
        addon: A usable addon.
        loaded: What it needs, by name, loaded before.

    Raises:
        AddonError: An import raised, whatever it was; names file and line. No module of the addon stays imported.
    """
    present = loaded or {}
    needs = [present[name].fingerprint for name in addon.depends if name in present]
    fingerprint = fingerprint_of(addon.path, needs)
    with _LOCK:
        try:
            package = _import_package(addon, fingerprint)
            models = tuple(importlib.import_module(name) for name in _model_modules(addon))
            rest = {name: _optional(addon, name) for name in OPTIONAL_MODULES}
        except (Exception, SystemExit) as err:
            _purge(addon)
            raise _import_error(addon, err) from err
        return LoadedAddon(addon, package, models, fingerprint=fingerprint, **rest)


def fingerprint_of(folder: Path, needs: Iterable[str] = ()) -> str:
    """Return a text that changes when a ``.py`` file below ``folder`` (tests aside) is written, added or removed.

    Args:
        folder: Folder of the addon.
        needs: Fingerprints of the addons it needs.
    """
    digest = blake2b(digest_size=16)
    for path in _python_files(folder):
        status = path.stat()
        digest.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\0".encode())
    for need in needs:
        digest.update(need.encode())
    return digest.hexdigest()


def _python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "tests" not in path.relative_to(folder).parts)


def _import_package(addon: Addon, fingerprint: str) -> ModuleType:
    """Return the package of the addon, imported anew if what is in memory is something else or out of date."""
    if not addon.package.startswith(f"{NAMESPACE}."):
        return importlib.import_module(addon.package)
    present = sys.modules.get(addon.package)
    if present is not None:
        known = getattr(present, _FINGERPRINT, None)
        if _folder(present) == addon.path and known in (None, fingerprint):
            # None: somebody imported it by its name, a moment ago as far as we know.
            setattr(present, _FINGERPRINT, fingerprint)
            return present
        _purge(addon)
        _drop_bytecode(addon.path)
    parent = _namespace()
    start = addon.path / "__init__.py"
    spec = ModuleSpec(addon.package, None, is_package=True)
    if start.is_file():
        spec = importlib.util.spec_from_file_location(addon.package, start) or spec
    spec.submodule_search_locations = [str(addon.path)]
    package = importlib.util.module_from_spec(spec)
    sys.modules[addon.package] = package
    if start.is_file() and spec.loader is not None:
        spec.loader.exec_module(package)
    setattr(package, _FINGERPRINT, fingerprint)
    setattr(parent, addon.name, package)
    return package


def _namespace() -> ModuleType:
    """Return the package ``addons``, made here where none can be imported."""
    try:
        return importlib.import_module(NAMESPACE)
    except ModuleNotFoundError:
        spec = importlib.util.spec_from_loader(NAMESPACE, None, is_package=True)
        if spec is None:
            raise
        sys.modules[NAMESPACE] = importlib.util.module_from_spec(spec)
        return sys.modules[NAMESPACE]


def _folder(module: ModuleType) -> Path | None:
    path = next(iter(getattr(module, "__path__", ())), None)
    return None if path is None else Path(path).resolve()


def _purge(addon: Addon) -> None:
    """Forget all modules of the addon."""
    if not addon.package.startswith(f"{NAMESPACE}."):
        return
    inside = f"{addon.package}."
    for name in [name for name in sys.modules if name == addon.package or name.startswith(inside)]:
        del sys.modules[name]
    parent = sys.modules.get(NAMESPACE)
    if parent is not None and hasattr(parent, addon.name):
        delattr(parent, addon.name)
    importlib.invalidate_caches()


def _drop_bytecode(folder: Path) -> None:
    """Remove compiled files: Python compares whole seconds and sizes, so two upgrades in one second look alike."""
    for path in _python_files(folder):
        compiled = Path(importlib.util.cache_from_source(str(path)))
        try:
            compiled.unlink(missing_ok=True)
        except OSError:
            # A folder we may not write to holds no bytecode that we wrote.
            return


def _model_modules(addon: Addon) -> list[str]:
    top = addon.path / "models"
    names = []
    for path in sorted(top.rglob("*.py"), key=lambda path: path.relative_to(top).parts):
        parts = ("models", *path.relative_to(top).with_suffix("").parts)
        names.append(".".join((addon.package, *(part for part in parts if part != "__init__"))))
    return names


def _optional(addon: Addon, name: str) -> ModuleType | None:
    exists = (addon.path / f"{name}.py").is_file() or (addon.path / name / "__init__.py").is_file()
    return importlib.import_module(f"{addon.package}.{name}") if exists else None


def _import_error(addon: Addon, err: BaseException) -> AddonError:
    """Say where inside the addon an import went wrong."""
    file: str | None = None
    line: int | None = None
    for frame in traceback.extract_tb(err.__traceback__):
        if Path(frame.filename).is_relative_to(addon.path):
            file, line = frame.filename, frame.lineno
    if isinstance(err, SyntaxError) and err.filename and Path(err.filename).is_relative_to(addon.path):
        file, line = err.filename, err.lineno
    where = Where(addon=addon.name, file=file or str(addon.path), line=line)
    if isinstance(err, CoreError):
        return AddonError(err.message, hint=err.hint, where=where, code="addon.import", faults=err.faults)
    values = {"kind": type(err).__name__, "reason": getattr(err, "msg", None) or str(err)}
    return AddonError(Message("Importing it raised %(kind)s: %(reason)s", values), where=where, code="addon.import")
