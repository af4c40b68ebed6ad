"""``tangram backup``: database and attached files in one archive, of one moment. Layer: cli.

manifest.json           what it is of: version, addons, and for each table its columns, rows and SHA-256
tables/<table>.jsonl    its rows, see `core.cli.neutral`
files/<path>            attached files that lie on disk
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from core.app import Application
from core.base.services.attachment_files import FOLDER
from core.cli.installation import Installation, pass_installation
from core.cli.neutral import TableShape, read_lines, shapes
from core.cli.progress import TerminalProgress
from core.data.assemble import assemble
from core.data.lifecycle.progress import Progress
from core.data.lifecycle.rows import last_number
from core.errors import ConflictError, Where
from core.i18n import _
from core.orm import bookkeeping
from core.orm.database import Database
from core.orm.engine import READONLY
from core.plugins.manifest import CORE_VERSION

KIND = "tangram-backup"
FORMAT = 1


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@pass_installation
def command(installation: Installation, file: Path, force: bool) -> None:
    """Write the database and the attached files to one archive, while the installation is in use.

    "tangram restore" brings it back, on SQLite or PostgreSQL, whichever it came from. The key that seals stored passwords is not in it.
    """
    installation.require()
    if file.exists() and not force:
        raise ConflictError(
            _("The file exists."), code="backup.exists", hint=_("--force replaces it"), where=Where(file=str(file))
        )
    with TerminalProgress(installation.messages, installation.language) as progress:
        manifest = write_backup(installation.application, installation.database, file, progress)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    installation.say(
        _(
            "%(tables)s tables, %(rows)s rows, %(files)s files in %(file)s",
            tables=len(manifest["tables"]),
            rows=rows,
            files=len(manifest["files"]),
            file=str(file),
        )
    )
    for name in manifest["missing_files"]:
        installation.say(_("missing on disk: %(name)s", name=name))


def write_backup(app: Application, database: Database, target: Path, progress: Progress) -> dict[str, Any]:
    """Write a backup and return its manifest. The file is complete and on the medium before it gets its name.

    Args:
        app: The application, which knows the addons and where attached files lie.
        database: The database; it may be in use, what is written is its state at one moment.
        target: The archive.
        progress: Told of each table and file.

    Raises:
        OSError: The archive can't be written.
    """
    temporary = target.with_name(f".{target.name}.new")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            with snapshot(database) as connection:
                found = shapes(connection, known_tables(app, database, connection))
                manifest = _write_tables(archive, connection, found, progress) | {
                    "made_at": database.clock().isoformat()
                }
                checksums = _stored_checksums(connection)
            manifest |= _write_files(archive, app.settings.data_dir / FOLDER, checksums, progress)
            archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return manifest


@contextmanager
def snapshot(database: Database) -> Iterator[sa.Connection]:
    """Give a connection that sees the database as it is now until the end of the block, and writes nothing."""
    with database.engine.connect() as raw:
        connection = raw.execution_options(**{READONLY: True})
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def known_tables(app: Application, database: Database, connection: sa.Connection) -> sa.MetaData:
    """Return the tables of all addons the database knows, disabled ones too: SQLite alone can't tell an instant from a text."""
    names = bookkeeping.addon_states(connection)
    return assemble(app.addons, names, app.services(database.name)).registry.metadata


def _write_tables(
    archive: zipfile.ZipFile, connection: sa.Connection, found: Sequence[TableShape], progress: Progress
) -> dict[str, Any]:
    progress.start(len(found), _("Tables"))
    tables = {}
    for shape in found:
        rows, digest = _write_table(archive, connection, shape)
        number = (last_number(connection, shape.name) or 0) if shape.key == ["id"] else None
        tables[shape.name] = {"columns": shape.as_data(), "rows": rows, "sha256": digest, "last_id": number}
        progress.advance()
    progress.done()
    states = bookkeeping.addon_states(connection).values()
    return {
        "kind": KIND,
        "format": FORMAT,
        "core": str(CORE_VERSION),
        "database": connection.dialect.name,
        "addons": {state.name: {"version": state.version, "state": state.state} for state in states},
        "tables": tables,
    }


def _write_table(archive: zipfile.ZipFile, connection: sa.Connection, shape: TableShape) -> tuple[int, str]:
    digest, rows = hashlib.sha256(), 0
    with archive.open(f"tables/{shape.name}.jsonl", "w", force_zip64=True) as part:
        for line in read_lines(connection, shape):
            digest.update(line)
            part.write(line)
            rows += 1
    return rows, digest.hexdigest()


def table_digest(connection: sa.Connection, shape: TableShape) -> tuple[int, str]:
    """Return number of rows and SHA-256 of a table as a backup has them."""
    digest, rows = hashlib.sha256(), 0
    for line in read_lines(connection, shape):
        digest.update(line)
        rows += 1
    return rows, digest.hexdigest()


def _stored_checksums(connection: sa.Connection) -> set[str]:
    """Return the checksums of the attachments that lie on disk."""
    if not sa.inspect(connection).has_table("core_attachment"):
        return set()
    table = sa.table("core_attachment", sa.column("checksum"), sa.column("storage"))
    statement = sa.select(table.c.checksum).where(table.c.storage == "disk", table.c.checksum.is_not(None))
    return set(connection.execute(statement).scalars())


def _write_files(archive: zipfile.ZipFile, folder: Path, checksums: set[str], progress: Progress) -> dict[str, Any]:
    """Add the files that attachments name; a file that is gone is listed, and stops nothing."""
    files: dict[str, dict[str, Any]] = {}
    missing = []
    progress.start(len(checksums), _("Files"))
    for checksum in sorted(checksums):
        name = f"{checksum[:2]}/{checksum}"
        try:
            archive.write(folder / name, f"files/{name}", zipfile.ZIP_STORED)
        except FileNotFoundError:
            missing.append(name)
        else:
            files[name] = {"size": archive.getinfo(f"files/{name}").file_size, "sha256": checksum}
        progress.advance()
    progress.done()
    return {"files": files, "missing_files": missing}
