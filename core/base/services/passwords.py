"""Passwords (CORE-05, CORE-51): argon2 hashes, length rule, change by the user, reset by an administrator."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.base.services.parameters import get_parameter
from core.base.services.sessions import end_sessions
from core.errors import ValidationError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

MAX_LENGTH = 1024
"""Longer passwords are refused before hashing, so that nobody keeps the server busy with a giant one."""


def hash_password(password: str) -> str:
    """Return the argon2id hash of ``password`` with its own salt."""
    return PasswordHasher().hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Tell whether ``password`` fits the hash.

    Without a hash the work is done all the same, so that the time taken does not tell whether the user exists (CORE-04).
    """
    if len(password) > MAX_LENGTH:
        return False
    hasher = PasswordHasher()
    if not password_hash:
        hasher.hash(password)
        return False
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def check_new_password(env: Environment, password: str) -> None:
    """Refuse a password that breaks the length rule of the parameter ``base.password_min_length``.

    Raises:
        ValidationError: Too short or too long; ``field`` is ``password``.
    """
    least = get_parameter(env, "base.password_min_length")
    if len(password) < least:
        raise ValidationError(_("The password needs at least %(count)s characters.", count=least), field="password")
    if len(password) > MAX_LENGTH:
        raise ValidationError(
            _("The password may have at most %(count)s characters.", count=MAX_LENGTH), field="password"
        )


def set_password(env: Environment, user: Any, password: str, *, must_change: bool = False) -> None:
    """Give ``user`` a new password and end all their sessions; the caller has checked who may do so.

    Args:
        env: The environment.
        user: A record of `core.user`.
        password: The new password in clear.
        must_change: The next login asks for another one, as after a reset by an administrator.

    Raises:
        ValidationError: The password breaks the length rule.
    """
    check_new_password(env, password)
    with env.elevated(reason="password"):
        user.update(
            password_hash=hash_password(password), must_change_password=must_change, password_changed_at=env.now()
        )
    end_sessions(env, user.id)


def change_password(env: Environment, old: str, new: str, *, keep_session: int | None = None) -> None:
    """Let the user of ``env`` change their own password (CORE-05).

    Args:
        env: The environment of the user.
        old: The present password.
        new: The new one; it must differ.
        keep_session: Id of the session to keep; all others of the user end.

    Raises:
        ValidationError: The old password is wrong, or the new one equals it or breaks the length rule.
    """
    table = env.registry["core.user"].table
    present = env.connection.scalar(
        table.select().with_only_columns(table.c.password_hash).where(table.c.id == env.uid)
    )
    if not verify_password(present, old):
        raise ValidationError(_("The present password is wrong."), field="old_password")
    if old == new:
        raise ValidationError(_("The new password must differ from the old one."), field="password")
    check_new_password(env, new)
    with env.elevated(reason="password"):
        env.user.update(password_hash=hash_password(new), must_change_password=False, password_changed_at=env.now())
    end_sessions(env, env.uid, keep=keep_session)


def random_password() -> str:
    """Return a random password of 16 characters, for an administrator who resets one."""
    return secrets.token_urlsafe(12)
