"""Writes to the audit log what happens outside ordinary rights: elevations, shares (design 1.9, CORE-28, CORE-69). Layer: access.

Plain inserts in the transaction at hand: they need no right and can't be skipped, and a rollback takes them along with the act.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from core.orm.environment import Environment

__all__ = ["log_elevation", "write_audit"]


def log_elevation(env: Environment, reason: str) -> None:
    """Note that ``env`` acts as the system, and why. One INSERT; nothing if the system itself acts."""
    if not env.is_elevated:
        write_audit(env, "elevated", reason)


def write_audit(
    env: Environment,
    kind: str,
    reason: str,
    *,
    model: str | None = None,
    record: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one row of ``core.audit``; nothing where the base addon is not loaded.

    Args:
        env: Who acts, and when.
        kind: Such as ``elevated``, ``share`` or ``withdraw_share``.
        reason: One sentence.
        model: Model concerned, or None.
        record: Id of the record concerned, or None.
        detail: Plain JSON data, or None.
    """
    info = env.registry.models.get("core.audit")
    if info is None:
        return
    now = env.now()
    values = {
        "kind": kind,
        "user_id": env.uid,
        "at": now,
        "reason": reason,
        "model": model,
        "record_id": record,
        "detail": None if detail is None else dict(detail),
        "created_at": now,
        "updated_at": now,
        "created_by_id": env.uid,
        "updated_by_id": env.uid,
        "version": 1,
    }
    env.connection.execute(sa.insert(info.table), values)
