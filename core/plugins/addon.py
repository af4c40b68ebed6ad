"""One addon as it was found, whole or broken (layer plugins)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import CoreError
from core.plugins.manifest import Manifest

BASE = "base"
"""Name of the built-in addon that every other one depends on, without saying so."""


@dataclass(frozen=True)
class Addon:
    """An addon in its folder. Finding it imports nothing of its code."""

    name: str
    path: Path
    """Its folder, absolute."""
    package: str
    """What it is imported as: ``addons.<name>``, wherever the folder lies; ``core.base`` for the built-in one."""
    manifest: Manifest | None = None
    """None where the manifest can't be read."""
    error: CoreError | None = None
    """Why it can't be used, None if nothing is known to be wrong."""
    origin: str = "addons"
    """Where it was found: ``core``, ``addons`` (built in), a folder of ``addons_path``, or the name of a package."""

    @property
    def depends(self) -> tuple[str, ...]:
        """Names of the addons it needs directly, ``base`` first; empty for ``base`` and where there is no manifest."""
        if self.name == BASE or self.manifest is None:
            return ()
        return (BASE, *(name for name in self.manifest.depends if name != BASE))

    @property
    def is_broken(self) -> bool:
        """Whether it can't be used."""
        return self.error is not None

    @property
    def is_bridge(self) -> bool:
        """Whether it is enabled by itself once all its ``depends`` are."""
        return self.manifest is not None and self.manifest.bridge

    @property
    def title(self) -> str:
        """Its title (a msgid), or its name where there is no manifest."""
        return self.manifest.title if self.manifest else self.name

    @property
    def version(self) -> str:
        """Its version, or an empty text where there is no manifest."""
        return self.manifest.version if self.manifest else ""

    def files(self, folder: str, *suffixes: str) -> list[Path]:
        """Return the files below one of its folders in the order of their paths; empty if there is no such folder.

        Args:
            folder: Name such as ``"views"``.
            suffixes: Endings wanted, such as ``".yaml"``; none given means ``.yaml``.
        """
        wanted = suffixes or (".yaml",)
        top = self.path / folder
        found = (path for path in top.rglob("*") if path.suffix in wanted and path.is_file())
        return sorted(found, key=lambda path: path.relative_to(top).parts)
