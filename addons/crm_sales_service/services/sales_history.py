"""What the customer of a ticket bought, beside the ticket (SERV-01)."""

from typing import Any

from addons.crm_base.api import may
from addons.crm_sales.api import EFFECTIVE
from core.api import Environment, Tab, _, formatter_for, record_url

ORDER = "crm.order"
MOST = 30


def sales_tab(env: Environment, number: int) -> Tab | None:
    """Return the tab of contracts beside a ticket; None for who may read none. Two statements."""
    if not may(env, ORDER, "read"):
        return None
    customer = env["crm.ticket"].read([["id", "=", number]], ["customer"])
    count = env[ORDER].count(_bought(customer[0]["customer"])) if customer else 0
    return Tab("sales-history", _("Sales history"), f"/x/crm_sales_service/history/{number}", count=count, sequence=31)


def sales_data(env: Environment, number: int) -> dict[str, Any]:
    """Return the effective contracts of the customer that the user may read, the newest first.

    Raises:
        MissingRecord: There is no such ticket for the user.
    """
    ticket = env["crm.ticket"].get(number)
    show, fields = formatter_for(env).show, env.registry[ORDER].fields
    names = ["number", "title", "date", "amount", "delivery_state", "owner.name"]
    rows = env[ORDER].read(_bought(ticket.customer.id), names, order="date desc, id desc", limit=MOST)
    return {
        "lines": [
            {
                "number": row["number"],
                "title": row["title"] or "",
                "day": show(fields["date"], row["date"]).text,
                "amount": show(fields["amount"], row["amount"]).text,
                "delivery": show(fields["delivery_state"], row["delivery_state"]).text,
                "owner": row["owner.name"] or "",
                "url": record_url(ORDER, row["id"]),
            }
            for row in rows
        ]
    }


def _bought(customer: int) -> list[Any]:
    return [["customer", "=", customer], ["state", "in", EFFECTIVE]]
