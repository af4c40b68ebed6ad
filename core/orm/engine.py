"""Engines for the two databases, set up so that both behave alike. Layer: orm.

SQLite: write-ahead log, foreign keys enforced, the driver's own transaction handling off. A transaction begins with
``BEGIN IMMEDIATE``: it takes the write lock at once and waits for it, where a transaction that begins by reading would be
refused at its first write without waiting. A transaction that only reads says so by the execution option `READONLY` and never
waits for a writer. PostgreSQL: READ COMMITTED, UTC, the same limit for waiting on locks.
"""

from __future__ import annotations

import datetime
import json
import re
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url

from core.errors import ConfigError
from core.i18n import _
from core.orm.domain.text import LOCAL_DATE_FUNCTION, LOWER_FUNCTION, folded

READONLY = "tangram_readonly"
"""Execution option of a connection: True promises that its transactions write nothing."""

SQL_LOWER = LOWER_FUNCTION
"""Function on SQLite that lowers letters of every script; the built-in ``lower`` knows ASCII only."""

SQL_LOCAL_DATE = LOCAL_DATE_FUNCTION
"""Function on SQLite that returns the day of a stored instant in a time zone, for grouping; PostgreSQL has its own."""

LOCK_TIMEOUT_S = 30
"""Longest wait for a lock somebody else holds; then the transaction fails with `core.errors.RetryableError`.

Half a minute: longer than any save, shorter than a web server's patience.
"""

_COUNT = "tangram_statements"
_SCHEMES = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg", "sqlite": "sqlite"}
_KNOWN = ("postgresql+psycopg", "sqlite", "sqlite+pysqlite")

# Rows per INSERT. SQLite gains nothing beyond some hundreds; PostgreSQL saves round trips, within its 65,535 parameters.
_PAGE_SIZES = {"sqlite": 500, "postgresql": 2000}


def parse_url(url: str) -> URL:
    """Return the SQLAlchemy URL of a database setting; ``postgres://`` and ``postgresql://`` mean the driver psycopg.

    Raises:
        ConfigError: It is no URL, or of another database.
    """
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError) as err:
        raise ConfigError(
            _("The database URL can't be read."), hint=_("write sqlite:///path or postgresql://user@host/name")
        ) from err
    scheme = _SCHEMES.get(parsed.drivername, parsed.drivername)
    if scheme not in _KNOWN:
        raise ConfigError(
            _('The database URL names "%(scheme)s", which is not supported.', scheme=parsed.drivername),
            hint=_("write sqlite:///path or postgresql://user@host/name"),
        )
    return parsed.set(drivername=scheme)


def create_engine(url: str, *, pool_size: int = 10, lock_timeout_s: float = LOCK_TIMEOUT_S) -> sa.Engine:
    """Make the engine of one database; nothing is connected yet.

    Args:
        url: ``sqlite:///path`` or ``postgresql://…``.
        pool_size: Connections kept open; as many again may be opened for a while.
        lock_timeout_s: Longest wait for a lock, in seconds.

    Raises:
        ConfigError: The URL can't be used.
    """
    parsed = parse_url(url)
    dialect = parsed.get_backend_name()
    options: dict[str, Any] = {
        "json_serializer": dump_json,
        "insertmanyvalues_page_size": _PAGE_SIZES[dialect],
        # Compiled statements kept; a CRM with all addons runs some thousand different ones.
        "query_cache_size": 4000,
    }
    if dialect == "sqlite":
        return _sqlite_engine(parsed, pool_size, lock_timeout_s, options)
    engine = sa.create_engine(
        parsed,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        **options,
    )
    # Custom plans: a plan made for any value at all would walk a whole table for a rare name, because common names exist
    # (a page of a fuzzy search in 1,000,000 names: 1,600 ms instead of 10).
    settings = f"SET timezone = 'UTC'; SET lock_timeout = {round(lock_timeout_s * 1000)}; SET plan_cache_mode = force_custom_plan"

    def prepare(connection: Any, _record: Any) -> None:
        connection.execute(settings)
        connection.commit()

    event.listen(engine, "connect", prepare)
    _count_statements(engine)
    return engine


def dump_json(value: Any) -> str:
    """Return ``value`` as compact JSON with readable Chinese.

    Raises:
        ValueError: It holds NaN or an infinite number, which JSON lacks.
        TypeError: It holds something JSON lacks.
    """
    return _encode_json(value)


_encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class StatementCount:
    """How many statements one transaction has sent so far; goes on counting while it is open, and stays as it is afterwards."""

    __slots__ = ("number",)

    def __init__(self) -> None:
        self.number = 0


def statements_of(connection: sa.Connection) -> StatementCount:
    """Return the count of the open transaction of a connection."""
    found: StatementCount = connection.info[_COUNT]
    return found


def _count_statements(engine: sa.Engine) -> None:
    """Count the statements of each transaction of an engine; costs some tenths of a microsecond each."""

    def begin(connection: sa.Connection) -> None:
        connection.info[_COUNT] = StatementCount()

    def count(connection: sa.Connection, *_rest: Any) -> None:
        found: StatementCount | None = connection.info.get(_COUNT)
        if found is not None:
            found.number += 1

    event.listen(engine, "begin", begin)
    event.listen(engine, "before_cursor_execute", count)


def is_readonly(connection: sa.Connection) -> bool:
    """Whether the connection promised to write nothing."""
    return bool(connection.get_execution_options().get(READONLY))


def _sqlite_engine(url: URL, pool_size: int, lock_timeout_s: float, options: dict[str, Any]) -> sa.Engine:
    # Every connection to an in-memory database opens another one, so there SQLAlchemy's own choice of pool stays.
    if url.database and url.database != ":memory:" and "mode=memory" not in url.database:
        options |= {"pool_size": pool_size, "max_overflow": pool_size}
    engine = sa.create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": lock_timeout_s, "cached_statements": 512},
        **options,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    _count_statements(engine)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.create_function(SQL_LOWER, 1, _lower, deterministic=True)
    connection.create_function(SQL_LOCAL_DATE, 2, _local_date, deterministic=True)
    # LIKE then tells a from A as on PostgreSQL (ilike lowers both sides), and can use an index for a prefix.
    connection.execute("PRAGMA case_sensitive_like = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # With a write-ahead log NORMAL never corrupts; a power cut may lose the last commits, not half of one.
    connection.execute("PRAGMA synchronous = NORMAL")
    # What savepoints may have to bring back goes to temporary files, as by default: held in memory it grows with the transaction.
    connection.execute("PRAGMA temp_store = DEFAULT")
    connection.execute("PRAGMA cache_size = -32000")


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN" if is_readonly(connection) else "BEGIN IMMEDIATE")


def _lower(value: Any) -> Any:
    return folded(value) if isinstance(value, str) else value


def _local_date(value: Any, zone: str) -> Any:
    if value is None:
        return None
    return datetime.datetime.fromisoformat(value).astimezone(ZoneInfo(zone)).date().isoformat()


def hide_password(url: str) -> str:
    """Return the URL as it may be shown and logged."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (sa.exc.ArgumentError, ValueError):
        return re.sub(r"//[^@/]*@", "//***@", url)
