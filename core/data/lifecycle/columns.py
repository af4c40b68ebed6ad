"""What a change of addons means for tables: which are concerned, who owns what is new, what existing records get. Layer: data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.data.lifecycle.progress import Progress
from core.i18n import _
from core.orm import bookkeeping, schema
from core.orm.bookkeeping import TABLE_ITSELF
from core.orm.fields import Field, Many2many
from core.orm.fields.special import Reference
from core.orm.fields.special import Sequence as NumberField
from core.orm.fuzzy import normalise
from core.orm.schema import Change as SchemaChange

if TYPE_CHECKING:
    from core.data.lifecycle.change import Change
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo
    from core.orm.registry import Registry

CHUNK = 500


def concerned_models(registry: Registry, names: Collection[str]) -> list[ModelInfo]:
    """Return the models that one of the addons declares or extends."""
    wanted = set(names)
    return [info for info in registry.models.values() if info.addon in wanted or wanted.intersection(info.addons)]


def concerned_tables(registry: Registry, names: Collection[str]) -> list[str]:
    """Return the tables that one of the addons declares or extends, association tables among them."""
    tables: dict[str, None] = {}
    for info in concerned_models(registry, names):
        tables[info.table.name] = None
        for item in info.fields.values():
            if isinstance(item, Many2many) and item.is_stored:
                tables[item.relation_table.name] = None
    return list(tables)


def columns_of(item: Field[Any]) -> list[str]:
    """Return all columns a field has in its model's table."""
    if item.column is None:
        return []
    names = [item.column]
    if isinstance(item, Reference):
        names = [f"{item.name}_model", f"{item.name}_id"]
    if item.translate:
        names.append(f"{item.column}_i18n")
    if item.index == "fuzzy":
        names.append(f"{item.column}_fuzzy")
    return names


def owners(registry: Registry, names: Collection[str]) -> dict[tuple[str, str], str]:
    """Return which addon owns each table of the addons and each column added to another addon's table.

    Args:
        registry: The registry with the addons.
        names: The addons whose models are looked at.

    Returns:
        (table, column) → addon; the column is `TABLE_ITSELF` for a table.
    """
    place = {name: at for at, name in enumerate(registry.addons)}
    found: dict[tuple[str, str], str] = {}
    for info in concerned_models(registry, names):
        table = info.table.name
        found[table, TABLE_ITSELF] = info.addon
        for item in info.fields.values():
            if isinstance(item, Many2many) and item.is_stored:
                back = registry[item.comodel].fields.get(item.inverse) if item.inverse else None
                sides = [item.addon, *([back.addon] if back is not None else [])]
                first = min(sides, key=lambda name: place.get(name, 0))
                found.setdefault((item.relation_table.name, TABLE_ITSELF), first)
            elif place.get(item.addon, 0) > place.get(info.addon, 0):
                # Added by an extension, be it through a mixin: it goes with that addon, not with the table.
                found.update({(table, column): item.addon for column in columns_of(item)})
    return found


def note_owners(connection: sa.Connection, registry: Registry, names: Collection[str]) -> None:
    """Write down which addon owns each table and each column added to another addon's table."""
    known = bookkeeping.owners(connection)
    owned: dict[tuple[str, str], list[str]] = {}
    for (table, column), addon in owners(registry, names).items():
        if column != TABLE_ITSELF or (table, column) not in known:
            owned.setdefault((addon, table), []).append(column)
    for (addon, table), columns in owned.items():
        bookkeeping.own(connection, addon, table, columns)


def change_schema(
    change: Change, registry: Registry, tables: Sequence[str], kinds: Collection[str] | None = None
) -> list[SchemaChange]:
    """Let the database have the registry's tables; returns the steps done.

    Args:
        change: The change.
        registry: The new registry.
        tables: Those concerned.
        kinds: Only these kinds of steps; None means all.
    """
    planned = schema.plan_changes(change.connection, registry.metadata, tables)
    if kinds is not None:
        planned = [step for step in planned if step.kind in kinds]
    change.progress.start(1, _("Changing %(count)s tables", count=len({step.table for step in planned})))
    done = schema.apply_changes(change.connection, registry.metadata, changes=planned)
    change.progress.done()
    return done


def fill_defaults(
    env: Environment, names: Collection[str], changes: Iterable[SchemaChange], above: Mapping[str, int] | None = None
) -> None:
    """Give existing records the defaults of new columns, and of required ones that stayed empty while their addon was disabled.

    A field without a default stays empty, also if required: it is asked for when somebody next changes it.

    Args:
        env: An environment of the system.
        names: The addons enabled or upgraded.
        changes: What was changed in the schema.
        above: Table → only records with higher ids; of the others it is known what they hold.
    """
    added = {(change.table, change.name) for change in changes if change.kind == "add_column"}
    created = {change.table for change in changes if change.kind == "create_table"}
    for info in concerned_models(env.registry, names):
        if info.table.name in created:
            continue
        for item in info.fields.values():
            if item.column is None or item.computed or isinstance(item, (NumberField, Reference)):
                continue
            is_new = (info.table.name, item.column) in added
            is_back = item.from_extension and item.addon in names and (item.required or item.kind == "boolean")
            if is_new or is_back:
                _fill(env, info, item, (above or {}).get(info.table.name, 0))


def _fill(env: Environment, info: ModelInfo, item: Field[Any], above: int) -> None:
    value = item.default_value(env)
    if value is None:
        return
    converted = item.convert(value, env)
    column = info.table.c[str(item.column)]
    values: dict[str, Any] = {column.name: getattr(converted, "id", converted)}
    if item.index == "fuzzy":
        values[f"{item.column}_fuzzy"] = normalise(converted)
    env.connection.execute(sa.update(info.table).where(column.is_(None), info.table.c.id > above).values(**values))


def computed_by(registry: Registry, names: Collection[str]) -> dict[str, list[str]]:
    """Return the stored computed fields by model that one of the addons declares, or whose method it overrides."""
    found: dict[str, list[str]] = {}
    for info in registry.models.values():
        overridden = {
            name
            for addon, layer in zip(info.addons, info.layers, strict=True)
            if addon in names
            for name in vars(layer)
        }
        for item in info.stored_computed:
            if item.addon in names or item.compute in overridden:
                found.setdefault(info.name, []).append(item.name)
    return found


def recompute(env: Environment, due: dict[str, list[str]], skip: Collection[str], progress: Progress) -> None:
    """Compute stored fields of all existing records anew, some hundred at a time.

    Args:
        env: An environment of the system.
        due: Model → fields; those the registry lacks by now are left out.
        skip: Tables that are new, and so hold only records whose fields are computed already.
        progress: Told of each batch.
    """
    for model, names in due.items():
        info = env.registry.models.get(model)
        if info is None or info.table.name in skip:
            continue
        fields = [name for name in names if name in info.fields and info.fields[name].is_stored]
        alive = sa.select(info.table.c.id).order_by(info.table.c.id)
        if info.recycle:
            alive = alive.where(info.table.c.deletion_id.is_(None))
        ids: Sequence[int] = env.connection.execute(alive).scalars().all() if fields else ()
        if ids:
            _recompute(env, info, fields, ids, progress)


def _recompute(env: Environment, info: ModelInfo, fields: list[str], ids: Sequence[int], progress: Progress) -> None:
    progress.start(len(ids), _("Computing %(label)s", label=info.label))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        env.recompute.mark(info.name, fields, chunk)
        env.flush()
        env.session.expunge_all()
        progress.advance(len(chunk))
    progress.done()
