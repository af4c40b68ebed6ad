"""Takes addons with all their data out of a database, after writing them to an archive (design 1.12). Layer: data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.data.assemble import Assembly
from core.data.lifecycle import closure
from core.data.lifecycle.archive import Writer
from core.data.lifecycle.change import Change
from core.data.lifecycle.rows import column_types, last_number, primary_key, read_rows
from core.data.references import ForeignKey, foreign_keys
from core.errors import ConflictError, Where
from core.i18n import _
from core.orm import bookkeeping
from core.orm.bookkeeping import TABLE_ITSELF
from core.orm.schema.drop import drop_columns, drop_tables
from core.orm.tables import table_name
from core.plugins.addonset import AddonSet

if TYPE_CHECKING:
    from core.orm.registry import Registry

FOLDER = "removed"
"""Folder below the data folder for the archives."""
_KEPT = frozenset({"core_audit"})
"""Tables whose rows about removed records stay: the audit log is never shortened."""


@dataclass
class Going:
    """What belongs to the addons that go."""

    names: list[str]
    tables: list[str]
    columns: dict[str, list[str]]
    """Columns of tables that stay."""
    models: list[str]
    """Models (by the external ids and logs that name them) whose tables go."""
    closure: closure.Closure
    """Rows of tables that stay, but go along."""


def survey(connection: sa.Connection, names: Sequence[str], registry: Registry) -> Going:
    """Return what belongs to addons: their tables and columns, their records in other tables, what is said about theirs.

    Args:
        connection: Only read from.
        names: The addons, in the order in which they go.
        registry: A registry without them.
    """
    present = set(sa.inspect(connection).get_table_names())
    owned = [bookkeeping.owned_by(connection, name) for name in names]
    tables = sorted({table for each in owned for table, columns in each.items() if TABLE_ITSELF in columns} & present)
    columns: dict[str, list[str]] = {}
    for each in owned:
        for table, found in each.items():
            if table in present and table not in tables:
                columns.setdefault(table, []).extend(found)
    models = _models_of(connection, tables)
    start = _shipped(connection, names, registry)
    for table, ids in _about(connection, models, registry).items():
        start.setdefault(table, []).extend(ids)
    without = {(table, TABLE_ITSELF) for table in tables}
    without |= {(table, column) for table, found in columns.items() for column in found}
    return Going(
        list(names), tables, columns, models, closure.close(connection, foreign_keys(connection), start, without)
    )


def refusals(connection: sa.Connection, going: Going) -> list[ConflictError]:
    """Return why it can't be done: rows that stay and refer, with ``restrict``, to what would go."""
    owners = bookkeeping.owners(connection)
    found: list[ConflictError] = []
    for key, rows in going.closure.refused.items():
        found.append(_refusal(owners, key, len(rows), _named(connection, key, rows)))
    for key in foreign_keys(connection):
        stays = key.table not in going.tables and key.column not in going.columns.get(key.table, ())
        if key.target in going.tables and stays:
            source: Any = sa.table(key.table, sa.column(key.column))
            count = connection.execute(sa.select(sa.func.count(source.c[key.column]))).scalar_one()
            found.append(_refusal(owners, key, count, key.target))
    return found


def _named(connection: sa.Connection, key: ForeignKey, rows: Mapping[int, int]) -> str:
    """Return the external ids of the records referred to, at most five."""
    table = bookkeeping.XID
    found = connection.execute(
        sa.select(table.c.addon, table.c.name, table.c.model).where(
            table.c.record_id.in_(sorted(set(rows.values()))[:500])
        )
    )
    names = [f"{row.addon}.{row.name}" for row in found if table_name(row.model) == key.target]
    return ", ".join(sorted(names)[:5]) or key.target


def _refusal(owners: Mapping[tuple[str, str], str], key: ForeignKey, count: int, target: str) -> ConflictError:
    addon = owners.get((key.table, key.column)) or owners.get((key.table, TABLE_ITSELF)) or "?"
    return ConflictError(
        _(
            "%(count)s rows of %(table)s.%(column)s (%(addon)s) refer to %(target)s.",
            count=count,
            table=key.table,
            column=key.column,
            addon=addon,
            target=target,
        ),
        code="conflict.referred",
        hint=_("change these records first, or disable the addon instead of removing it"),
        where=Where(addon=addon, key=f"{key.table}.{key.column}"),
    )


def remove(
    change: Change, addons: AddonSet, names: Sequence[str], assembly: Assembly, data_dir: Path, export_to: Path | None
) -> Path:
    """Write the archive, then drop everything that belongs to ``names``; returns the archive's path.

    Raises:
        ConflictError: Rows that stay refer to what would go; all of them named.
    """
    connection = change.connection
    going = survey(connection, names, assembly.registry)
    found = refusals(connection, going)
    if len(found) == 1:
        raise found[0]
    if found:
        message = _("Records refer to what would be removed.")
        raise ConflictError(message, code="conflict.referred", faults=found)
    target = _target(change, names, data_dir, export_to)
    writer = Writer(target.parent)
    try:
        _write(change, writer, going, addons, data_dir)
        writer.close(target, _manifest(change, names))
    except BaseException:
        writer.abandon()
        raise
    change.after_rollback.append(lambda: target.unlink(missing_ok=True))
    _drop(change, going)
    return target


def _target(change: Change, names: Sequence[str], data_dir: Path, export_to: Path | None) -> Path:
    stamp = change.database.clock().strftime("%Y%m%d-%H%M%S-%f")
    name = f"{change.database.name}-{'-'.join(names)[:60]}-{stamp}.zip"
    if export_to is None:
        return data_dir / FOLDER / name
    return export_to / name if export_to.is_dir() or not export_to.suffix else export_to


def _manifest(change: Change, names: Sequence[str]) -> dict[str, Any]:
    return {
        "dialect": change.connection.dialect.name,
        "at": change.database.clock().isoformat(),
        # In the order of enabling, the reverse of that of going.
        "addons": [
            {"name": name, "version": change.states[name].version, "data": change.states[name].data}
            for name in reversed(list(names))
        ],
    }


def _write(change: Change, writer: Writer, going: Going, addons: AddonSet, data_dir: Path) -> None:
    connection = change.connection
    change.progress.start(len(going.tables) + len(going.columns), _("Exporting"))
    for table in going.tables:
        columns = list(column_types(connection, table))
        key = primary_key(connection, table)
        writer.lines(
            f"tables/{table}",
            read_rows(connection, table, columns, key=key),
            columns=columns,
            last=last_number(connection, table) if "id" in columns else None,
        )
        change.progress.advance()
    for table, columns in going.columns.items():
        present = [name for name in columns if name in column_types(connection, table)]
        rows = read_rows(connection, table, ["id", *present], any_of=present) if present else ()
        writer.lines(f"columns/{table}", rows, columns=present, last=last_number(connection, table))
        change.progress.advance()
    change.progress.done()
    _write_rows(connection, writer, going, data_dir)
    xids = [xid for name in going.names for xid in bookkeeping.xids_of_addon(connection, name).values()]
    # Those of records that other addons shipped for the ones that go.
    xids += [xid for xid in bookkeeping.xids_of_models(connection, going.models) if xid.addon not in going.names]
    writer.lines("xids", ([x.addon, x.name, x.model, x.record_id, x.fingerprint, x.noupdate] for x in xids))
    owners = sorted(bookkeeping.owners(connection).items())
    kept = [
        [table, column, addon] for (table, column), addon in owners if table in going.tables or addon in going.names
    ]
    writer.lines("owners", kept)
    writer.lines("deletions", _mixed_deletions(change, going))


def _write_rows(connection: sa.Connection, writer: Writer, going: Going, data_dir: Path) -> None:
    """Write the rows of tables that stay, and the files of attachments among them."""
    for table, ids in going.closure.deleted.items():
        columns = list(column_types(connection, table))
        gone = [name for name in columns if name not in going.columns.get(table, ())]
        writer.lines(f"rows/{table}", read_rows(connection, table, gone, ids=sorted(ids)), columns=gone)
        if table == "core_attachment":
            source: Any = sa.table(table, sa.column("id"), sa.column("checksum"), sa.column("storage"))
            for row in connection.execute(sa.select(source).where(source.c.storage == "disk")):
                if row.id in ids and row.checksum:
                    writer.file(data_dir / "attachments" / row.checksum[:2] / row.checksum, row.checksum)
    for table, links in going.closure.links.items():
        writer.lines(f"rows/{table}", links, columns=list(links[0]) if links else [])
    for (table, column), rows in going.closure.cleared.items():
        writer.lines(f"cleared/{table}.{column}", ([number, target] for number, target in rows.items()))


def _drop(change: Change, going: Going) -> None:
    connection = change.connection
    _strip_deletions(change, going)
    closure.clear(connection, going.closure)
    for table, columns in going.columns.items():
        drop_columns(connection, table, columns)
        bookkeeping.disown(connection, table, columns)
    drop_tables(connection, going.tables)
    # After the tables, whose own records may need what the addon brought, such as choices of a dictionary.
    closure.delete_rows(connection, going.closure, going.tables)
    for table in going.tables:
        bookkeeping.disown(connection, table)
    for name in going.names:
        bookkeeping.forget_addon(connection, name)
    for model in going.models:
        connection.execute(bookkeeping.XID.delete().where(bookkeeping.XID.c.model == model))
    for table, ids in going.closure.deleted.items():
        for model in _models_named(connection, table):
            bookkeeping.forget_records(connection, model, ids)


def _models_of(connection: sa.Connection, tables: Sequence[str]) -> list[str]:
    """Return the models whose tables these are, as external ids, attachments, history and deletions name them."""
    named: set[str] = set(connection.execute(sa.select(bookkeeping.XID.c.model).distinct()).scalars())
    for table in _tables_about(connection):
        source: Any = sa.table(table, sa.column("model"))
        named.update(m for m in connection.execute(sa.select(source.c.model).distinct()).scalars() if m)
    return sorted(model for model in named if table_name(model) in tables)


def _models_named(connection: sa.Connection, table: str) -> list[str]:
    models = connection.execute(sa.select(bookkeeping.XID.c.model).distinct()).scalars()
    return [model for model in models if table_name(model) == table]


def _tables_about(connection: sa.Connection) -> list[str]:
    """Return the tables whose rows say something about a record of any model: attachments, history, shares and such."""
    found = sa.inspect(connection).get_multi_columns()
    return sorted(
        str(name)
        for (_schema, name), columns in found.items()
        if name not in _KEPT
        and not str(name).startswith("tangram_")
        and {"id", "model", "record_id"} <= {column["name"] for column in columns}
    )


def _about(connection: sa.Connection, models: Sequence[str], registry: Registry) -> dict[str, list[int]]:
    """Return the rows about records of the models, by table that stays."""
    known = {table.name for table in registry.metadata.tables.values()}
    found: dict[str, list[int]] = {}
    for table in _tables_about(connection) if models else ():
        if table in known:
            source: Any = sa.table(table, sa.column("id"), sa.column("model"))
            chosen = sa.select(source.c.id).where(source.c.model.in_(list(models))).order_by(source.c.id)
            ids = list(connection.execute(chosen).scalars())
            if ids:
                found[table] = ids
    return found


def _shipped(connection: sa.Connection, names: Sequence[str], registry: Registry) -> dict[str, list[int]]:
    """Return the records the addons shipped into tables that stay."""
    found: dict[str, list[int]] = {}
    for name in names:
        for xid in bookkeeping.xids_of_addon(connection, name).values():
            info = registry.models.get(xid.model)
            if info is not None:
                found.setdefault(info.table.name, []).append(xid.record_id)
    return found


def _mixed_deletions(change: Change, going: Going) -> list[Any]:
    """Return what the recycle bin's entries of other records hold of the models that go: id, ids by model, references."""
    table = _deletions(change)
    if table is None or not going.tables:
        return []
    found: list[Any] = []
    for row in change.connection.execute(sa.select(table.c.id, table.c.model, table.c.links).order_by(table.c.id)):
        links = row.links or {}
        if table_name(row.model) in going.tables:
            continue  # goes as a whole
        ids = {model: numbers for model, numbers in links.get("ids", {}).items() if table_name(model) in going.tables}
        cleared = [item for item in links.get("cleared", ()) if table_name(item["model"]) in going.tables]
        if ids or cleared:
            found.append([row.id, ids, cleared])
    return found


def _strip_deletions(change: Change, going: Going) -> None:
    """Let the entries of other records forget what goes, so that these can still be restored."""
    table = _deletions(change)
    for number, ids, _cleared in _mixed_deletions(change, going) if table is not None else ():
        if table is None:
            return
        links = change.connection.execute(sa.select(table.c.links).where(table.c.id == number)).scalar_one()
        kept = {
            "ids": {model: found for model, found in links["ids"].items() if model not in ids},
            "cleared": [item for item in links["cleared"] if table_name(item["model"]) not in going.tables],
        }
        change.connection.execute(sa.update(table).where(table.c.id == number).values(links=kept))


def _deletions(change: Change) -> sa.Table | None:
    registry = change.database.registry_for(change.connection)
    info = registry.models.get("core.deletion")
    return None if info is None else info.table
