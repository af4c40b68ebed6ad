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
from core.base.services.parameters import get_parameter
from core.errors import AccessDenied
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

IDLE_MINUTES = "base.session_idle_minutes"
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
    must_change: bool
    """The user has to choose a password before anything else."""


def hash_key(key: str) -> str:
    """Return the SHA-256 of a session or API key; keys are random, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def remember_days(env: Environment) -> int:
    """Return for how many days a computer may be remembered; 0: not at all."""
    days: int = get_parameter(env, "base.session_remember_days")
    return days


def session_seconds(env: Environment, *, remember: bool = False) -> int:
    """Return after how many seconds a session ends in any case.

    Args:
        env: Any environment of the database.
        remember: The user asked to be remembered on this computer, which counts as far as the parameter allows it.
    """
    days = remember_days(env)
    hours: int = get_parameter(env, "base.session_max_hours")
    return days * 86400 if remember and days else hours * 3600


def start_session(
    env: Environment,
    user_id: int,
    *,
    remember: bool = False,
    address: str | None = None,
    agent: str | None = None,
) -> str:
    """Open a session and return its key, which only the browser keeps.

    Args:
        env: Any environment of the database.
        user_id: Who logged in.
        remember: See `session_seconds`; such a session does not end by being idle.
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
            expires_at=at + dt.timedelta(seconds=session_seconds(env, remember=remember)),
            remembered=remember and bool(remember_days(env)),
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

    A session also ends by itself after `base.session_idle_minutes` without a request, or when its user becomes inactive.

    Args:
        env: An environment of the system.
        key: The key as sent.
        touch: False notes nothing, for a transaction that only reads.
    """
    table, users, idle = _table(env), env.registry["core.user"].table, env.registry["core.parameter"].table
    at = env.now()
    connection = env.connection
    # One statement for every request: the parameter comes along.
    row = connection.execute(
        sa.select(
            *(table.c[name] for name in ("id", "user_id", "csrf", "started_at", "last_seen", "data", "remembered")),
            users.c.must_change_password,
            idle.c.value,
            idle.c.default,
        )
        .join(users, users.c.id == table.c.user_id)
        .join(idle, idle.c.key == IDLE_MINUTES)
        .where(
            table.c.key_hash == hash_key(key),
            table.c.ended_at.is_(None),
            table.c.expires_at > at,
            users.c.active,
            users.c.login.is_not(None),
        )
    ).first()
    if row is None:
        return None
    minutes = row.default if row.value is None else row.value
    if not row.remembered and at - row.last_seen >= dt.timedelta(minutes=minutes):
        return None
    if touch and at - row.last_seen >= TOUCH_EVERY:
        connection.execute(sa.update(table).where(table.c.id == row.id).values(last_seen=at))
    return OpenSession(
        row.id,
        row.user_id,
        row.csrf,
        row.started_at,
        row.last_seen,
        dict(row.data or {}),
        bool(row.must_change_password),
    )


def renew_session(env: Environment, session_id: int) -> str:
    """Give an open session another key and token, and return the key; the old ones are worth nothing from now on.

    Done when the session comes to mean more than before: after the first login, and after a change of the password.
    """
    key = secrets.token_urlsafe(32)
    table = _table(env)
    env.connection.execute(
        sa.update(table)
        .where(table.c.id == session_id, table.c.ended_at.is_(None))
        .values(key_hash=hash_key(key), csrf=secrets.token_urlsafe(24))
    )
    return key


def seconds_left(env: Environment, session_id: int) -> int | None:
    """Return after how many seconds a remembered session ends; None for one that ends with the browser."""
    table = _table(env)
    row = env.connection.execute(
        sa.select(table.c.remembered, table.c.expires_at).where(table.c.id == session_id)
    ).one()
    return max(0, int((row.expires_at - env.now()).total_seconds())) if row.remembered else None


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
    idle_since = env.now() - dt.timedelta(minutes=get_parameter(env, IDLE_MINUTES))
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
