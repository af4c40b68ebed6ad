"""What the view of a competitor shows at its head (COMP-02)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.crm_competitor.services.report import MET, Figures
from core.api import Environment, formatter_for

FACTS = ("nature", "size", "region", "website", "owner")
TEXTS = ("direction", "main_products", "sales_model", "strengths", "weaknesses")


def profile(env: Environment, number: int) -> dict[str, Any]:
    """Return the data of the view's head: name, threat, facts and texts with their labels, and the figures of opportunities.

    Raises:
        MissingRecord: There is no such competitor for the user.
    """
    record = env["crm.competitor"].get(number)
    return {
        "id": record.id,
        "name": record.name,
        "number": record.number,
        "threat": {"key": record.threat.key, "name": record.threat.name} if record.threat else None,
        "is_followed": record.is_followed,
        "is_active": record.active,
        "may_update": env.may(record, "update"),
        "facts": _shown(env, record, FACTS),
        "texts": _shown(env, record, TEXTS),
        "figures": figures_of(env, number),
    }


def figures_of(env: Environment, number: int) -> Figures:
    """Return how often a competitor was met, won against and lost to, over all opportunities the user may see. One statement."""
    found = Figures()
    rows = env[MET].aggregate([["competitor", "=", number]], {"id": "count", "opportunity.amount": "sum"}, ["result"])
    for row in rows:
        found.met += row["id"]
        if row["result"] == "won":
            found.won, found.won_amount = row["id"], row["opportunity.amount"]
        elif row["result"] == "lost":
            found.lost, found.lost_amount = row["id"], row["opportunity.amount"]
        elif row["result"] == "lost_otherwise":
            found.lost_otherwise = row["id"]
    return found


def _shown(env: Environment, record: Any, names: Sequence[str]) -> list[dict[str, Any]]:
    shown = []
    hidden = env.hidden_fields(env.registry["crm.competitor"], "read")
    for name in names:
        field, value = env.registry["crm.competitor"].fields[name], getattr(record, name)
        if name in hidden:
            continue
        text = "" if value is None else value.display_name if field.is_relation else str(value)
        shown.append({"name": name, "label": formatter_for(env).text(field.label), "text": text})
    return shown
