"""When a ticket is to be answered and solved, by its urgency or by a rule (SERV-04, SERV-05)."""

import datetime as dt
from decimal import Decimal
from typing import Any

from core.api import Environment


def usual_urgency(env: Environment) -> Any:
    """Return the urgency that new tickets begin with, or None."""
    found = env["crm.urgency"].search([["is_default", "=", True], ["active", "=", True]], limit=1)
    return found[0] if found else None


def later(moment: dt.datetime, hours: Decimal | None) -> dt.datetime | None:
    """Return the moment so many hours later; None: there is no limit."""
    return None if hours is None else moment + dt.timedelta(seconds=float(hours * 3600))


def due_of(ticket: Any, hours: Decimal | None = None) -> dt.datetime | None:
    """Return when a ticket is to be solved.

    Args:
        ticket: The record of ``crm.ticket``.
        hours: Limit that a rule sets; None takes that of the urgency.
    """
    if hours is None and ticket.urgency is not None:
        hours = ticket.urgency.hours
    return later(ticket.received_at, hours)
