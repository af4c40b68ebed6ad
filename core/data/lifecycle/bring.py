"""What enabling, upgrading and restoring have in common: bringing the database to the files of addons. Layer: data."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.data.assemble import Assembly
from core.data.lifecycle import choice, columns
from core.data.lifecycle.change import Change
from core.data.lifecycle.migrations import Migration, migrations_of
from core.data.lifecycle.ready import assemble_ready
from core.data.lifecycle.shipping import load_all
from core.data.loader import LoadReport
from core.errors import AddonError, CoreError, raise_faults, unknown
from core.orm import bookkeeping, saving
from core.orm.bookkeeping import AddonState, Xid
from core.orm.environment import SYSTEM_UID
from core.orm.guard import Services
from core.plugins.addon import BASE, Addon
from core.plugins.addonset import AddonSet

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.registry import Registry

DEMO = "demo"
"""Key of the base addon's data: whether demo records are wanted in this database."""


@dataclass(frozen=True)
class Back:
    """What restoring adds to enabling."""

    fill: Callable[[Registry], None]
    """Puts rows into the new tables."""
    data: dict[str, dict[str, Any]]
    """What the database remembered of each addon."""
    known_up_to: dict[str, int]
    """Table → highest id whose columns need no defaults."""


def enable(
    change: Change,
    addons: AddonSet,
    services: Services,
    names: Sequence[str],
    *,
    demo: bool | None = None,
    back: Back | None = None,
) -> list[LoadReport]:
    """Enable addons with what they need, and bridges; see `Lifecycle.enable`."""
    new = choice.to_enable(addons, change.states, names)
    if not new:
        return []
    choice.versions_ahead(new, change.states)
    assembly = _assembled(change, addons, services, new, names, new)
    served = {each.name for each in assembly.served}
    new = [addon for addon in new if addon.name in served]
    base = change.states.get(BASE)
    with_demo = bool(base and base.data.get(DEMO)) if demo is None else demo
    data = {BASE: {DEMO: with_demo}} if demo is not None else {}
    reports = _bring(change, assembly, new, demo=with_demo, data=data, back=back)
    _tell_enabled(change, assembly, new)
    change.finish(assembly)
    return reports


def upgrade(change: Change, addons: AddonSet, services: Services, names: Sequence[str] | None) -> list[LoadReport]:
    """Bring enabled addons to their files; see `Lifecycle.upgrade`."""
    present = choice.enabled(change.states)
    chosen = [name for name in present if name in addons] if names is None else list(names)
    faults: list[CoreError] = [
        unknown("enabled addon", name, present, AddonError, code="addon.unknown")
        for name in chosen
        if name not in present
    ]
    raise_faults(faults, AddonError, "addons")
    targets = [addons.usable(name) for name in chosen if names is not None or not addons[name].is_broken]
    choice.versions_ahead(targets, change.states)
    new = choice.to_enable(addons, change.states, [addon.name for addon in targets])
    assembly = _assembled(change, addons, services, new, [addon.name for addon in (*targets, *new)], [*targets, *new])
    wanted = {addon.name for addon in (*targets, *new)}
    ordered = [each.addon for each in assembly.served if each.name in wanted]
    base = change.states.get(BASE)
    reports = _bring(change, assembly, ordered, demo=bool(base and base.data.get(DEMO)), complete=True)
    _tell_enabled(change, assembly, new)
    change.finish(assembly)
    return reports


def _assembled(
    change: Change,
    addons: AddonSet,
    services: Services,
    new: Sequence[Addon],
    names: Collection[str],
    bringing: Sequence[Addon],
) -> Assembly:
    """Build the registry with ``new`` on top of what is enabled; refuse if what was asked for, or its needs, are broken."""
    everything = [*choice.enabled(change.states), *(addon.name for addon in new)]
    upgrading = {addon.name for addon in bringing}
    assembly = assemble_ready(
        addons, everything, services, change.connection, compositions=change.database.compositions, upgrading=upgrading
    )
    asked = {addon.name for addon in addons.with_dependencies(names)}
    raise_faults([error for name, error in assembly.broken.items() if name in asked], AddonError, "addons")
    change.adopt(assembly)
    return assembly


def _tell_enabled(change: Change, assembly: Assembly, new: Sequence[Addon]) -> None:
    with change.env(assembly.registry) as env:
        for addon in new:
            env.registry.hooks.addon_enabled(env, addon)  # type: ignore[union-attr]  # an assembled registry has hooks


def _bring(
    change: Change,
    assembly: Assembly,
    addons: Sequence[Addon],
    *,
    demo: bool,
    complete: bool = False,
    data: dict[str, dict[str, Any]] | None = None,
    back: Back | None = None,
) -> list[LoadReport]:
    """Do for newly enabled and for upgraded addons what brings the database to their files."""
    connection, registry = change.connection, assembly.registry
    names = [addon.name for addon in addons]
    migrations = _migrations(change, addons)
    if any(hasattr(each.module, "before") for each in migrations):
        with change.env(change.database.registry_for(connection)) as env:
            for migration in migrations:
                migration.run("before", env)
    done = columns.change_schema(change, registry, columns.concerned_tables(registry, names))
    columns.note_owners(connection, registry, names)
    _write_states(change, addons, {**(data or {}), **(back.data if back else {})})
    if back is not None:
        back.fill(registry)
    created = {step.table for step in done if step.kind == "create_table"}
    with change.env(registry) as env:
        make_system_user(env)
        columns.fill_defaults(env, names, done, back.known_up_to if back else None)
        env.session.expire_all()
        reports = load_all(env, assembly, names, demo=demo, complete=complete, progress=change.progress)
        env.flush()
        registry.services.supply(env, names)
        for migration in migrations:
            migration.run("after", env)
        due = columns.computed_by(registry, names)
        columns.recompute(env, due, created, change.progress)
    return reports


def _migrations(change: Change, addons: Sequence[Addon]) -> list[Migration]:
    return [
        migration
        for addon in addons
        if addon.name in change.states
        for migration in migrations_of(addon, change.states[addon.name].version)
    ]


def _write_states(change: Change, addons: Sequence[Addon], data: dict[str, dict[str, Any]]) -> None:
    now = change.database.clock()
    for addon in addons:
        old = change.states.get(addon.name)
        kept = {key: value for key, value in (old.data if old else {}).items() if key != choice.DECLINED}
        merged = {**kept, **data.get(addon.name, {}), choice.DEPENDS: list(addon.depends)}
        since: datetime.datetime | None = old.enabled_at if old and old.state == "enabled" else now
        state = AddonState(addon.name, addon.version, "enabled", since, merged)
        bookkeeping.write_addon(change.connection, state)


def make_system_user(env: Environment) -> None:
    """Make the user who acts where nobody else does, before the first record that names its author."""
    table = env.registry["core.user"].table
    if env.connection.execute(sa.select(table.c.id).where(table.c.id == SYSTEM_UID)).first() is not None:
        return
    now = env.now()
    values: dict[str, Any] = {"id": SYSTEM_UID, "name": "System", "active": True, "must_change_password": False}
    known = {key: value for key, value in {**values, **saving.stamps(env, now)}.items() if key in table.c}
    env.connection.execute(sa.insert(table).values(**known))
    if env.connection.dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        env.connection.execute(sa.select(sa.func.setval(sequence, SYSTEM_UID)))
    bookkeeping.write_xids(env.connection, [Xid(BASE, "system", "core.user", SYSTEM_UID, noupdate=True)])
