"""Passwords (CORE-05, CORE-51): argon2 hashes, rules, change by the user, reset by an administrator."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.base.services.administrators import ADMINISTRATOR
from core.base.services.login_log import log_login
from core.base.services.parameters import get_parameter
from core.base.services.sessions import end_sessions
from core.errors import AccessDenied, ValidationError
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
    # A lone surrogate, which no keyboard gives, has no bytes to hash.
    typed = password.encode(errors="replace")
    if not password_hash:
        hasher.hash(typed)
        return False
    try:
        return hasher.verify(password_hash, typed)
    except (VerificationError, InvalidHashError):
        return False


def check_new_password(env: Environment, password: str) -> None:
    """Refuse a password that breaks the rules of the parameters ``base.password_min_length`` and ``base.password_kinds``.

    Raises:
        ValidationError: Too short, too long, of too few kinds of characters; ``field`` is ``password``.
    """
    least = get_parameter(env, "base.password_min_length")
    if len(password) < least:
        raise ValidationError(_("The password needs at least %(count)s characters.", count=least), field="password")
    if len(password) > MAX_LENGTH:
        raise ValidationError(
            _("The password may have at most %(count)s characters.", count=MAX_LENGTH), field="password"
        )
    if any("\ud800" <= char <= "\udfff" for char in password):
        raise ValidationError(_("The password holds characters that can't be stored."), field="password")
    kinds: int = get_parameter(env, "base.password_kinds")
    if count_kinds(password) < kinds:
        raise ValidationError(
            _(
                "The password needs %(count)s of these: small letters, capitals, digits, other characters.",
                count=kinds,
            ),
            field="password",
        )


def count_kinds(password: str) -> int:
    """Return how many of small letters, capitals, digits and other characters there are."""
    return len({(char.islower(), char.isupper(), char.isdigit()) for char in password})


def password_rule(env: Environment) -> tuple[int, int]:
    """Return the least length of a password and the least number of kinds of characters."""
    return get_parameter(env, "base.password_min_length"), get_parameter(env, "base.password_kinds")


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


def change_password(
    env: Environment, old: str, new: str, *, keep_session: int | None = None, address: str | None = None
) -> None:
    """Let the user of ``env`` change their own password (CORE-05).

    Args:
        env: The environment of the user.
        old: The present password.
        new: The new one; it must differ.
        keep_session: Id of the session to keep; all others of the user end.
        address: Network address of the client, for the login log.

    Raises:
        ValidationError: The old password is wrong, or the new one equals it or breaks a rule.
    """
    if not verify_password(_present_hash(env), old):
        raise ValidationError(_("The present password is wrong."), field="old_password")
    choose_password(env, new, keep_session=keep_session, address=address)


def choose_password(env: Environment, new: str, *, keep_session: int | None = None, address: str | None = None) -> None:
    """Set the own password of the user of ``env``, who has just proved who they are; arguments as for `change_password`.

    Raises:
        ValidationError: The new password equals the present one or breaks a rule.
    """
    check_new_password(env, new)
    if verify_password(_present_hash(env), new):
        raise ValidationError(_("The new password must differ from the old one."), field="password")
    with env.elevated(reason="password"):
        env.user.update(password_hash=hash_password(new), must_change_password=False, password_changed_at=env.now())
    end_sessions(env, env.uid, keep=keep_session)
    log_login(env, env.user.login, env.uid, kind="password", address=address)


def reset_password(env: Environment, user: Any) -> str:
    """Let an administrator give ``user`` a random password, which is returned this once; the next login asks for another.

    Raises:
        AccessDenied: The user of ``env`` is no administrator.
        ValidationError: ``user`` has no login name.
    """
    if not env.is_elevated and not env.guard.has_group(env, ADMINISTRATOR):
        raise AccessDenied(_("Only an administrator may reset a password."))
    if not user.login:
        raise ValidationError(_("%(name)s has no login name.", name=user.name), field="login")
    password = random_password(max(16, password_rule(env)[0]))
    set_password(env, user, password, must_change=True)
    return password


def _present_hash(env: Environment) -> str | None:
    table = env.registry["core.user"].table
    statement = sa.select(table.c.password_hash).where(table.c.id == env.uid)
    found: str | None = env.connection.scalar(statement)
    return found


def random_password(length: int = 16) -> str:
    """Return a random password of all kinds of characters, at least ``length`` long, for an administrator who resets one."""
    return "Aa1-" + secrets.token_urlsafe(length - 4)
