"""Writing the login log (CORE-68)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from core.orm.environment import Environment


def log_login(
    env: Environment,
    login: str | None,
    user_id: int | None,
    *,
    kind: str = "login",
    reason: str | None = None,
    address: str | None = None,
    agent: str | None = None,
) -> None:
    """Write one entry of the login log, past all rights.

    Args:
        env: The environment; the entry is written in its transaction, so a refusal must commit it all the same.
        login: The login name as typed; cut to what the column holds.
        user_id: Who it is, or None for nobody known.
        kind: ``login``, ``logout``, ``key`` or ``ended``.
        reason: Why it was refused; None means success.
        address: Network address of the client.
        agent: What the browser calls itself.
    """
    at = env.now()
    env.connection.execute(
        sa.insert(env.registry["core.login.log"].table).values(
            login=(login or "").replace("\x00", "")[:255] or None,
            user_id=user_id,
            at=at,
            address=address,
            agent=(agent or "")[:255] or None,
            kind=kind,
            result="refused" if reason else "success",
            reason=reason,
            created_at=at,
            created_by_id=env.uid,
            version=1,
        )
    )
