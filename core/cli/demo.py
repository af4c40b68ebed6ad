"""Logins of an installation with demo records, so that one can look at it as each of them. Layer: cli.

Their one password is known to everybody: `init` sets it only with ``--demo``, and who puts such an installation on a network changes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core.base.services.passwords import set_password, verify_password
from core.data.lifecycle.bring import DEMO
from core.orm import bookkeeping
from core.orm.environment import Environment
from core.plugins.addon import BASE

DEMO_PASSWORD = "tangram-demo"  # noqa: S105 - meant to be known; see above
MOST = 12
"""Logins shown; checking a password that somebody changed takes a good part of a tenth of a second."""


@dataclass(frozen=True)
class DemoLogin:
    """One login that has the demo password."""

    login: str
    name: str


def is_demo(env: Environment) -> bool:
    """Whether the database was installed with demo records."""
    base = bookkeeping.addon_states(env.connection).get(BASE)
    return bool(base and base.data.get(DEMO))


def give_demo_passwords(env: Environment) -> None:
    """Give the demo password to every user with a login but no password; flushes."""
    shared = None
    for user in env["core.user"].search([["login", "is_set", True], ["active", "=", True]]):
        if user.password_hash is not None:
            continue
        if shared is None:
            set_password(env, user, DEMO_PASSWORD)
            shared = user.password_hash
        else:
            # No secret is to be kept, and making and checking a hash for each would be a tenth of the time of `init`.
            user.update(password_hash=shared, password_changed_at=env.now())


def demo_logins(env: Environment) -> list[DemoLogin]:
    """Return who can log in with the demo password; empty in an installation without demo records."""
    if not is_demo(env):
        return []
    users = env.registry["core.user"].table
    columns = (users.c.login, users.c.name, users.c.password_hash)
    statement = sa.select(*columns).where(users.c.login.is_not(None), users.c.active).order_by(users.c.id).limit(MOST)
    rows = env.connection.execute(statement).all()
    fitting = {each for each in {row.password_hash for row in rows} if verify_password(each, DEMO_PASSWORD)}
    return [DemoLogin(row.login, row.name) for row in rows if row.password_hash in fitting]
