"""The addons of one pytest run: which were found, and the ``create_<thing>`` fixtures of their models; layer ``core.testing``."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from core.data.folders import FolderModels
from core.errors import CoreError
from core.orm.environment import Environment
from core.plugins import PluginManager, discover, load_addons
from core.plugins.addonset import AddonSet
from core.plugins.discovery import BUILT_IN_FOLDER
from core.testing.factories import Create, factory_names, make, model_meant, overrides

_FACTORIES = Path("tests", "factories.py")


class Suite:
    """What is known of the addons under test before any database exists."""

    def __init__(self) -> None:
        self.addons_path: list[Path] = []
        """Folders in which addons under test lie; grows while tests are collected."""
        self._models: dict[str, list[str]] = {}
        self._overrides: dict[str, dict[str, Create]] = {}
        self._registered: set[str] = set()

    def add(self, folder: Path, manager: pytest.PytestPluginManager) -> None:
        """Take in the addon in ``folder`` and register a fixture for each model of it and of what it needs.

        A broken addon has no models here; the fixture ``env`` and the contract suite say what is wrong with it.
        """
        if folder.name in self._models:
            return
        if folder.parent not in self.addons_path and folder.parent.resolve() != BUILT_IN_FOLDER.resolve():
            self.addons_path.append(folder.parent)
            self.__dict__.pop("addons", None)
        models, factories = self._read(folder.name)
        self._models[folder.name] = models
        self._overrides[folder.name] = factories
        new = {*factory_names(models), *factories} - self._registered
        if new:
            self._registered |= new
            fixtures = {f"create_{name}": _fixture(self, name) for name in sorted(new)}
            manager.register(type("Factories", (), fixtures)(), f"tangram-factories-{folder.name}")

    @cached_property
    def addons(self) -> AddonSet:
        """All addons, also those on ``TANGRAM_ADDONS_PATH``."""
        named = os.environ.get("TANGRAM_ADDONS_PATH", "")
        more = [Path(part).absolute() for part in named.split(os.pathsep) if part]
        return discover(list(dict.fromkeys([*self.addons_path, *more])))

    def _read(self, name: str) -> tuple[list[str], dict[str, Create]]:
        """Return the names of all models an addon's tests may make records of, and what ``tests/factories.py`` say of them."""
        try:
            needed = self.addons.with_dependencies([name])
        except CoreError:
            return [], {}
        loaded, _broken = load_addons(needed)
        plugins = PluginManager(loaded, [FolderModels(loaded)])
        models: list[str] = []
        for each in plugins.loaded.values():
            for definition in plugins.declarations("declare_models", each.addon):
                if definition._name and not definition._abstract:
                    models.append(definition._name)
        modules = [_module(each.name, path) for each in needed if (path := each.path / _FACTORIES).is_file()]
        return models, dict(overrides(modules))

    def create(self, addon: str, name: str) -> Create:
        """Return what ``create_<name>`` does in the tests of an addon.

        Raises:
            CoreError: The name means no model of the addon, or several.
        """
        own = self._overrides.get(addon, {})
        if name in own:
            return own[name]
        model = model_meant(name, self._models.get(addon, []))
        for each in factory_names([model]):
            if each in own:
                return own[each]

        def create(env: Environment, **values: Any) -> Any:
            return make(env, model, **values)

        return create


SUITE_KEY = pytest.StashKey[Suite]()


def suite_of(config: pytest.Config) -> Suite:
    """Return the addons of a run."""
    return config.stash.setdefault(SUITE_KEY, Suite())


def _fixture(suite: Suite, name: str) -> Any:
    def factory(self: Any, env: Environment, addon_name: str) -> Callable[..., Any]:
        try:
            create = suite.create(addon_name, name)
        except CoreError as error:
            pytest.fail(str(error), pytrace=False)

        def created(**values: Any) -> Any:
            record = create(env, **values)
            env.flush()
            return record

        return created

    factory.__doc__ = (
        f"Makes records: ``create_{name}(**values)``; what is required and not given gets plausible values."
    )
    return pytest.fixture(name=f"create_{name}")(factory)


def _module(addon: str, path: Path) -> ModuleType:
    """Import the factories of an addon, whose tests are no package."""
    name = f"tangram_factories_{addon}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None  # for the type checker: the file exists
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
