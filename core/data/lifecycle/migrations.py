"""Runs the migrations of an addon: ``migrations/<version>.py`` with ``before(env)`` and ``after(env)`` (design 1.13). Layer: data.

``before`` meets the tables as the earlier version left them: it works on ``env.connection`` with Core statements, since models of the new
version may have columns that are not there yet. ``after`` meets the new tables with the shipped records loaded.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from packaging.version import InvalidVersion, Version

from core.errors import AddonError, CoreError, Where
from core.i18n import _
from core.plugins.addon import Addon

if TYPE_CHECKING:
    from core.orm.environment import Environment


@dataclass(frozen=True)
class Migration:
    """One migration of one addon, imported anew for this change."""

    addon: str
    version: str
    path: Path
    module: ModuleType

    def run(self, step: str, env: Environment) -> None:
        """Call ``before`` or ``after`` if the module has it, and save what it changed.

        Raises:
            AddonError: It raised, whatever it was; names file and line.
        """
        function: Callable[[Environment], Any] | None = getattr(self.module, step, None)
        if function is None:
            return
        try:
            function(env)
            env.flush()
        except Exception as error:
            raise self._failed(step, error) from error

    def _failed(self, step: str, error: Exception) -> AddonError:
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(self.path)]
        reason = error.message if isinstance(error, CoreError) else f"{type(error).__name__}: {error}"
        return AddonError(
            _(
                'The migration to %(version)s failed in "%(step)s": %(reason)s',
                version=self.version,
                step=step,
                reason=reason,
            ),
            code="addon.migration",
            hint=_("nothing has been changed"),
            where=Where(addon=self.addon, file=str(self.path), line=lines[-1] if lines else None),
        )


def migrations_of(addon: Addon, stored: str) -> list[Migration]:
    """Return the migrations from version ``stored`` to that of the files, in the order of versions.

    Raises:
        AddonError: A file is not named by a version, or can't be imported.
    """
    low, high = Version(stored), Version(addon.version)
    found = [(version, path) for version, path in _files(addon) if low < version <= high]
    return [Migration(addon.name, str(version), path, _import(addon, path)) for version, path in sorted(found)]


def _files(addon: Addon) -> Iterator[tuple[Version, Path]]:
    for path in sorted((addon.path / "migrations").glob("*.py")):
        if path.name.startswith("_"):
            continue
        try:
            yield Version(path.stem), path
        except InvalidVersion as error:
            raise AddonError(
                _("A migration is named by the version it leads to, such as 1.2.0.py."),
                code="addon.migration_name",
                where=Where(addon=addon.name, file=str(path)),
            ) from error


def _import(addon: Addon, path: Path) -> ModuleType:
    name = f"{addon.package}.migrations.v{path.stem.replace('.', '_')}"
    try:
        # Compiled here, past Python's cache of bytecode: two versions written within a second look alike to it.
        code = compile(path.read_bytes(), str(path), "exec")
        module = ModuleType(name)
        module.__file__ = str(path)
        exec(code, module.__dict__)  # noqa: S102 - the file is part of the addon, like its models
    except Exception as error:
        raise AddonError(
            _("Importing it raised %(kind)s: %(reason)s", kind=type(error).__name__, reason=str(error)),
            code="addon.import",
            where=Where(addon=addon.name, file=str(path), line=getattr(error, "lineno", None)),
        ) from error
    return module
