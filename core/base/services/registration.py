"""People who register themselves (CORE-08), where the parameter allows it; they can do nothing until the administrator says what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.base.services.first_login import check_free_login
from core.base.services.login_log import log_login
from core.base.services.parameters import get_parameter
from core.base.services.passwords import check_new_password, hash_password
from core.errors import AccessDenied, ValidationError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\Z")


def may_register(env: Environment) -> bool:
    """Return whether people may register themselves."""
    return bool(get_parameter(env, "base.self_registration"))


def register(env: Environment, name: str, login: str, mail: str, password: str, *, address: str | None = None) -> int:
    """Make a user without position and role, and return the id.

    Args:
        env: An environment of the system.
        name: Full name.
        login: Login name wished for.
        mail: Mail address; not proved to be theirs.
        password: Password wished for.
        address: Network address of the client.

    Raises:
        AccessDenied: The parameter does not allow it.
        ValidationError: Something is missing, taken or breaks a rule; nothing is made.
    """
    if not may_register(env):
        raise AccessDenied(_("People can't register themselves here."), code="access_denied.registration")
    full = name.strip()
    if not full or len(full) > 100 or not full.isprintable():
        raise ValidationError(_("A name has 1 to 100 printable characters."), field="name")
    wanted = check_free_login(env, login)
    if not _MAIL.match(mail.strip()) or not mail.strip().isprintable():
        raise ValidationError(_("This is no mail address."), field="mail")
    check_new_password(env, password)
    user = env["core.user"].create(
        {
            "name": full,
            "login": wanted,
            "mail": mail.strip(),
            "password_hash": hash_password(password),
            "password_changed_at": env.now(),
            "registered": True,
        }
    )
    env.flush()
    log_login(env, wanted, user.id, kind="register", address=address)
    return int(user.id)
