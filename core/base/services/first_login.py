"""The first login (CORE-03): who was given a password by somebody else chooses one; the administrator of the installation also a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.base.services.passwords import choose_password
from core.errors import MissingRecord, ValidationError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

SHIPPED_LOGIN = "admin"
"""Login name of the administrator whom every installation begins with; known to everybody, so it has to go."""
_ADMIN = "base.admin"


def must_choose_login(env: Environment, user: Any) -> bool:
    """Return whether ``user`` is the administrator of the installation under the shipped login name."""
    if user.login != SHIPPED_LOGIN:
        return False
    try:
        shipped = env.ref(_ADMIN)
    except MissingRecord:
        return False
    return bool(shipped.id == user.id)


def finish_first_login(
    env: Environment,
    password: str,
    login: str | None = None,
    *,
    keep_session: int | None = None,
    address: str | None = None,
) -> None:
    """Let the user of ``env`` choose a password, and a login name where that has to change.

    Args:
        env: The environment of the user, who just logged in with the given password.
        password: The new password; it must differ.
        login: The new login name; not looked at where it stays.
        keep_session: Id of the session to keep; all others of the user end.
        address: Network address of the client, for the login log.

    Raises:
        ValidationError: The password breaks a rule; the login name is missing, the old one or taken. Nothing is changed.
    """
    if must_choose_login(env, env.user):
        name = check_free_login(env, login or "")
        if name == SHIPPED_LOGIN:
            raise ValidationError(_("Choose another user name than the shipped one."), field="login")
        choose_password(env, password, keep_session=keep_session, address=address)
        with env.elevated(reason="first login"):
            env.user.update(login=name)
        return
    choose_password(env, password, keep_session=keep_session, address=address)


def check_free_login(env: Environment, login: str) -> str:
    """Return a login name as it is kept, if it can be given to somebody.

    Raises:
        ValidationError: It is empty, too long, holds unprintable characters, or somebody has it; ``field`` is ``login``.
    """
    name = login.strip()
    if not name or len(name) > 64 or not name.isprintable():
        raise ValidationError(_("A user name has 1 to 64 printable characters."), field="login")
    users = env.registry["core.user"].table
    if env.connection.scalar(sa.select(users.c.id).where(sa.func.lower(users.c.login) == name.lower())) is not None:
        raise ValidationError(_("This user name is taken."), field="login")
    return name
