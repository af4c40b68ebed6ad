"""How long somebody has to wait before the next login (CORE-04): what the login log says of an account and of an address.

Each account may fail `base.login_attempts` times in a row; then it is locked for `base.login_lock_minutes`, and each further failure
doubles that, up to a day. A success or a new password begins anew. An address may fail `base.address_attempts` times, whatever the
accounts, within those minutes. A name that nobody has counts like an account, so that the answer does not tell which there are.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.base.services.parameters import get_parameter

if TYPE_CHECKING:
    from core.orm.environment import Environment

LONGEST_LOCK = dt.timedelta(days=1)
_REMEMBERED = 30
"""Failures of one account looked at; the longest lock comes long before."""


@dataclass(frozen=True)
class Standing:
    """What is left to somebody who wants to log in."""

    failures: int
    """Failures of the account in a row."""
    left: int
    """Tries before the account is locked; 0 when each further one locks it."""
    wait_s: int
    """Seconds to wait before the next try; 0: none."""
    lock_s: int
    """Seconds for which one failure too many locks the account at first."""


def standing(env: Environment, login: str, address: str | None) -> Standing:
    """Return how an account and an address stand now.

    Args:
        env: An environment of the system.
        login: Login name as typed, without spaces around it.
        address: Network address of the client; None, as from a local socket, is never locked.
    """
    attempts: int = get_parameter(env, "base.login_attempts")
    lock = dt.timedelta(minutes=get_parameter(env, "base.login_lock_minutes"))
    failures, last = _account_failures(env, login)
    waits = [_address_wait(env, address, lock)]
    if last is not None and failures >= attempts:
        waits.append(last + lock_after(failures - attempts, lock) - env.now())
    seconds = max(0, math.ceil(max(waits).total_seconds()))
    return Standing(failures, max(0, attempts - failures), seconds, int(lock.total_seconds()))


def lock_after(further: int, lock: dt.timedelta) -> dt.timedelta:
    """Return how long an account is locked after ``further`` failures beyond those that locked it."""
    return min(lock * (1 << min(further, 20)), LONGEST_LOCK)


def count_recent(env: Environment, kind: str, address: str | None, period: dt.timedelta) -> int:
    """Return how many entries of a kind the login log has from an address within ``period``."""
    log = env.registry["core.login.log"].table
    statement = sa.select(sa.func.count()).where(
        log.c.kind == kind, log.c.address == address, log.c.at > env.now() - period
    )
    return int(env.connection.scalar(statement) or 0)


def _account_failures(env: Environment, login: str) -> tuple[int, dt.datetime | None]:
    """Return the failures in a row within a day, and when the last one was."""
    log, users = env.registry["core.login.log"].table, env.registry["core.user"].table
    changed = sa.select(users.c.password_changed_at).where(users.c.login == login).scalar_subquery()
    rows = env.connection.execute(
        sa.select(log.c.result, log.c.at)
        .where(
            log.c.login == login[:255],
            log.c.kind == "login",
            log.c.at > env.now() - LONGEST_LOCK,
            sa.or_(changed.is_(None), log.c.at > changed),
            # What a locked account was refused does not lengthen the lock.
            sa.or_(log.c.reason.is_(None), log.c.reason != "locked"),
        )
        .order_by(log.c.id.desc())
        .limit(_REMEMBERED)
    ).all()
    failures = next((number for number, row in enumerate(rows) if row.result != "refused"), len(rows))
    return failures, rows[0].at if failures else None


def _address_wait(env: Environment, address: str | None, period: dt.timedelta) -> dt.timedelta:
    if address is None:
        return dt.timedelta()
    most: int = get_parameter(env, "base.address_attempts")
    log = env.registry["core.login.log"].table
    # The failure that has to become old before the next try may come.
    oldest: dt.datetime | None = env.connection.scalar(
        sa.select(log.c.at)
        .where(
            log.c.address == address,
            log.c.kind == "login",
            log.c.result == "refused",
            log.c.reason != "locked",
            log.c.at > env.now() - period,
        )
        .order_by(log.c.id.desc())
        .offset(most - 1)
        .limit(1)
    )
    return dt.timedelta() if oldest is None else oldest + period - env.now()
