"""How fast a ticket was answered and solved, against the limits of its urgency (SERV-26)."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")


def hours_between(first: dt.datetime, last: dt.datetime) -> Decimal:
    """Return hours with 2 decimals; 0 if the second moment is the earlier."""
    seconds = max(0, int((last - first).total_seconds()))
    return (Decimal(seconds) / 3600).quantize(CENT, ROUND_HALF_UP)


def mark_answer(ticket: Any, moment: dt.datetime) -> None:
    """Note the first answer to a ticket, once."""
    if ticket.answered_at is not None:
        return
    ticket.answered_at = moment
    ticket.answer_hours = hours_between(ticket.received_at, moment)
    ticket.answer_late = ticket.answer_by is not None and moment > ticket.answer_by


def mark_solution(ticket: Any, moment: dt.datetime) -> None:
    """Note that a ticket is solved."""
    ticket.done_at = moment
    ticket.solution_hours = hours_between(ticket.received_at, moment)
    ticket.late = ticket.due_at is not None and moment > ticket.due_at
