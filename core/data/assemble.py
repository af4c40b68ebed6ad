"""Assembles the registry of one database from the addons enabled in it. Layer: data.

An addon that can't be served (broken, missing, wrong definitions) is left out with those that need it, and listed with its error in
`Assembly.broken`; the others are served as if it were not enabled. Its data stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from core.access.expressions import compile_expression
from core.access.guard import AccessGuard
from core.access.loader import SecuritySource, declare, read_security
from core.data.folders import FolderModels
from core.errors import CoreError
from core.orm import bookkeeping
from core.orm.composition import Compositions
from core.orm.guard import Services
from core.orm.registry import Registry
from core.plugins.addon import BASE, Addon
from core.plugins.addonset import AddonSet
from core.plugins.graph import needs_broken
from core.plugins.loader import LoadedAddon, load_addons
from core.plugins.manager import PluginManager
from core.views.admin import AdminPatch
from core.views.loader import Declared, declared_from, load_views
from core.views.resolve import Checks
from core.views.viewset import ViewSet


@dataclass
class Assembly:
    """A registry with the addons it was made from."""

    registry: Registry
    served: list[LoadedAddon]
    """In dependency order, ``base`` first."""
    broken: dict[str, CoreError] = field(default_factory=dict)
    """Addons enabled in the database but not served, with the reason."""


def enabled_names(connection: sa.Connection) -> list[str]:
    """Return the names of the addons enabled in a database; empty before the first."""
    if not bookkeeping.exists(connection):
        return []
    return [name for name, state in bookkeeping.addon_states(connection).items() if state.state == "enabled"]


def assemble(
    addons: AddonSet,
    names: Iterable[str],
    services: Services,
    connection: sa.Connection | None = None,
    *,
    compositions: Compositions | None = None,
) -> Assembly:
    """Build the registry for the addons ``names``.

    Args:
        addons: All addons known.
        names: Those enabled; ``base`` is always served.
        services: What the base addon and the jobs do for the ORM.
        connection: Where the administrator's patches of views are read; None reads none.
        compositions: Models in use, to be shared; None shares none.

    Raises:
        CoreError: The base addon itself is wrong.
    """
    chosen, broken = addons.split_enabled(names)
    loaded, faults = load_addons(chosen)
    broken |= faults
    while True:
        manager = PluginManager(loaded, [FolderModels(loaded)])
        broken |= manager.broken
        loaded = list(manager.loaded.values())
        try:
            registry, groups = _registry(manager, loaded, compositions)
            break
        except CoreError as error:
            culprit = _culprit(error, loaded)
            gone = {culprit, *addons.dependents_of(culprit)}
            if BASE in gone or not gone.intersection(each.name for each in loaded):
                raise
            broken[culprit] = error.located(addon=culprit)
            for each in loaded:
                if each.name in gone and each.name != culprit:
                    broken[each.name] = needs_broken(each.name, culprit)
            loaded = [each for each in loaded if each.name not in gone]
    registry.services = services
    patches = _admin_patches(registry, connection) if connection is not None else []
    declared = [_views(manager, each.addon) for each in loaded]
    checks = Checks(check_expression=_expression_fault, groups=groups)
    registry.views = ViewSet.build(registry, declared, patches, checks)
    return Assembly(registry, loaded, broken)


def _registry(
    manager: PluginManager, loaded: Sequence[LoadedAddon], compositions: Compositions | None
) -> tuple[Registry, frozenset[str]]:
    """Return the models with their rights, and the ids of all groups."""
    declared = [(each.name, manager.declarations("declare_models", each.addon)) for each in loaded]
    registry = Registry(declared, compositions)
    registry.hooks = manager
    sources = [source for each in loaded for source in security_of(manager, each.addon)]
    declarations = declare(sources, registry.models, [each.name for each in loaded])
    registry.guard = AccessGuard(registry, declarations)
    return registry, frozenset(declarations.groups)


def _culprit(error: CoreError, loaded: Sequence[LoadedAddon]) -> str:
    """Return the addon an error names, the last in dependency order if several; the very last if it names none."""
    named = {fault.where.addon for fault in (error, *error.faults)}
    found = [each.name for each in loaded if each.name in named]
    return found[-1] if found else loaded[-1].name


def security_of(manager: PluginManager, addon: Addon) -> list[SecuritySource]:
    """Return what one addon declares about rights, from its folder and its hooks.

    Raises:
        DataError: Files are wrong; holds all faults.
    """
    try:
        return read_security(addon.name, addon.path / "security", manager.declarations("declare_access", addon))
    except CoreError as error:
        raise error.located(addon=addon.name) from None


def _views(manager: PluginManager, addon: Addon) -> Declared:
    declared = load_views(addon.name, addon.path)
    for document in manager.declarations("declare_views", addon):
        declared.add(declared_from(addon.name, document, "hooks.py"))
    return declared


def _expression_fault(text: str) -> CoreError | None:
    try:
        compile_expression(text)
    except CoreError as error:
        return error
    return None


def _admin_patches(registry: Registry, connection: sa.Connection) -> list[AdminPatch]:
    """Return the administrator's changes of views, oldest first; none before the table exists."""
    info = registry.models.get("core.view_patch")
    if info is None or not sa.inspect(connection).has_table(info.table.name):
        return []
    table = info.table
    rows = connection.execute(sa.select(table).where(table.c.active).order_by(table.c.id)).mappings()
    return [
        AdminPatch(target=row["target"], patch=row["patch"], kind=row["kind"], base=row["base"], id=row["id"])
        for row in rows
    ]
