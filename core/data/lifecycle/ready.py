"""Assembles only what the database is ready for: an addon whose files are ahead of the tables waits for its upgrade. Layer: data.

Files are replaced before somebody upgrades the database. A process that starts in between would read columns that are not there yet, so
such an addon is left out, with those that need it, and listed with that reason; its data stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from core.data.assemble import Assembly, assemble
from core.data.lifecycle.columns import concerned_tables
from core.errors import AddonError, CoreError, Where
from core.i18n import _
from core.orm import bookkeeping, schema
from core.orm.composition import Compositions
from core.orm.guard import Services
from core.plugins.addon import BASE
from core.plugins.addonset import AddonSet
from core.plugins.graph import needs_broken

_MISSING = frozenset({"create_table", "add_column"})


def assemble_ready(
    addons: AddonSet,
    names: Iterable[str],
    services: Services,
    connection: sa.Connection,
    *,
    compositions: Compositions,
    upgrading: Collection[str] = (),
) -> Assembly:
    """Build the registry for the addons ``names`` as far as the database has their tables; otherwise like `assemble`.

    Tables are compared only for addons whose files are of another version than the database, so in everyday life this costs one small
    statement.

    Args:
        addons: All addons known.
        names: Those enabled.
        services: As for `assemble`.
        connection: The database.
        compositions: Models in use, to be shared.
        upgrading: Addons whose tables the caller is about to change, and so are not looked at.
    """
    wanted = list(names)
    assembly = assemble(addons, wanted, services, connection, compositions=compositions)
    pending = _pending(assembly, connection, upgrading)
    if not pending:
        return assembly
    waiting = {*pending, *addons.dependents_of(*pending, among=wanted)}
    left = [name for name in wanted if name not in waiting]
    assembly = assemble(addons, left, services, connection, compositions=compositions)
    for name in waiting:
        culprit = next(iter(pending))
        assembly.broken[name] = pending.get(name) or needs_broken(name, culprit)
    return assembly


def _pending(assembly: Assembly, connection: sa.Connection, upgrading: Collection[str]) -> dict[str, CoreError]:
    """Return the addons whose tables lack something, with the reason."""
    if not bookkeeping.exists(connection):
        return {}
    states = bookkeeping.addon_states(connection)
    found: dict[str, CoreError] = {}
    for each in assembly.served:
        state = states.get(each.name)
        if state is None or each.name == BASE or each.name in upgrading or state.version == each.addon.version:
            continue
        tables = concerned_tables(assembly.registry, [each.name])
        planned = schema.plan_changes(connection, assembly.registry.metadata, tables)
        if any(step.kind in _MISSING for step in planned):
            message = _(
                "Its files are version %(found)s, the database holds version %(stored)s.",
                found=each.addon.version,
                stored=state.version,
            )
            hint = _("upgrade it")
            found[each.name] = AddonError(message, code="addon.pending", hint=hint, where=Where(addon=each.name))
    return found
