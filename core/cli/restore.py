"""``tangram restore``: a backup into an empty database, compared row for row before it counts. Layer: cli."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.schema import AddConstraint, DropConstraint

from core.app import Application
from core.base.services.attachment_files import FOLDER, write_file
from core.cli.backup import FORMAT, KIND, table_digest
from core.cli.installation import Installation, confirm, pass_installation
from core.cli.neutral import ColumnShape, TableShape, parse_lines, table_names, type_of
from core.cli.progress import TerminalProgress
from core.data.assemble import assemble
from core.data.lifecycle.progress import Progress
from core.data.lifecycle.rows import set_last_number
from core.errors import AddonError, ConflictError, CoreError, Where, raise_faults
from core.i18n import _
from core.orm import bookkeeping, substring
from core.orm.database import Database
from core.orm.schema.create import create_tables
from core.orm.schema.drop import drop_tables
from core.orm.schema.sqlite import schema_transaction

BATCH = 1000


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace what the database holds now; all of it is lost.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@pass_installation
def command(installation: Installation, file: Path, force: bool, yes: bool) -> None:
    """Bring back a backup into an empty database: one transaction, at the end of which all counts and checksums must be equal."""
    app = installation.application
    if force and installation.is_installed():
        confirm(installation, _("Replace everything the database holds?"), yes=yes)
    with TerminalProgress(installation.messages, installation.language) as progress:
        manifest = restore_backup(app, installation.database, file, progress, force=force)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    installation.say(
        _(
            "%(tables)s tables, %(rows)s rows, %(files)s files; all checksums are equal.",
            tables=len(manifest["tables"]),
            rows=rows,
            files=len(manifest["files"]),
        )
    )


def restore_backup(
    app: Application, database: Database, source: Path, progress: Progress, *, force: bool = False
) -> dict[str, Any]:
    """Restore a backup and return its manifest. Killed at any moment, the database is as before or as after.

    Args:
        app: The application, which knows the addons.
        database: The database.
        source: The archive.
        progress: Told of each table and file.
        force: Drop what the database holds.

    Raises:
        ConflictError: The archive is damaged, or the database is not empty; nothing has changed.
        AddonError: Addons of the backup are not here; nothing has changed.
    """
    with opened(source) as (archive, manifest):
        _require_addons(app, manifest)
        # Files first: they are named by their content, so one too many does no harm, while a missing one would.
        _write_files(archive, manifest, app.settings.data_dir, progress)
        app.settings.data_dir.mkdir(parents=True, exist_ok=True)
        with schema_transaction(database.engine) as connection:
            _make_room(connection, force=force)
            _restore_tables(app, database, connection, archive, manifest, progress)
    database.use(None)
    return manifest


@contextmanager
def opened(source: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """Open a backup and read its manifest.

    Raises:
        ConflictError: It is none, or of another format.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            if not isinstance(manifest, dict) or manifest.get("kind") != KIND or manifest.get("format") != FORMAT:
                raise _damaged(source, "manifest.json")
            yield archive, manifest
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise _damaged(source, str(error)) from error


def _damaged(source: Path | None, part: str) -> ConflictError:
    where = Where(file=str(source)) if source else None
    return ConflictError(
        _("The backup is damaged, or it is no backup: %(part)s", part=part), code="backup.damaged", where=where
    )


def _require_addons(app: Application, manifest: Mapping[str, Any]) -> None:
    """Refuse a backup whose enabled addons are not here, or are older here."""
    addons = app.rescan()
    faults: list[CoreError] = []
    for name, facts in manifest["addons"].items():
        if facts["state"] != "enabled":
            continue
        if name not in addons:
            message = _('The backup needs the addon "%(name)s", which is not here.', name=name)
            faults.append(
                AddonError(message, code="backup.addon", hint=_("install it, or add its folder to addons_path"))
            )
        elif addons[name].error is not None:
            faults.append(AddonError(_('The addon "%(name)s" is broken.', name=name), code="backup.addon"))
    raise_faults(faults, AddonError, "addons")


def _make_room(connection: sa.Connection, *, force: bool) -> None:
    present = table_names(connection)
    if present and not force:
        raise ConflictError(
            _("The database is not empty."),
            code="backup.not_empty",
            hint=_("restore into an empty database, or use --force to lose what it holds"),
        )
    drop_tables(connection, present)


def _restore_tables(
    app: Application,
    database: Database,
    connection: sa.Connection,
    archive: zipfile.ZipFile,
    manifest: Mapping[str, Any],
    progress: Progress,
) -> None:
    stored = {name: _shape(name, facts) for name, facts in manifest["tables"].items()}
    bookkeeping.METADATA.create_all(connection)
    names = [name for name, facts in manifest["addons"].items() if facts["state"] == "enabled"]
    registry = assemble(app.addons, names, app.services(database.name)).registry
    # The indexes of parts of texts are made only where their extension is there.
    substring.ensure(connection)
    create_tables(connection, registry.metadata)
    _make_leftovers(connection, stored)
    with _without_foreign_keys(connection, registry.metadata):
        progress.start(len(stored), _("Tables"))
        for name, shape in stored.items():
            _fill(connection, archive, shape)
            number = manifest["tables"][name]["last_id"]
            if number is not None:
                set_last_number(connection, name, number)
            progress.advance()
        progress.done()
    progress.start(len(stored), _("Checking"))
    faults: list[CoreError] = []
    for name, shape in stored.items():
        facts = manifest["tables"][name]
        if table_digest(connection, shape) != (facts["rows"], facts["sha256"]):
            faults.append(_damaged(None, f"tables/{name}"))
        progress.advance()
    progress.done()
    raise_faults(faults, ConflictError, "backup")
    # Registries that other processes made of what was here before are out of date.
    bookkeeping.bump_sequence(connection)


def _shape(name: str, facts: Mapping[str, Any]) -> TableShape:
    return TableShape(name, tuple(ColumnShape(*column) for column in facts["columns"]))


def _make_leftovers(connection: sa.Connection, stored: Mapping[str, TableShape]) -> None:
    """Make tables and columns of disabled addons; their indexes come when the addon is enabled again."""
    inspector = sa.inspect(connection)
    present = set(inspector.get_table_names())
    quote = connection.dialect.identifier_preparer.quote
    leftover = sa.MetaData()
    for name, shape in stored.items():
        if name not in present:
            shape.table(leftover).create(connection)
            continue
        columns = {column["name"] for column in inspector.get_columns(name)}
        for column in shape.columns:
            if column.name not in columns:
                kind = type_of(column.kind).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {quote(name)} ADD COLUMN {quote(column.name)} {kind}")


@contextmanager
def _without_foreign_keys(connection: sa.Connection, metadata: sa.MetaData) -> Iterator[None]:
    """Let rows come in any order: PostgreSQL gets its foreign keys afterwards, SQLite checks them all at the end."""
    if connection.dialect.name == "sqlite":
        yield
        return
    keys = [key for table in metadata.tables.values() for key in table.foreign_key_constraints]
    for key in keys:
        connection.execute(DropConstraint(key))
    yield
    for key in keys:
        connection.execute(AddConstraint(key, isolate_from_table=False))


def _fill(connection: sa.Connection, archive: zipfile.ZipFile, shape: TableShape) -> None:
    table = shape.table(sa.MetaData())
    connection.execute(table.delete())
    try:
        part = archive.open(f"tables/{shape.name}.jsonl")
    except KeyError as error:
        raise _damaged(None, f"tables/{shape.name}") from error
    with part:
        batch: list[dict[str, Any]] = []
        for row in parse_lines(part, shape):
            batch.append(row)
            if len(batch) == BATCH:
                connection.execute(table.insert(), batch)
                batch = []
        if batch:
            connection.execute(table.insert(), batch)


def _write_files(archive: zipfile.ZipFile, manifest: Mapping[str, Any], data_dir: Path, progress: Progress) -> None:
    progress.start(len(manifest["files"]), _("Files"))
    for name, facts in manifest["files"].items():
        checksum = str(facts["sha256"])
        target = data_dir / FOLDER / checksum[:2] / checksum
        if not target.is_file() or hashlib.sha256(target.read_bytes()).hexdigest() != checksum:
            with archive.open(f"files/{name}") as source:
                _path, found, _size = write_file(data_dir, source, int(facts["size"]))
            if found != checksum:
                raise _damaged(None, f"files/{name}")
        progress.advance()
    progress.done()
