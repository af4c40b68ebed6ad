"""The touches that this addon itself knows of: follow-ups, activities still ahead or cancelled, and customer care (BASE-12)."""

import datetime as dt
from typing import Any

from addons.crm_base.services.model_rights import may
from addons.crm_base.services.touches import Touch
from core.api import Environment, _, record_url


def own_touches(env: Environment, customer: int, limit: int) -> list[Touch]:
    """Return at most ``limit`` touches of each kind, as far as the user may read them; one statement each."""
    return [
        *_follow_ups(env, customer, limit),
        *_activities(env, customer, limit),
        *_care(env, customer, limit),
    ]


def _rows(env: Environment, model: str, domain: Any, fields: list[str], order: str, limit: int) -> list[dict[str, Any]]:
    return env[model].read(domain, fields, order=order, limit=limit) if may(env, model, "read") else []


def _follow_ups(env: Environment, customer: int, limit: int) -> list[Touch]:
    fields = ["at", "channel.name", "contact.name", "content", "result", "owner.name"]
    rows = _rows(env, "crm.follow_up", [["customer", "=", customer]], fields, "at desc, id desc", limit)
    return [
        Touch(
            row["at"],
            "follow_up",
            _("Follow-up"),
            row["content"] or "",
            " · ".join(part for part in (row["channel.name"], row["contact.name"], row["result"]) if part),
            row["owner.name"] or "",
            record_url("crm.follow_up", row["id"]),
            "message-circle",
        )
        for row in rows
    ]


def _activities(env: Environment, customer: int, limit: int) -> list[Touch]:
    # What is done has become a follow-up.
    domain = [["customer", "=", customer], ["state", "!=", "done"]]
    fields = ["start", "name", "kind.name", "place", "owner.name"]
    rows = _rows(env, "crm.activity", domain, fields, "start desc, id desc", limit)
    return [
        Touch(
            row["start"],
            "activity",
            _("Activity"),
            row["name"],
            " · ".join(part for part in (row["kind.name"], row["place"]) if part),
            row["owner.name"] or "",
            record_url("crm.activity", row["id"]),
            "calendar-event",
        )
        for row in rows
    ]


def _care(env: Environment, customer: int, limit: int) -> list[Touch]:
    rows = _rows(
        env, "crm.care", [["customer", "=", customer]], ["date", "subject", "text"], "date desc, id desc", limit
    )
    noon = dt.time(12)
    return [
        Touch(
            dt.datetime.combine(row["date"], noon, env.timezone),
            "care",
            _("Customer care"),
            row["subject"],
            row["text"] or "",
            icon="heart",
        )
        for row in rows
    ]
