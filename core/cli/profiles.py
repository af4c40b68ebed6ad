"""Profiles: ready-made selections of addons, one YAML file each (design §4). Layer: cli.

They lie in ``config/profiles`` of the installation or of the checkout; a wheel brings them as ``share/tangram-crm/profiles``.
"""

from __future__ import annotations

import site
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field

from core.errors import AddonError, ConfigError, CoreError, nearest, raise_faults, unknown
from core.i18n import _
from core.plugins.addon import BASE
from core.plugins.addonset import AddonSet
from core.plugins.yamlfile import FileModel, check, load_yaml

FOLDER = Path("config/profiles")
CHECKOUT = Path(__file__).parents[2] / FOLDER
SHARED = Path("share/tangram-crm/profiles")
ALL: Literal["all"] = "all"
DEFAULT_ADDON = "crm_base"
"""Enabled where no profile is named, if it is there."""


class Profile(FileModel):
    """What a profile file says."""

    title: str = Field(min_length=1, description="Name of the selection.")
    summary: str = Field("", description="For whom it is.")
    addons: tuple[str, ...] | Literal["all"] = Field(
        description="Addons to enable, or `all` that come with Tangram CRM."
    )


def folders(root: Path) -> Iterator[Path]:
    """Yield the folders in which profiles may lie; those of the installation's own folder win."""
    yield root / FOLDER
    yield CHECKOUT
    yield Path(sysconfig.get_path("data")) / SHARED
    yield Path(site.getuserbase()) / SHARED


def known_profiles(root: Path) -> dict[str, Path]:
    """Return the profiles there are: name → file."""
    found: dict[str, Path] = {}
    for folder in folders(root):
        for path in sorted(folder.glob("*.yaml")):
            found.setdefault(path.stem, path)
    return found


def addons_of_profile(name: str, root: Path, addons: AddonSet) -> list[str]:
    """Return the addons that a profile enables.

    Args:
        name: Name of a profile, or path of such a file.
        root: Folder of the installation.
        addons: All addons there are.

    Raises:
        ConfigError: There is no such profile, or its file is wrong.
        AddonError: It names addons that don't exist; all at once.
    """
    path = Path(name)
    if path.suffix != ".yaml":
        known = known_profiles(root)
        if name not in known:
            raise unknown("profile", name, known, ConfigError, code="cli.unknown_profile")
        path = known[name]
    file = load_yaml(path, ConfigError)
    profile = check(file, Profile, ConfigError)
    if profile.addons == ALL:
        return [addon.name for addon in addons if addon.origin == "addons" and not addon.is_broken]
    faults: list[CoreError] = []
    for position, addon in enumerate(profile.addons):
        if addon not in addons:
            close = nearest(addon, (each.name for each in addons))
            hint = _('did you mean "%(name)s"?', name=close) if close else None
            where = file.where(("addons", position))
            faults.append(AddonError(_('There is no addon "%(name)s".', name=addon), hint=hint, where=where))
    raise_faults(faults, AddonError, str(path))
    return list(profile.addons)


def default_addons(addons: AddonSet) -> list[str]:
    """Return what is enabled without a profile: the base addon, and `DEFAULT_ADDON` where it can be used."""
    is_usable = DEFAULT_ADDON in addons and not addons[DEFAULT_ADDON].is_broken
    return [BASE, *([DEFAULT_ADDON] if is_usable else [])]
