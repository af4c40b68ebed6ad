"""The manifest of an addon: who it is and what it needs (layer plugins; design §2.1).

A manifest lists no files: folders load in a fixed order. Unknown keys are errors.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import Field, field_validator

from core.errors import ManifestError, Message, Where
from core.plugins.yamlfile import FileModel, check, load_yaml

MANIFEST = "manifest.yaml"
CORE_VERSION = Version("1.0.0")
"""Version of the core that manifests name by ``core:``; it changes with the interface for addons."""
ADDON_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


class Manifest(FileModel):
    """What ``manifest.yaml`` says; the folder's name is the addon's name."""

    title: str = Field(min_length=1, description="What the addon is called on the admin page; translated.")
    summary: str = Field("", description="What it does, in one sentence; translated.")
    version: str = Field(description="Version of the addon, such as `1.0.0` (PEP 440).")
    core: str = Field("", description="Versions of the core it runs on, such as `>=1.0,<2`; empty: any.")
    category: str = Field("", description="Heading under which the admin page lists it; translated.")
    depends: tuple[str, ...] = Field((), description="Addons it needs; `base` is always among them.")
    bridge: bool = Field(False, description="Enable it by itself once all its `depends` are enabled.")

    @field_validator("version")
    @classmethod
    def _is_version(cls, value: str) -> str:
        try:
            Version(value)
        except InvalidVersion as err:
            raise ValueError(Message('"%(value)s" is no version such as 1.0.0.', {"value": value})) from err
        return value

    @field_validator("core")
    @classmethod
    def _is_range(cls, value: str) -> str:
        try:
            SpecifierSet(value)
        except InvalidSpecifier as err:
            raise ValueError(
                Message('"%(value)s" is no range of versions such as >=1.0,<2.', {"value": value})
            ) from err
        return value

    @field_validator("depends", mode="before")
    @classmethod
    def _are_names(cls, value: Any) -> Any:
        names = value if isinstance(value, (list, tuple)) else ()
        for position, name in enumerate(names):
            if isinstance(name, str) and not ADDON_NAME.match(name):
                raise ValueError(Message('"%(name)s" is no name of an addon.', {"name": name}))
            if name in names[:position]:
                raise ValueError(Message('"%(name)s" is listed twice.', {"name": name}))
        return value

    @property
    def parsed_version(self) -> Version:
        """The version, comparable."""
        return Version(self.version)


def read_manifest(folder: Path, core_version: Version = CORE_VERSION) -> Manifest:
    """Read and check the manifest of the addon in ``folder``.

    Raises:
        ManifestError: It is missing, no YAML, breaks the schema, or asks for another core; holds all faults.
    """
    name, path = folder.name, folder / MANIFEST
    if not path.is_file():
        other = next((found.name for found in sorted(folder.glob("[mM]anifest.*"))), None)
        hint = Message('rename "%(name)s" to manifest.yaml', {"name": other}) if other else None
        raise ManifestError(
            Message("The addon has no manifest.yaml."), hint=hint, where=Where(addon=name, file=str(folder))
        )
    file = load_yaml(path, ManifestError, addon=name)
    manifest = check(file, Manifest, ManifestError)
    if not ADDON_NAME.match(name):
        raise ManifestError(
            Message('"%(name)s" is no name for an addon.', {"name": name}),
            hint=Message("name the folder with small letters, digits and _"),
            where=file.where(),
        )
    if name in manifest.depends:
        raise ManifestError(Message("The addon depends on itself."), where=file.where(("depends",)))
    if manifest.bridge and not manifest.depends:
        raise ManifestError(Message("A bridge lists in depends what it connects."), where=file.where(("bridge",)))
    if not SpecifierSet(manifest.core).contains(core_version, prereleases=True):
        values = {"range": manifest.core, "version": str(core_version)}
        raise ManifestError(
            Message("The addon needs core %(range)s; this is core %(version)s.", values), where=file.where(("core",))
        )
    return manifest
