"""Brings back what an archive of removed addons holds, into tables that were just made anew. Layer: data."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.data.lifecycle.archive import Archive
from core.data.lifecycle.change import Change
from core.data.lifecycle.rows import (
    Row,
    column_types,
    existing_ids,
    insert_rows,
    set_last_number,
    update_rows,
)
from core.data.references import ForeignKey, foreign_keys
from core.errors import ConflictError, CoreError, Where, raise_faults
from core.i18n import _
from core.orm import bookkeeping
from core.orm.bookkeeping import Xid
from core.orm.tables import table_name
from core.plugins.addonset import AddonSet

if TYPE_CHECKING:
    from core.orm.registry import Registry

BATCH = 500


def check(archive: Archive, change: Change, addons: AddonSet) -> None:
    """Refuse an archive that can't be restored here.

    Raises:
        ConflictError: It is damaged, was written by another kind of database, its addons are in the database, or their files are of
            another version; all faults at once.
        AddonError: One of its addons is unknown or broken.
    """
    archive.verify()
    where = Where(file=str(archive.path))
    dialect = change.connection.dialect.name
    if archive.manifest["dialect"] != dialect:
        raise ConflictError(
            _("The export comes from %(other)s, this is %(this)s.", other=archive.manifest["dialect"], this=dialect),
            code="conflict.archive",
            where=where,
        )
    faults: list[CoreError] = []
    for entry in archive.manifest["addons"]:
        name = entry["name"]
        if name in change.states:
            message = _('The addon "%(name)s" is in the database already.', name=name)
            faults.append(ConflictError(message, code="conflict.present", hint=_("remove it first"), where=where))
            continue
        addon = addons.usable(name)
        if addon.version != entry["version"]:
            message = _(
                'The export holds version %(stored)s of "%(name)s", the files are version %(found)s.',
                name=name,
                stored=entry["version"],
                found=addon.version,
            )
            hint = _("restore with the files of that version, then upgrade")
            faults.append(ConflictError(message, code="conflict.version", hint=hint, where=where))
    raise_faults(faults, ConflictError, "restore")


def data_of(archive: Archive) -> dict[str, dict[str, Any]]:
    """Return what the database remembered of each addon."""
    return {entry["name"]: entry["data"] for entry in archive.manifest["addons"]}


def known_up_to(archive: Archive) -> dict[str, int]:
    """Return, for each table that stayed, the highest id whose columns the archive knows."""
    return {table: int(archive.facts(f"columns/{table}").get("last") or 0) for table in archive.parts("columns")}


def fill(archive: Archive, change: Change, registry: Registry, data_dir: Path) -> list[str]:
    """Put all rows, columns, references, files and external ids back; the tables exist and are empty.

    Returns:
        What could not be put back because what it referred to is gone, one line each.

    Raises:
        ConflictError: The tables differ from those exported.
    """
    connection = change.connection
    _check_columns(archive, connection)
    for checksum, content in archive.files():
        _put_file(data_dir, checksum, content)
    filling = _Filling(archive, connection)
    filling.run(change)
    for table in archive.parts("columns"):
        update_rows(connection, table, archive.lines(f"columns/{table}"))
    for part in archive.parts("cleared"):
        table, column = part.rsplit(".", 1)
        pairs = [row for row in archive.lines(f"cleared/{part}")]
        target = next(key.target for key in filling.keys if (key.table, key.column) == (table, column))
        present = existing_ids(connection, target, (int(pair[1]) for pair in pairs))
        rows = [{"id": number, column: _as_stored(connection, to)} for number, to in pairs if int(to) in present]
        update_rows(connection, table, rows, only_empty=True)
    for table in archive.parts("tables"):
        last = archive.facts(f"tables/{table}").get("last")
        if last is not None:
            set_last_number(connection, table, int(last))
    _restore_xids(archive, connection, filling)
    for table, column, addon in archive.lines("owners"):
        bookkeeping.own(connection, addon, table, [column])
    _merge_deletions(archive, connection, registry)
    return filling.lost


def _as_stored(connection: sa.Connection, number: Any) -> Any:
    return str(number) if connection.dialect.name == "postgresql" else number


def _check_columns(archive: Archive, connection: sa.Connection) -> None:
    faults: list[CoreError] = []
    present = set(sa.inspect(connection).get_table_names())
    for kind in ("tables", "columns", "rows"):
        for table in archive.parts(kind):
            have = column_types(connection, table) if table in present else {}
            missing = [name for name in archive.facts(f"{kind}/{table}").get("columns", ()) if name not in have]
            if missing:
                message = _("The database has no column %(table)s.%(column)s.", table=table, column=missing[0])
                faults.append(
                    ConflictError(message, code="conflict.archive_column", where=Where(file=str(archive.path)))
                )
    raise_faults(faults, ConflictError, "restore")


def _put_file(data_dir: Path, checksum: str, content: bytes) -> None:
    target = data_dir / "attachments" / checksum[:2] / checksum
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _restore_xids(archive: Archive, connection: sa.Connection, filling: _Filling) -> None:
    xids = [Xid(*row) for row in archive.lines("xids")]
    kept = []
    for xid in xids:
        inserted = filling.present.get(table_name(xid.model))
        if inserted is None or xid.record_id in inserted:
            kept.append(xid)
    bookkeeping.write_xids(connection, kept)


def _merge_deletions(archive: Archive, connection: sa.Connection, registry: Registry) -> None:
    """Let entries of the recycle bin know again what they took of the restored models.

    Where the record of an entry was restored meanwhile, its lines come back to life with it.
    """
    if "core.deletion" not in registry.models:
        return
    table = registry["core.deletion"].table
    for number, ids, cleared in archive.lines("deletions"):
        row = connection.execute(sa.select(table).where(table.c.id == number)).mappings().one_or_none()
        if row is None or row["purged_at"] is not None:
            continue
        if row["restored_at"] is not None:
            for model, numbers in ids.items():
                info = registry.models.get(model)
                if info is not None and info.recycle:
                    chosen = info.table.c.id.in_(numbers) & (info.table.c.deletion_id == number)
                    connection.execute(sa.update(info.table).where(chosen).values(deletion_id=None))
            continue
        links = row["links"]
        merged = {"ids": {**links["ids"], **ids}, "cleared": [*links["cleared"], *cleared]}
        connection.execute(sa.update(table).where(table.c.id == number).values(links=merged))


@dataclass
class _Filling:
    """Inserts rows so that each comes after those it refers to."""

    archive: Archive
    connection: sa.Connection
    lost: list[str] = field(default_factory=list)
    present: dict[str, set[int]] = field(default_factory=dict)
    """Table → ids that are there, of the tables the archive holds rows of."""

    def __post_init__(self) -> None:
        self.keys = foreign_keys(self.connection)
        self.parts = {table: f"rows/{table}" for table in self.archive.parts("rows")}
        self.parts |= {table: f"tables/{table}" for table in self.archive.parts("tables")}
        self.nullable = {
            (table, str(column["name"]))
            for table in self.parts
            for column in sa.inspect(self.connection).get_columns(table)
            if column["nullable"]
        }

    def run(self, change: Change) -> None:
        order = self._order()
        change.progress.start(len(order), _("Restoring"))
        waiting: list[tuple[ForeignKey, dict[int, int]]] = []
        for at, table in enumerate(order):
            later = set(order[at:])
            waiting.extend(self._table(table, later))
            change.progress.advance()
        for key, values in waiting:
            gone = self._missing(key, values.values())
            self._note(key, sum(1 for value in values.values() if value in gone))
            rows = (
                {"id": number, key.column: _as_stored(self.connection, value)}
                for number, value in values.items()
                if value not in gone
            )
            update_rows(self.connection, key.table, rows)
        change.progress.done()

    def _order(self) -> list[str]:
        hard = {table: set[str]() for table in self.parts}
        for key in self.keys:
            inside = key.table in hard and key.target in hard and key.target != key.table
            if inside and (key.table, key.column) not in self.nullable:
                hard[key.table].add(key.target)
        try:
            return list(TopologicalSorter(hard).static_order())
        except CycleError as error:
            raise ConflictError(
                _("Tables need one another in a circle: %(path)s.", path=" → ".join(error.args[1])),
                code="conflict.archive",
            ) from error

    def _table(self, table: str, later: set[str]) -> Iterator[tuple[ForeignKey, dict[int, int]]]:
        """Insert the rows of one table; yields the references that must wait for rows inserted later."""
        keys = [key for key in self.keys if key.table == table]
        late = [key for key in keys if key.target in later and (table, key.column) in self.nullable]
        waiting: dict[str, dict[int, int]] = {key.column: {} for key in late}
        present = self.present.setdefault(table, set())
        for batch in _batched(self.archive.lines(self.parts[table])):
            rows = self._fresh(table, batch)
            for key in late:
                for row in rows:
                    value = row.get(key.column)
                    if value is not None:
                        waiting[key.column][int(row["id"])] = int(value)
                        row[key.column] = None
            for key in keys:
                if key not in late:
                    rows = self._attached(key, rows)
            insert_rows(self.connection, table, rows)
            present.update(int(row["id"]) for row in rows if "id" in row)
        yield from ((key, waiting[key.column]) for key in late if waiting[key.column])

    def _fresh(self, table: str, batch: list[Row]) -> list[Row]:
        """Leave out rows whose id is taken meanwhile, and links that are there."""
        if "id" not in (batch[0] if batch else {}):
            return [row for row in batch if not self._linked(table, row)]
        ids = {int(row["id"]) for row in batch}
        taken = existing_ids(self.connection, table, ids)
        self.present[table].update(taken)
        if taken:
            self.lost.append(f"{table}: {len(taken)}")
        return [row for row in batch if int(row["id"]) not in taken]

    def _linked(self, table: str, row: Mapping[str, Any]) -> bool:
        source: Any = sa.table(table, *(sa.column(name) for name in row))
        chosen = [source.c[name] == int(value) for name, value in row.items()]
        return self.connection.execute(sa.select(source).where(*chosen)).first() is not None

    def _attached(self, key: ForeignKey, rows: list[Row]) -> list[Row]:
        """Return the rows whose reference still leads somewhere; an optional one that does not is emptied."""
        values = [int(row[key.column]) for row in rows if row.get(key.column) is not None]
        gone = self._missing(key, values)
        if not gone:
            return rows
        self._note(key, sum(1 for value in values if value in gone))
        kept: list[Row] = []
        for row in rows:
            value = row.get(key.column)
            if value is None or int(value) not in gone:
                kept.append(row)
            elif (key.table, key.column) in self.nullable:
                kept.append({**row, key.column: None})
        return kept

    def _missing(self, key: ForeignKey, values: Iterable[int]) -> set[int]:
        wanted = set(values) - self.present.get(key.target, set())
        return wanted - existing_ids(self.connection, key.target, wanted) if wanted else set()

    def _note(self, key: ForeignKey, count: int) -> None:
        if count:
            self.lost.append(f"{key.table}.{key.column} → {key.target}: {count}")


def _batched(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
