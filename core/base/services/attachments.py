"""Attachments (CORE-66): storing, reading and deleting files of records, on disk or in the database.

Who may read a record may read its attachments; who may change it may add to it. A file on disk goes only after the
transaction that took its last attachment has committed, and not while another one stores the same content.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa

from core.base.services.attachment_files import (
    TooLargeError,
    chunks,
    file_path,
    remove_file,
    stored_checksums,
    write_file,
)
from core.base.services.parameters import get_parameter
from core.errors import AccessDenied, MissingRecord, ValidationError, Where
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.database import Database
    from core.orm.environment import Environment

MIB = 1 << 20
_LOCK_SPACE = 660


def store_attachment(
    env: Environment,
    name: str,
    content: bytes | IO[bytes],
    *,
    model: str | None = None,
    record_id: int | None = None,
    field: str | None = None,
    public: bool = False,
) -> Any:
    """Keep a file and return its attachment, a record of `core.attachment`.

    Args:
        env: The environment; its user must be allowed to change the record.
        name: Name of the file; folders in it are left out.
        content: The bytes, or an open binary file, which is read piece by piece.
        model: Model of the record it belongs to; None: of none yet, so only its author reads it.
        record_id: Id of that record.
        field: The file field that holds it; None: it is attached to the record as a whole.
        public: Readable without a login.

    Raises:
        ValidationError: Too large, a kind that is not allowed, or no name.
        MissingRecord: There is no such record, or the user may not see it.
        AccessDenied: The user may not change the record.
    """
    if model is not None and record_id is not None:
        record = env[model].get(record_id)
        env.check_rows(env.registry[model], "update", [record])
    clean = PurePath(name.replace("\\", "/")).name.strip()
    mimetype = check_kind(env, clean)
    most = size_limit(env)
    values: dict[str, Any] = {
        "name": clean,
        "mimetype": mimetype,
        "model": model,
        "record_id": record_id,
        "field": field,
        "public": public,
        "storage": env.settings.attachments,
    }
    try:
        if values["storage"] == "disk":
            path, checksum, size = write_file(env.settings.data_dir, content, most)
            lock_content(env.connection, checksum)
            # The lock may have come after a deletion of the same content.
            if not file_path(env.settings.data_dir, checksum).exists():
                _rewrite(env, content, most)
            values |= {"path": path, "checksum": checksum, "size": size}
            return _create(env, values)
        return _store_in_database(env, values, content, most)
    except TooLargeError:
        raise ValidationError(
            _("%(name)s is larger than the %(limit)s MiB allowed.", name=clean, limit=most // MIB),
            code="validation.file_size",
        ) from None


def size_limit(env: Environment) -> int:
    """Return how many bytes a file may have: the parameter ``base.attachment_max_mb``, at most the setting of that name."""
    most: int = min(get_parameter(env, "base.attachment_max_mb"), env.settings.attachment_max_mb)
    return most * MIB


def check_kind(env: Environment, name: str) -> str:
    """Return the MIME type that goes with the name of a file, if its kind is allowed by the parameters.

    Raises:
        ValidationError: There is no name, or files of this kind are not allowed.
    """
    if name in {"", ".", ".."}:
        raise ValidationError(_("A file needs a name."), field="name", code="validation.file_name")
    ending = PurePath(name).suffix.lower().lstrip(".")
    allowed: list[str] = get_parameter(env, "base.attachment_kinds") or []
    refused: list[str] = get_parameter(env, "base.attachment_refused_kinds") or []
    if ending in refused or (allowed and ending not in allowed):
        raise ValidationError(
            _('Files of the kind "%(kind)s" are not allowed.', kind=ending or "?"),
            code="validation.file_kind",
            hint=_("allowed: %(kinds)s", kinds=", ".join(allowed)) if allowed else None,
        )
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def find_attachment(env: Environment, attachment_id: int) -> Any:
    """Return an attachment that the user of ``env`` may read: public, their own, or of a record they may read.

    Raises:
        MissingRecord: There is none, or the user may not read it: both answer alike.
    """
    attachment = env.browse("core.attachment", attachment_id)
    if attachment is not None and (env.is_elevated or attachment.public or _reads(env, attachment)):
        return attachment
    raise MissingRecord(_("There is no such file."), where=Where(model="core.attachment", record=attachment_id))


def attachments_of(env: Environment, model: str, record_id: int) -> list[dict[str, Any]]:
    """Return the attachments of a record as a whole, the latest first: id, name, mimetype, size, created_at, user (name).

    Raises:
        MissingRecord: There is no such record, or the user may not see it.
    """
    env[model].get(record_id)
    env.flush()
    table, users = env.registry["core.attachment"].table, env.registry["core.user"].table
    columns = [table.c[name] for name in ("id", "name", "mimetype", "size", "created_at")]
    statement = (
        sa.select(*columns, users.c.name.label("user"))
        .outerjoin(users, users.c.id == table.c.created_by_id)
        .where(
            table.c.model == model,
            table.c.record_id == record_id,
            table.c.field.is_(None),
            table.c.deletion_id.is_(None),
        )
        .order_by(table.c.id.desc())
    )
    return [dict(row) for row in env.connection.execute(statement).mappings()]


def read_attachment(env: Environment, attachment: Any) -> Iterator[bytes]:
    """Yield the content of an attachment piece by piece; the caller got it from `find_attachment`.

    Raises:
        MissingRecord: The content is gone from the medium.
    """
    if attachment.storage == "disk":
        try:
            file = file_path(env.settings.data_dir, attachment.checksum).open("rb")
        except FileNotFoundError:
            raise _lost(attachment) from None
        with closing(file):
            yield from chunks(file)
        return
    table = env.registry["core.attachment.content"].table
    content = env.connection.scalar(sa.select(table.c.content).where(table.c.attachment_id == attachment.id))
    if content is None:
        raise _lost(attachment)
    yield content


def drop_attachments(
    env: Environment, *, attachment_ids: Collection[int] = (), model: str | None = None, record_ids: Iterable[int] = ()
) -> None:
    """Delete attachments for good, by their ids or those of records of one model; files follow after the commit.

    Called when the records behind them are purged.
    """
    table = env.registry["core.attachment"].table
    chosen: sa.ColumnElement[bool] = table.c.id.in_(list(attachment_ids))
    if model is not None:
        chosen = (table.c.model == model) & table.c.record_id.in_(list(record_ids))
    rows = env.connection.execute(sa.select(table.c.id, table.c.checksum, table.c.storage).where(chosen)).all()
    if not rows:
        return
    checksums = {row.checksum for row in rows if row.storage == "disk"}
    if model is not None:
        env.connection.execute(sa.delete(table).where(table.c.id.in_([row.id for row in rows])))
    if checksums:
        database = env.database

        def remove() -> None:
            remove_unused(database, checksums)

        env.after_commit.append(remove)


def remove_unused(database: Database, checksums: Iterable[str]) -> int:
    """Delete the files of those contents that no attachment has any more; return how many.

    One transaction for each, which waits for whoever stores the same content at that moment.
    """
    return sum(database.run(1, partial(_remove_if_unused, checksum=checksum)) for checksum in sorted(checksums))


def sweep(env: Environment) -> int:
    """Delete files that no attachment has, left over by rolled-back transactions or a crash; return how many."""
    return sum(_remove_if_unused(env, checksum) for checksum in stored_checksums(env.settings.data_dir))


def missing_files(env: Environment) -> list[dict[str, Any]]:
    """Return the attachments (id, name, path) whose file on disk is gone, for ``tangram doctor``."""
    table = env.registry["core.attachment"].table
    columns = (table.c.id, table.c.name, table.c.path, table.c.checksum)
    rows = env.connection.execute(sa.select(*columns).where(table.c.storage == "disk").order_by(table.c.id))
    folder: Path = env.settings.data_dir
    return [
        {"id": row.id, "name": row.name, "path": row.path}
        for row in rows
        if not file_path(folder, row.checksum).exists()
    ]


def lock_content(connection: sa.Connection, checksum: str) -> None:
    """Let one transaction at a time store or remove a content; SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        key = sa.func.hashtext(checksum)
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_SPACE, key)))


def _remove_if_unused(env: Environment, checksum: str) -> int:
    lock_content(env.connection, checksum)
    table = env.registry["core.attachment"].table
    used = sa.select(table.c.id).where(table.c.checksum == checksum, table.c.storage == "disk").limit(1)
    if env.connection.execute(used).first() is not None:
        return 0
    remove_file(env.settings.data_dir, checksum)
    return 1


def _create(env: Environment, values: dict[str, Any]) -> Any:
    """Create the row; the check of the record it belongs to is done, and ``storage`` and ``path`` are the system's."""
    return env["core.attachment"].create(values)


def _rewrite(env: Environment, content: bytes | IO[bytes], most: int) -> None:
    if not isinstance(content, bytes):
        content.seek(0)
    write_file(env.settings.data_dir, content, most)


def _store_in_database(env: Environment, values: dict[str, Any], content: bytes | IO[bytes], most: int) -> Any:
    whole = bytearray()
    for piece in chunks(content):
        whole += piece
        if len(whole) > most:
            raise TooLargeError
    attachment = _create(env, {**values, "checksum": hashlib.sha256(whole).hexdigest(), "size": len(whole)})
    env.flush()
    at = env.now()
    env.connection.execute(
        sa.insert(env.registry["core.attachment.content"].table).values(
            attachment_id=attachment.id, content=bytes(whole), created_at=at, created_by_id=env.uid, version=1
        )
    )
    return attachment


def _reads(env: Environment, attachment: Any) -> bool:
    if attachment.model is None or attachment.record_id is None:
        return bool(attachment.created_by_id == env.uid)
    if attachment.model not in env.registry:
        return False
    try:
        if env[attachment.model].find(attachment.record_id) is None:
            return False
    except AccessDenied:
        return False
    info = env.registry[attachment.model]
    return attachment.field is None or attachment.field not in env.guard.hidden_fields(env, info, "read")


def _lost(attachment: Any) -> MissingRecord:
    return MissingRecord(
        _("The content of %(name)s is gone.", name=attachment.name),
        code="missing_record.file",
        where=Where(model="core.attachment", record=attachment.id),
        hint=_("restore it from a backup"),
    )
