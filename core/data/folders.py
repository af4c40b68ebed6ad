"""The core's own answer to `declare_models`: the definitions in an addon's ``models`` folder (design 1.7). Layer: data.

Views, rights and data are read by their own layers, which add what ``hooks.py`` declares.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import ModuleType

from core.orm.model import Model
from core.plugins.addon import Addon
from core.plugins.loader import LoadedAddon
from core.plugins.markers import hookimpl


class FolderModels:
    """Finds the definitions in the modules that the loader imported.

    Args:
        loaded: The addons of the registry.
    """

    def __init__(self, loaded: Iterable[LoadedAddon]) -> None:
        self._modules = {each.name: each.models for each in loaded}

    @hookimpl
    def declare_models(self, addon: Addon) -> Sequence[type[Model]]:
        """Return the definitions of one addon, modules by name, in each the order of declaration."""
        return [item for module in self._modules.get(addon.name, ()) for item in definitions_in(module)]


def definitions_in(module: ModuleType) -> list[type[Model]]:
    """Return the definitions a module itself declares."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Model) and value.__module__ == module.__name__
    ]
