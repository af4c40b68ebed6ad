"""`Subject`: the addon that the contract suite looks at, without any database; layer ``core.testing``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from core.access.declarations import ADMINISTRATOR, closure
from core.access.guard import AccessGuard
from core.data.assemble import Assembly, assemble
from core.errors import CoreError, Where
from core.orm.guard import NoServices
from core.orm.modelinfo import ModelInfo
from core.orm.registry import Registry
from core.plugins.addon import Addon
from core.plugins.addonset import AddonSet
from core.plugins.loader import LoadedAddon
from core.views.loader import Declared, declared_from, load_views
from core.views.viewset import ViewSet


class UnusableError(Exception):
    """The addon can't be loaded, so there is nothing to look at; `reason` says why."""

    def __init__(self, reason: CoreError) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass
class Subject:
    """One addon, and all addons there are.

    Args:
        name: Name of the addon.
        addons: All addons that could be found.
        actions: Actions and transitions the addon means to expose, model → names, as its test class pins them; None: not pinned.
    """

    name: str
    addons: AddonSet
    actions: dict[str, list[str]] | None = None

    @cached_property
    def addon(self) -> Addon:
        """The addon as it was found, possibly broken.

        Raises:
            UnusableError: There is none of this name.
        """
        try:
            return self.addons[self.name]
        except CoreError as error:
            raise UnusableError(error) from error

    @property
    def path(self) -> Path:
        """Folder of the addon."""
        return self.addon.path

    @cached_property
    def needed(self) -> list[Addon]:
        """The addon with all it needs, in dependency order.

        Raises:
            UnusableError: It is broken.
        """
        try:
            return self.addons.with_dependencies([self.addon.name])
        except CoreError as error:
            raise UnusableError(error) from error

    @cached_property
    def reachable(self) -> set[str]:
        """Names of the addon and of all it needs."""
        return {each.name for each in self.needed}

    @cached_property
    def assembly(self) -> Assembly:
        """The registry of the addon and what it needs.

        Raises:
            UnusableError: One of them is wrong.
        """
        try:
            made = assemble(self.addons, [each.name for each in self.needed], NoServices())
        except CoreError as error:
            raise UnusableError(error) from error
        for name in (self.name, *made.broken):
            if name in made.broken:
                raise UnusableError(made.broken[name])
        return made

    @property
    def registry(self) -> Registry:
        """The registry; raises as `assembly`."""
        return self.assembly.registry

    @property
    def guard(self) -> AccessGuard:
        """The access rules of the registry."""
        guard = self.registry.guard
        assert isinstance(guard, AccessGuard)  # for the type checker: an assembled registry has one
        return guard

    @property
    def views(self) -> ViewSet:
        """The views of the registry."""
        assert self.registry.views is not None  # for the type checker: an assembled registry has them
        return self.registry.views

    @property
    def loaded(self) -> LoadedAddon:
        """The addon with its modules."""
        return next(each for each in self.assembly.served if each.name == self.name)

    @cached_property
    def declared(self) -> Declared:
        """The views, patches, menus and panels of the addon itself."""
        declared = load_views(self.name, self.path)
        assert self.registry.hooks is not None  # for the type checker: an assembled registry has them
        for document in self.registry.hooks.declarations("declare_views", self.addon):
            declared.add(declared_from(self.name, document, "hooks.py"))
        return declared

    def own_models(self) -> list[ModelInfo]:
        """Return the models that the addon declares, mixins aside."""
        return [info for info in self.registry.models.values() if info.addon == self.name]

    def touched_models(self) -> list[ModelInfo]:
        """Return the models that the addon declares or extends."""
        return [info for info in self.registry.models.values() if self.name in info.addons]

    def own_fields(self) -> Iterator[Any]:
        """Yield the fields that the addon declares, of its own models and of those it extends."""
        for info in self.touched_models():
            yield from (field for field in info.fields.values() if field.addon == self.name)

    def holders_of(self, model: str, operation: str) -> set[str]:
        """Return the groups that have a right on a model, themselves or by what they imply; administrators always."""
        declarations = self.guard.declarations
        given = {grant.group for grant in declarations.grants if grant.model == model and operation in grant.operations}
        implies = {name: group.implies for name, group in declarations.groups.items()}
        return {ADMINISTRATOR} | {name for name in declarations.groups if given & closure([name], implies).keys()}

    def python_files(self, *, tests: bool = True) -> Iterator[tuple[Path, ast.Module]]:
        """Yield every Python file with its syntax tree; files that are no Python are left out."""
        for path in sorted(self.path.rglob("*.py")):
            inside = path.relative_to(self.path).parts
            if "__pycache__" in inside or (not tests and "tests" in inside):
                continue
            try:
                yield path, ast.parse(path.read_text(encoding="utf-8"))
            except (SyntaxError, UnicodeDecodeError):
                continue

    def yaml_files(self, *folders: str) -> Iterator[tuple[Path, Any]]:
        """Yield the YAML files of some folders with what they hold; files that are no YAML are left out."""
        for folder in folders:
            for path in self.addon.files(folder, ".yaml", ".yml"):
                try:
                    yield path, yaml.safe_load(path.read_text(encoding="utf-8"))
                except (yaml.YAMLError, UnicodeDecodeError):
                    continue

    def short(self, path: Path | str, line: int | None = None) -> str:
        """Return a place inside the addon as faults name it."""
        inside = Path(path)
        if inside.is_relative_to(self.path):
            inside = inside.relative_to(self.path)
        return f"{inside}:{line}" if line else str(inside)

    def place(self, where: Where) -> str:
        """Return the place of an error as faults name it."""
        if where.file is None:
            return str(where) or self.name
        return self.short(where.file, where.line)

    def told(self, error: CoreError) -> str:
        """Return an error as one sentence with its place and hint."""
        hint = f" ({error.hint})" if error.hint else ""
        return f"{self.place(error.where)}: {error.message}{hint}"


def strings(value: Any) -> Iterator[str]:
    """Yield every text in plain data, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(key)
            yield from strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from strings(inner)


def constants(tree: ast.AST) -> Iterator[str]:
    """Yield every text in Python code, docstrings left out."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value
