"""What waits for a user: for the panel of the workbench and its page (APPR-07)."""

import datetime
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from addons.crm_approval.services.common import REQUEST, SUBSTITUTE, TASK
from addons.crm_approval.services.flows import watched_models
from addons.crm_approval.services.subjects import label_of
from core.api import AccessDenied, Environment, _, formatter_for, system_of

PANEL = 8
PAGE = 100


def count_waiting(env: Environment) -> int:
    """Return how many decisions the user is asked for, for themselves or somebody who is away."""
    return int(system_of(env)[TASK].count(_mine(env)))


def lines_waiting(env: Environment, limit: int) -> Sequence[dict[str, Any]]:
    """Return what waits for the user, the oldest first, in their language: mappings with ``id request url kind title amount who since for``.

    Args:
        env: Whose work it is.
        limit: Most lines.
    """
    fields = ["request", "request.model", "request.record_id", "request.transition", "request.title", "request.amount"]
    fields += ["request.submitter.name", "started_at", "approver", "approver.name"]
    rows = system_of(env)[TASK].read(_mine(env), fields, order="started_at, id", limit=limit)
    show, amount = formatter_for(env).show, env.registry[REQUEST].fields["amount"]
    readable = _readable(env, rows)
    return [
        {
            "id": row["id"],
            "request": row["request"],
            "url": f"/records/{row['request.model']}/{row['request.record_id']}"
            if (row["request.model"], row["request.record_id"]) in readable
            else f"/x/crm_approval/request/{row['request']}",
            "kind": label_of(env, row["request.model"], row["request.transition"]),
            "title": row["request.title"],
            "amount": show(amount, row["request.amount"]).text,
            "who": row["request.submitter.name"],
            "since": words_since(env, row["started_at"]),
            "for": row["approver.name"] if row["approver"] != env.uid else "",
        }
        for row in rows
    ]


def words_since(env: Environment, moment: datetime.datetime) -> str:
    """Return how long ago something was, in words: minutes, hours or days."""
    minutes = max(int((env.now() - moment).total_seconds() // 60), 0)
    if minutes < 60:
        text = _("%(count)s min", count=minutes)
    elif minutes < 48 * 60:
        text = _("%(count)s h", count=minutes // 60)
    else:
        text = _("%(count)s days", count=minutes // 1440)
    return str(env.services.text(text, env.lang))


def _mine(env: Environment) -> list[Any]:
    today = env.today()
    period = [["substitute", "=", env.uid], ["since", "<=", today], ["until", ">=", today]]
    away = [row["person"] for row in system_of(env)[SUBSTITUTE].read(period, ["person"])]
    own: list[Any] = [["approver", "=", env.uid]]
    if away:
        own = [{"any": [own[0], {"all": [["approver", "in", away], ["request.submitter", "!=", env.uid]]}]}]
    return [["state", "=", "waiting"], ["request.model", "in", watched_models(env)], *own]


def _readable(env: Environment, rows: Sequence[dict[str, Any]]) -> set[tuple[str, int]]:
    """Return model and id of those records that the user may open; one statement for each object."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        wanted.setdefault(row["request.model"], set()).add(row["request.record_id"])
    found: set[tuple[str, int]] = set()
    for model, ids in wanted.items():
        with suppress(AccessDenied):
            if model in env.registry.models:
                found |= {(model, row["id"]) for row in env[model].read([["id", "in", sorted(ids)]], ["id"])}
    return found
