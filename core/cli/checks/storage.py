"""The database itself: can it be reached, is it whole. Layer: cli."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from core.cli.checks.finding import Examination, Finding
from core.i18n import _
from core.orm import substring
from core.orm.database import Database
from core.orm.engine import hide_password

OLDEST_POSTGRESQL = (14, 0)
SHOWN = 10


def missing_file(database: Database) -> Finding:
    """``database.missing``: the file of a SQLite database is not there."""
    hint = _('run "tangram init", or look at database_url')
    return Finding("database.missing", "error", _("There is no database file."), hint, hide_password(database.url))


def unreachable(database: Database, error: sa.exc.DBAPIError) -> Finding:
    """``database.unreachable``: no connection, or no reading."""
    reason = (str(error.orig).strip().splitlines() or [type(error.orig).__name__])[0]
    message = _("The database can't be read: %(reason)s", reason=reason)
    hint = _("look at database_url, and whether the server runs and lets us in")
    return Finding("database.unreachable", "error", message, hint, hide_password(database.url))


def sqlite(case: Examination) -> Iterator[Finding]:
    """``sqlite.integrity``, ``sqlite.foreign_key`` and ``sqlite.journal``: damaged file, dangling references, no write-ahead log."""
    if not case.is_sqlite:
        return
    connection, place = case.connection, hide_password(case.database.url)
    for (text,) in connection.exec_driver_sql(f"PRAGMA integrity_check({SHOWN})"):
        if text != "ok":
            message = _("The database file is damaged: %(reason)s", reason=text)
            yield Finding("sqlite.integrity", "error", message, _("restore a backup"), place)
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    for table, target in sorted({(row[0], row[2]) for row in dangling})[:SHOWN]:
        message = _("Rows refer to records that are gone: %(table)s → %(target)s.", table=table, target=target)
        yield Finding(
            "sqlite.foreign_key", "error", message, _("restore a backup, or empty these references"), str(table)
        )
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    if mode != "wal":
        message = _(
            'The journal is "%(mode)s" instead of a write-ahead log: readers and writers wait for one another.',
            mode=mode,
        )
        yield Finding("sqlite.journal", "warning", message, _("put the file on a local disk"), place)


def postgresql(case: Examination) -> Iterator[Finding]:
    """``postgresql.version``, ``postgresql.encoding`` and ``postgresql.trigrams``: too old, no UTF-8, slow searches for parts of texts."""
    if case.is_sqlite:
        return
    version = case.connection.dialect.server_version_info or (0,)
    if version < OLDEST_POSTGRESQL:
        words = {"found": ".".join(map(str, version)), "wanted": OLDEST_POSTGRESQL[0]}
        message = _("PostgreSQL %(found)s is older than %(wanted)s.", words)
        yield Finding("postgresql.version", "error", message, _("upgrade the server"))
    encoding = case.connection.scalar(sa.select(sa.func.current_setting("server_encoding")))
    if encoding != "UTF8":
        message = _("The database keeps texts in %(encoding)s instead of UTF8.", encoding=str(encoding))
        yield Finding(
            "postgresql.encoding", "error", message, _("make a new database with ENCODING 'UTF8' and restore a backup")
        )
    if not substring.is_usable(case.connection):
        message = _("The extension pg_trgm is missing: looking for parts of numbers and addresses reads all rows.")
        hint = _('let a superuser run "CREATE EXTENSION pg_trgm" in this database, then "tangram addons upgrade"')
        yield Finding("postgresql.trigrams", "warning", message, hint)
