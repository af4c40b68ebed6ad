"""Who is to be contacted: today, tomorrow, overdue, and long not contacted (BASE-40, BASE-41)."""

from __future__ import annotations

import datetime
from typing import Any

from addons.crm_base.services.keep_in_touch import category_days
from core.api import Environment, _, formatter_for

CUSTOMER = "crm.customer"
SHOWN = 8


def lists_of(env: Environment) -> list[dict[str, Any]]:
    """Return the lists with their first customers: ``name label count rows domain``. Two statements a list, however many customers."""
    today = env.today()
    tomorrow = today + datetime.timedelta(days=1)
    text = env.services.text
    mine: list[Any] = [["owner", "is_set"], ["active", "=", True]]
    wanted: list[tuple[str, Any, list[Any] | None, str]] = [
        ("today", _("To contact today"), [["next_contact", "=", today.isoformat()]], "next_contact"),
        ("overdue", _("Overdue for contact"), [["next_contact", "<", today.isoformat()]], "next_contact"),
        ("tomorrow", _("To contact tomorrow"), [["next_contact", "=", tomorrow.isoformat()]], "next_contact"),
        ("check", _("To check"), [["check_on", "<=", today.isoformat()]], "check_on"),
        ("mail", _("To mail"), [["mail_on", "<=", today.isoformat()]], "mail_on"),
        ("long", _("Not contacted for long"), long_domain(env, today), "last_contact"),
    ]
    found = []
    for name, label, condition, day in wanted:
        if condition is None:
            continue
        domain = [*mine, *condition]
        found.append(
            {
                "name": name,
                "label": text(label, env.lang),
                "count": env[CUSTOMER].count(domain),
                "rows": _rows(env, domain, day),
                "domain": domain,
            }
        )
    return found


def long_domain(env: Environment, today: datetime.date) -> list[Any] | None:
    """Return the domain of customers whose last contact is longer ago than their category allows; None without such a category."""
    parts = [
        {
            "all": [
                ["contact_interval", "is_not_set"],
                ["category", "=", category],
                ["last_contact", "<", (today - datetime.timedelta(days=days)).isoformat()],
            ]
        }
        for category, days in sorted(category_days(env).items())
    ]
    return [{"any": parts}] if parts else None


def _rows(env: Environment, domain: list[Any], day: str) -> list[dict[str, Any]]:
    rows = env[CUSTOMER].read(
        domain, ["name", "main_contact", "main_phone", "phone", "owner.name", day], f"{day}, id", SHOWN
    )
    show, field = formatter_for(env).show, env.registry[CUSTOMER].fields[day]
    return [
        {
            "id": row["id"],
            "name": row["name"],
            "contact": row["main_contact"] or "",
            "phone": row["main_phone"] or row["phone"] or "",
            "owner": row["owner.name"] or "",
            "day": show(field, row[day]).text,
        }
        for row in rows
    ]
