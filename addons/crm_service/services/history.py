"""What service did for a customer before, beside a ticket (SERV-01)."""

from typing import Any

from core.api import Environment, Tab, _, formatter_for, record_url

TICKET = "crm.ticket"
MOST = 30


def history_tab(env: Environment, number: int) -> Tab:
    """Return the tab of earlier tickets beside a ticket; two statements."""
    customer = env[TICKET].read([["id", "=", number]], ["customer"])
    count = env[TICKET].count(_others(number, customer[0]["customer"])) if customer else 0
    return Tab("service-history", _("Service history"), f"/x/crm_service/history/{number}", count=count, sequence=30)


def history_data(env: Environment, number: int) -> dict[str, Any]:
    """Return the other tickets of the customer, the newest first; those of the same goods are marked.

    Raises:
        MissingRecord: There is no such ticket for the user.
    """
    ticket = env[TICKET].get(number)
    show, fields = formatter_for(env).show, env.registry[TICKET].fields
    names = ["number", "subject", "received_at", "kind", "state", "sold_item"]
    rows = env[TICKET].read(_others(number, ticket.customer.id), names, order="received_at desc, id desc", limit=MOST)
    item = None if ticket.sold_item is None else ticket.sold_item.id
    return {
        "lines": [
            {
                "number": row["number"],
                "subject": row["subject"],
                "day": show(fields["received_at"], row["received_at"]).text,
                "kind": show(fields["kind"], row["kind"]).text,
                "state": show(fields["state"], row["state"]).text,
                "is_same": item is not None and row["sold_item"] == item,
                "url": record_url(TICKET, row["id"]),
            }
            for row in rows
        ]
    }


def _others(number: int, customer: int) -> list[Any]:
    return [["customer", "=", customer], ["id", "!=", number]]
