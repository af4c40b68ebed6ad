"""Who is calling (CORE-04): login by name and password, API keys. Every refusal is told in the same neutral words."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.base.services.administrators import ADMINISTRATOR
from core.base.services.login_log import log_login
from core.base.services.passwords import verify_password
from core.base.services.sessions import hash_key
from core.base.services.throttle import standing
from core.errors import AccessDenied, AuthenticationError, ValidationError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

KEY_PREFIX = "tg_"
"""Every API key begins so, which lets secret scanners recognise one."""
_SHOWN = 10
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
"""What no login name has and no database keeps."""
_TOUCH_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class LoginAttempt:
    """What became of an attempt to log in."""

    user_id: int | None
    """Who it is; None: refused."""
    left: int = 0
    """Tries before the account is locked."""
    wait_s: int = 0
    """Seconds before another try is looked at; 0: none."""
    lock_s: int = 0
    """Seconds for which one failure too many locks the account."""
    was_locked: bool = False
    """The attempt was not even looked at."""


def authenticate(
    env: Environment, login: str, password: str, *, address: str | None = None, agent: str | None = None
) -> LoginAttempt:
    """Check login name and password, and log the attempt.

    Returns instead of raising, because the log of a refused attempt has to be committed; the caller commits and answers
    with `refusal`. How often one may fail is told in `core.base.services.throttle`.

    Args:
        env: An environment of the system.
        login: Login name as typed, whatever it holds.
        password: Password as typed, whatever it holds.
        address: Network address of the client.
        agent: What the browser calls itself.
    """
    login = _UNSPEAKABLE.sub("?", login.strip())[:255]
    before = standing(env, login, address)
    users = env.registry["core.user"].table
    columns = (users.c.id, users.c.password_hash, users.c.active)
    user = env.connection.execute(sa.select(*columns).where(users.c.login == login)).first()
    reason = None
    if before.wait_s:
        reason = "locked"
    # Whoever it is, the hash is computed, so that the time taken tells nothing.
    elif not verify_password(user.password_hash if user else None, password):
        reason = "unknown" if user is None else "password"
    elif user is not None and not user.active:
        reason = "inactive"
    log_login(env, login, user.id if user else None, reason=reason, address=address, agent=agent)
    if user is not None and reason is None:
        return LoginAttempt(int(user.id))
    if reason == "locked":
        return LoginAttempt(None, 0, before.wait_s, before.lock_s, was_locked=True)
    after = standing(env, login, address)
    return LoginAttempt(None, after.left, after.wait_s, after.lock_s)


def refusal() -> AuthenticationError:
    """Return the one answer to every refused login."""
    return AuthenticationError(_("The user name or the password is wrong."))


def make_key(env: Environment, user: Any, name: str, *, expires_at: dt.datetime | None = None) -> str:
    """Make an API key for ``user`` and return it; it can't be shown again.

    Args:
        env: The environment; its user needs the right to create API keys.
        user: The record of `core.user` in whose name the key calls.
        name: What the key is for.
        expires_at: When it ends; None means never.

    Raises:
        ValidationError: The user has no account.
        AccessDenied: The caller may not create API keys, or not for this user.
    """
    if not user.login or not user.active:
        raise ValidationError(_("%(name)s has no active account.", name=user.name), field="user")
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    if not env.is_elevated:
        env.guard.check_model(env, env.registry["core.api_key"], "create")
        if user.id != env.uid and not env.guard.has_group(env, ADMINISTRATOR):
            raise AccessDenied(_("Only an administrator may make a key for somebody else."))
    values = {
        "name": name,
        "user": user.id,
        "prefix": key[:_SHOWN],
        "key_hash": hash_key(key),
        "expires_at": expires_at,
    }
    with env.elevated(reason=f"API key for {user.login}"):
        env["core.api_key"].create(values)
    return key


def verify_key(env: Environment, key: str, *, address: str | None = None, touch: bool = True) -> int | None:
    """Return the id of the user to whom the API key belongs, or None if it is wrong, ended, or its user inactive.

    A refused key is logged; an accepted one only notes when it was last used, at most once a minute.

    Args:
        env: An environment of the system.
        key: The key as sent.
        address: Network address of the client.
        touch: False writes nothing, for a transaction that only reads.
    """
    keys, users = env.registry["core.api_key"].table, env.registry["core.user"].table
    connection = env.connection
    row = connection.execute(
        sa.select(
            keys.c.id, keys.c.user_id, keys.c.active, keys.c.expires_at, keys.c.last_used, users.c.active.label("alive")
        )
        .join(users, users.c.id == keys.c.user_id)
        .where(keys.c.key_hash == hash_key(key))
    ).first()
    at = env.now()
    reason = None
    if row is None or not row.active:
        reason = "key"
    elif row.expires_at is not None and row.expires_at <= at:
        reason = "expired"
    elif not row.alive:
        reason = "inactive"
    if row is None or reason is not None:
        if touch:
            log_login(env, key[:_SHOWN], row.user_id if row else None, kind="key", reason=reason, address=address)
        return None
    if touch and (row.last_used is None or at - row.last_used >= _TOUCH_EVERY):
        connection.execute(sa.update(keys).where(keys.c.id == row.id).values(last_used=at))
    return int(row.user_id)
