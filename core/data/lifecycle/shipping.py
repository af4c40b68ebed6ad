"""Loads what an addon ships when it is enabled, restored or upgraded: groups, records, demo records. Layer: data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.access.sync import sync_groups
from core.data.assemble import Assembly, security_of
from core.data.conflicts import store_conflicts
from core.data.lifecycle.demo_rows import last_ids, note_rows
from core.data.lifecycle.progress import Progress
from core.data.loader import LoadReport, load_records
from core.data.schema import FOR, RecordSpec, read_folder
from core.i18n import Translator, _, load_catalogs
from core.orm import bookkeeping
from core.orm.bookkeeping import Xid

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.registry import Registry
    from core.plugins.addon import Addon
    from core.plugins.manager import PluginManager

GROUP = "core.group"
ADOPTED = {GROUP: "key", "core.numbering": "code", "core.dictionary": "code"}
"""Model → field that identifies its records; rows of these may exist before an addon ships them."""


def translator_of(assembly: Assembly) -> Translator:
    """Return the translations of all addons served."""
    return Translator(load_catalogs([each.addon.path / "i18n" for each in assembly.served]))


def specs_of(registry: Registry, addon: Addon, *, demo: bool) -> list[RecordSpec]:
    """Return everything an addon ships as records, groups first.

    Raises:
        DataError: Files are wrong; holds all faults of one folder.
    """
    return data_of(registry, addon) + (demo_of(registry, addon) if demo else [])


def data_of(registry: Registry, addon: Addon) -> list[RecordSpec]:
    """Return the records an addon ships for every database, groups first; raises as `specs_of` does."""
    manager: PluginManager = registry.hooks  # type: ignore[assignment]  # an assembled registry has one
    specs = _groups(manager, addon)
    taken = {spec.name for spec in specs}
    records = read_folder(addon, "data", registry.models, manager.declarations("declare_data", addon))
    return specs + [spec for spec in records if spec.name not in taken]


def demo_of(registry: Registry, addon: Addon) -> list[RecordSpec]:
    """Return the records an addon ships for those who try it; raises as `specs_of` does."""
    return read_folder(addon, "demo", registry.models)


def load_all(
    env: Environment, assembly: Assembly, names: Iterable[str], *, demo: bool, complete: bool, progress: Progress
) -> list[LoadReport]:
    """Load the records of some addons, each after those it needs.

    Args:
        env: An environment of the system with the new registry.
        assembly: What the registry was made from.
        names: The addons.
        demo: Whether the database has demo records.
        complete: Take away records that are no longer shipped.
        progress: Told of each addon.

    Raises:
        DataError: Files or records are wrong.
    """
    wanted = set(names)
    chosen = [each.addon for each in assembly.served if each.name in wanted]
    texts = translator_of(assembly)
    reports: dict[str, LoadReport] = {}
    loaded: dict[str, list[RecordSpec]] = {}
    progress.start(len(chosen), _("Loading records"))
    for addon in chosen:
        specs = loaded[addon.name] = data_of(env.registry, addon)
        _adopt(env, specs)
        reports[addon.name] = load_records(env, addon.name, specs, texts)
        progress.advance()
    for each in assembly.served:
        if each.name not in wanted and (specs := _brought_along(env.registry, each.addon, wanted, demo=demo)):
            reports[each.name] = load_records(env, each.name, specs, texts)
    # Only now, since the records of one addon may be computed and checked by a later one, which needs its own data for it.
    before = last_ids(env.connection, env.registry) if demo else None
    for addon in chosen:
        specs = demo_of(env.registry, addon) if demo else []
        if specs or complete:
            more = load_records(env, addon.name, specs, texts, complete=complete, others=loaded[addon.name])
            reports[addon.name].add(more)
    if before is not None:
        env.flush()
        note_rows(env.connection, env.registry, before)
    for name, report in reports.items():
        store_conflicts(env, name, report.conflicts)
    # Groups whose id names another addon than the one that declares them.
    sync_groups(env, env.registry.guard.declarations)  # type: ignore[attr-defined]  # an assembled registry has an AccessGuard
    progress.done()
    return list(reports.values())


def _brought_along(registry: Registry, addon: Addon, names: Iterable[str], *, demo: bool) -> list[RecordSpec]:
    """Return what an addon enabled earlier ships for those that come now."""
    folders = ("data", "demo") if demo else ("data",)
    return [
        spec
        for folder in folders
        for name in sorted(names)
        for spec in read_folder(addon, f"{folder}/{FOR}/{name}", registry.models)
    ]


def _groups(manager: PluginManager, addon: Addon) -> list[RecordSpec]:
    """Return the groups an addon declares as records; the external id is the group's id."""
    specs: list[RecordSpec] = []
    for source in security_of(manager, addon):
        for at, group in enumerate(source.content.groups):
            owner, _dot, name = group.id.partition(".")
            if group.label is None or owner != addon.name:
                continue
            values = {"key": group.id, "label": group.label, "addon": addon.name, "implies": list(group.implies)}
            if group.description is not None:
                values["description"] = group.description
            specs.append(RecordSpec(owner, name, GROUP, values, source.file, ("groups", at), None, ("groups", at)))
    return specs


def _adopt(env: Environment, specs: Sequence[RecordSpec]) -> None:
    """Give rows that were made without the loader the external ids of their records; what they hold then stays."""
    for model, key in ADOPTED.items():
        shipped = {str(spec.values[key]): spec for spec in specs if spec.model == model and key in spec.values}
        if not shipped:
            continue
        table = env.registry[model].table
        xids = bookkeeping.XID
        owned = sa.exists().where(xids.c.model == model, xids.c.record_id == table.c.id)
        statement = sa.select(table.c.id, table.c[key]).where(table.c[key].in_(list(shipped)), ~owned)
        found = env.connection.execute(statement).all()
        adopted = [Xid(shipped[value].addon, shipped[value].name, model, number) for number, value in found]
        bookkeeping.write_xids(env.connection, adopted)
