"""Tickets, repairs and answers to surveys among all touches with a customer (BASE-12)."""

import datetime as dt
from typing import Any

from addons.crm_base.api import Touch, may
from core.api import Environment, _, formatter_for, record_url

NOON = dt.time(12)


def service_touches(env: Environment, customer: int, limit: int) -> list[Touch]:
    """Return the newest tickets, repairs and answers of a customer, ``limit`` of each, as far as the user may read them; one statement each."""
    return [*_tickets(env, customer, limit), *_repairs(env, customer, limit), *_answers(env, customer, limit)]


def _tickets(env: Environment, customer: int, limit: int) -> list[Touch]:
    fields = ["received_at", "kind", "number", "subject", "result.name", "handler.name", "owner.name"]
    rows = _rows(env, "crm.ticket", [["customer", "=", customer]], fields, limit, by="received_at")
    show, kind = formatter_for(env).show, env.registry["crm.ticket"].fields["kind"]
    return [
        Touch(
            row["received_at"],
            "ticket",
            env.registry["crm.ticket"].label,
            f"{row['number']} {row['subject']}",
            " · ".join(part for part in (show(kind, row["kind"]).text, row["result.name"]) if part),
            row["handler.name"] or row["owner.name"] or "",
            record_url("crm.ticket", row["id"]),
            "headset",
        )
        for row in rows
    ]


def _repairs(env: Environment, customer: int, limit: int) -> list[Touch]:
    fields = ["date", "number", "product.name", "fault", "owner.name"]
    rows = _rows(env, "crm.repair", [["customer", "=", customer], ["state", "!=", "cancelled"]], fields, limit)
    return [
        Touch(
            dt.datetime.combine(row["date"], NOON, env.timezone),
            "repair",
            _("Repair"),
            f"{row['number']} · {row['product.name']}",
            row["fault"],
            row["owner.name"] or "",
            record_url("crm.repair", row["id"]),
            "tool",
        )
        for row in rows
    ]


def _answers(env: Environment, customer: int, limit: int) -> list[Touch]:
    fields = ["answered_on", "score", "words", "owner.name"]
    rows = _rows(env, "crm.survey", [["customer", "=", customer], ["state", "=", "answered"]], fields, limit)
    return [
        Touch(
            dt.datetime.combine(row["answered_on"], NOON, env.timezone),
            "survey",
            _("Satisfaction"),
            f"{row['score']} / 5",
            row["words"] or "",
            row["owner.name"] or "",
            record_url("crm.survey", row["id"]),
            "mood-smile",
        )
        for row in rows
    ]


def _rows(
    env: Environment, model: str, domain: list[object], fields: list[str], limit: int, *, by: str = "date"
) -> list[dict[str, Any]]:
    if not may(env, model, "read"):
        return []
    return env[model].read(domain, ["id", *fields], order=f"{by} desc, id desc", limit=limit)
