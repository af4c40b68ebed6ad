"""What disabling and removing have in common: taking addons out of the registry. Layer: data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.data.assemble import Assembly
from core.data.lifecycle import choice, columns, removal
from core.data.lifecycle.change import Change
from core.data.lifecycle.ready import assemble_ready
from core.orm import bookkeeping
from core.orm.guard import Services
from core.plugins.addonset import AddonSet

_RELAXING = frozenset({"drop_index", "drop_check", "relax_column"})
"""Changes of the schema that make a rule no longer hold; all that disabling does."""


def disable(change: Change, addons: AddonSet, services: Services, names: Sequence[str], *, cascade: bool) -> list[str]:
    """Disable addons and what needs them; see `Lifecycle.disable`."""
    present = choice.enabled(change.states)
    going = choice.with_dependents(addons, change.states, names, cascade=cascade, among=present)
    _call_disabled(change, going)
    for name in going:
        state = change.states[name]
        declined = {choice.DECLINED: True} if name in names and name in addons and addons[name].is_bridge else {}
        bookkeeping.write_addon(change.connection, replace(state, state="disabled", data={**state.data, **declined}))
    left = [name for name in present if name not in going]
    _settle(
        change,
        assemble_ready(addons, left, services, change.connection, compositions=change.database.compositions),
        going,
    )
    return going


def remove(
    change: Change,
    addons: AddonSet,
    services: Services,
    names: Sequence[str],
    data_dir: Path,
    export_to: Path | None,
    *,
    cascade: bool,
) -> Path:
    """Export and drop addons and what needs them, enabled or not; see `Lifecycle.remove`."""
    going = choice.with_dependents(addons, change.states, names, cascade=cascade, among=list(change.states))
    _call_disabled(change, going)
    left = [name for name in choice.enabled(change.states) if name not in going]
    assembly = assemble_ready(addons, left, services, change.connection, compositions=change.database.compositions)
    path = removal.remove(change, addons, going, assembly, data_dir, export_to)
    _settle(change, assembly, going)
    return path


def _call_disabled(change: Change, going: Sequence[str]) -> None:
    """Tell the addons, with the registry that still has those that go, as far as it has them."""
    registry = change.database.registry_for(change.connection)
    loaded = {} if registry.hooks is None else registry.hooks.loaded
    with change.env(registry) as env:
        for name in going:
            if name in loaded and registry.hooks is not None:
                registry.hooks.addon_disabled(env, loaded[name].addon)


def _settle(change: Change, assembly: Assembly, gone: Sequence[str]) -> None:
    """Let no rule of the addons that went refuse records any more, and compute anew what they computed."""
    change.adopt(assembly)
    old = change.database.registry_for(change.connection)
    due = columns.computed_by(old, gone)
    tables = columns.concerned_tables(old, gone)
    columns.change_schema(change, assembly.registry, tables, _RELAXING)
    with change.env(assembly.registry) as env:
        columns.recompute(env, due, (), change.progress)
    change.finish(assembly)
