"""Web sessions (CORE-04, CORE-05, CORE-70): begun by a login, found by their key, ended by logout or an administrator.

Rows are written directly: a session is touched on every request, has no history, and belongs to nobody's rights but its user's.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.base.services.login_log import log_login
from core.errors import AccessDenied
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

TOUCH_EVERY = dt.timedelta(minutes=1)
"""The time last seen is written at most this often."""


@dataclass(frozen=True)
class OpenSession:
    """A session that is open now."""

    id: int
    user_id: int
    csrf: str
    """Token that forms of this session carry."""
    started_at: dt.datetime
    last_seen: dt.datetime
    data: dict[str, Any]


def hash_key(key: str) -> str:
    """Return the SHA-256 of a session or API key; keys are random, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def start_session(env: Environment, user_id: int, *, address: str | None = None, agent: str | None = None) -> str:
    """Open a session and return its key, which only the browser keeps.

    Args:
        env: Any environment of the database.
        user_id: Who logged in.
        address: Network address of the client.
        agent: What the browser calls itself.
    """
    key = secrets.token_urlsafe(32)
    at = env.now()
    env.connection.execute(
        sa.insert(_table(env)).values(
            user_id=user_id,
            key_hash=hash_key(key),
            csrf=secrets.token_urlsafe(24),
            started_at=at,
            last_seen=at,
            expires_at=at + dt.timedelta(hours=env.settings.session_max_hours),
            address=address,
            agent=(agent or "")[:255] or None,
            created_at=at,
            created_by_id=user_id,
            version=1,
        )
    )
    return key


def find_session(env: Environment, key: str, *, touch: bool = True) -> OpenSession | None:
    """Return the open session with this key, and note that it was seen; None if it ended, expired or never was.

    A session also ends by itself after ``session_idle_minutes`` without a request, or when its user becomes inactive.

    Args:
        env: An environment of the system.
        key: The key as sent.
        touch: False notes nothing, for a transaction that only reads.
    """
    table, users = _table(env), env.registry["core.user"].table
    at = env.now()
    idle_since = at - dt.timedelta(minutes=env.settings.session_idle_minutes)
    connection = env.connection
    row = connection.execute(
        sa.select(table.c.id, table.c.user_id, table.c.csrf, table.c.started_at, table.c.last_seen, table.c.data)
        .join(users, users.c.id == table.c.user_id)
        .where(
            table.c.key_hash == hash_key(key),
            table.c.ended_at.is_(None),
            table.c.expires_at > at,
            table.c.last_seen > idle_since,
            users.c.active,
            users.c.login.is_not(None),
        )
    ).first()
    if row is None:
        return None
    if touch and at - row.last_seen >= TOUCH_EVERY:
        connection.execute(sa.update(table).where(table.c.id == row.id).values(last_seen=at))
    return OpenSession(row.id, row.user_id, row.csrf, row.started_at, row.last_seen, dict(row.data or {}))


def save_session_data(env: Environment, session_id: int, data: dict[str, Any]) -> None:
    """Keep ``data`` (JSON) with the session, such as a message for the next page."""
    table = _table(env)
    env.connection.execute(sa.update(table).where(table.c.id == session_id).values(data=data))


def end_session(env: Environment, session_id: int, *, kind: str = "logout", address: str | None = None) -> None:
    """End one session at once and log it; a session that has ended stays as it is.

    Args:
        env: The environment of who ends it.
        session_id: Id of the session.
        kind: ``"logout"`` by its user, ``"ended"`` by an administrator.
        address: Network address of the client.
    """
    table = _table(env)
    connection = env.connection
    row = connection.execute(
        sa.update(table)
        .where(table.c.id == session_id, table.c.ended_at.is_(None))
        .values(ended_at=env.now(), ended_by_id=env.uid)
        .returning(table.c.user_id)
    ).first()
    if row is not None:
        users = env.registry["core.user"].table
        login = connection.scalar(sa.select(users.c.login).where(users.c.id == row.user_id))
        log_login(env, login, row.user_id, kind=kind, address=address)


def end_sessions(env: Environment, user_id: int, *, keep: int | None = None) -> int:
    """End all open sessions of a user, except the one with id ``keep``; return how many."""
    table = _table(env)
    condition = (table.c.user_id == user_id) & table.c.ended_at.is_(None)
    if keep is not None:
        condition &= table.c.id != keep
    ended = env.connection.execute(
        sa.update(table).where(condition).values(ended_at=env.now(), ended_by_id=env.uid).returning(table.c.id)
    )
    return len(ended.all())


def online_users(env: Environment) -> list[dict[str, Any]]:
    """Return the open sessions, the most recently seen first: id, user, name, login, started_at, last_seen, address.

    Raises:
        AccessDenied: The user may not read sessions.
    """
    idle_since = env.now() - dt.timedelta(minutes=env.settings.session_idle_minutes)
    domain = [["ended_at", "is_not_set", True], ["expires_at", ">", env.now()], ["last_seen", ">", idle_since]]
    names = ["user", "user.name", "user.login", "started_at", "last_seen", "address"]
    found: list[dict[str, Any]] = env["core.session"].read(domain, names, order="last_seen desc")
    return found


def end_session_of_other(env: Environment, session_id: int) -> None:
    """Let an administrator end somebody's session.

    Raises:
        AccessDenied: The user may not change sessions.
        MissingRecord: There is no such session.
    """
    record = env["core.session"].get(session_id)
    if record.user.id != env.uid and not env.guard.has_group(env, "base.administrator"):
        raise AccessDenied(_("Only an administrator may end somebody else's session."))
    end_session(env, record.id, kind="ended")


def _table(env: Environment) -> sa.Table:
    return env.registry["core.session"].table
