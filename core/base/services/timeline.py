"""What happened to one record, for those who may read it (CORE-69): entries of the history, gathered by who and when."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

MOST = 200
"""Rows of the history read at once."""


@dataclass
class Happening:
    """What one person did at one moment."""

    at: dt.datetime
    operation: str
    """As `core.history` keeps it, such as ``updated``."""
    user_id: int | None
    user: str
    """Name of who did it; empty for the system."""
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)
    """Triples (field, old, new) as the history keeps values: plain JSON, relations by id."""


def timeline(env: Environment, info: ModelInfo, number: int, limit: int = MOST) -> list[Happening]:
    """Return what happened to a record, the latest first.

    The caller has found that the user may read the record; fields the user may not read are left out.

    Args:
        env: Whose rights hold.
        info: Model of the record.
        number: Id of the record.
        limit: Most rows of the history, each one changed field.
    """
    history = env.registry["core.history"].table
    users = env.registry["core.user"].table
    columns = [history.c[name] for name in ("at", "operation", "field", "old", "new", "user_id")]
    statement = (
        sa.select(*columns, users.c.name.label("user"))
        .outerjoin(users, users.c.id == history.c.user_id)
        .where(history.c.model == info.name, history.c.record_id == number)
        .order_by(history.c.id.desc())
        .limit(limit)
    )
    env.before_query()
    hidden = env.hidden_fields(info, "read")
    found: list[Happening] = []
    for row in env.connection.execute(statement).mappings():
        if row["field"] in hidden:
            continue
        last = found[-1] if found else None
        same = last is not None and (last.at, last.operation, last.user_id) == (
            row["at"],
            row["operation"],
            row["user_id"],
        )
        if last is None or not same:
            last = Happening(row["at"], row["operation"], row["user_id"], row["user"] or "")
            found.append(last)
        if row["field"]:
            last.changes.append((row["field"], _value(row["old"]), _value(row["new"])))
    return found


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def names_of(env: Environment, model: str, ids: Sequence[int]) -> dict[int, str]:
    """Return what records are called, of those the user may read."""
    if not ids or model not in env.registry.models:
        return {}
    return {row["id"]: row["display_name"] for row in env[model].read([["id", "in", list(ids)]], ["display_name"])}
