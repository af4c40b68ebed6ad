"""Hot customers: marking one, and the panel of the workbench (BASE-15)."""

from typing import Any

from core.api import Environment, formats, formatter_for

_SHOWN = 8
_TONES = {"burning": "er", "hot": "wa", "warm": "gr"}


def mark_hot(env: Environment, customer: int, degree: str, reason: str) -> Any:
    """Mark a customer as hot, or change how hot and why; return the customer.

    Raises:
        ValidationError: No reason is given, or an unknown degree.
        MissingRecord, AccessDenied: The customer is not the user's to change.
    """
    record = env["crm.customer"].get(customer)
    record.update(is_hot=True, hot_degree=degree or "hot", hot_reason=reason)
    return record


def unmark_hot(env: Environment, customer: int) -> Any:
    """Take the mark away; degree, reason and day go with it. Return the customer."""
    record = env["crm.customer"].get(customer)
    record.update(is_hot=False)
    return record


def hot_panel(env: Environment) -> dict[str, Any]:
    """Return the hottest customers that the user may read, the latest marked first among equals."""
    rows = env["crm.customer"].read(
        [["is_hot", "=", True], ["active", "=", True]],
        ["name", "hot_degree", "hot_reason", "hot_since", "owner.name", "last_contact"],
        order="hot_since desc, id desc",
        limit=200,
    )
    formatter = formatter_for(env)
    options: Any = env.registry["crm.customer"].fields["hot_degree"]
    degrees = list(options.options)
    rows.sort(key=lambda row: -degrees.index(row["hot_degree"]) if row["hot_degree"] in degrees else 0)
    lines = [
        {
            "url": f"/x/crm_base/customer/{row['id']}",
            "name": row["name"],
            "degree": formatter.show(options, row["hot_degree"]).text,
            "tone": _TONES.get(row["hot_degree"], "gr"),
            "reason": row["hot_reason"] or "",
            "owner": row["owner.name"] or formats.NONE,
        }
        for row in rows[:_SHOWN]
    ]
    return {"lines": lines, "count": len(rows)}
