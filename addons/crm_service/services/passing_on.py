"""Passing tickets on (SERV-03)."""

from collections.abc import Mapping
from typing import Any

from core.api import ValidationError, _, notify, record_url, system_of


def follow_executor(ticket: Any, before: Mapping[str, Any]) -> None:
    """Note that a ticket went to another executor or team, tell the executor, and give them the step that the former one had.

    Args:
        ticket: The ticket; the caller lets changes count as the system's.
        before: Values before the change, by field.

    Raises:
        ValidationError: It was given to somebody before, and there is no reason.
    """
    held = before.get("executor", ticket.executor and ticket.executor.id) or before.get(
        "team", ticket.team and ticket.team.id
    )
    if held and not ticket.env.is_elevated and not (ticket.pass_reason or "").strip():
        raise ValidationError(_("Why is the ticket passed on? Enter the reason."), field="pass_reason")
    note_executor(ticket)
    step = ticket.current_step()
    former = before.get("executor")
    if step is not None and ticket.executor is not None and former and step.handler and step.handler.id == former:
        step.handler = ticket.executor
    ticket.pass_reason = None


def note_executor(ticket: Any) -> None:
    """Write down who executes a ticket from now on, and tell them."""
    env = ticket.env
    system_of(env)["crm.ticket.assignment"].create(
        {
            "ticket": ticket.id,
            "at": env.now(),
            "giver": None if env.is_elevated else env.uid,
            "executor": ticket.executor and ticket.executor.id,
            "team": ticket.team and ticket.team.id,
            "reason": ticket.pass_reason,
        }
    )
    people = [ticket.executor] if ticket.executor is not None else list(ticket.team.members) if ticket.team else []
    told = [person for person in people if person.id != env.uid]
    if told:
        notify(
            env,
            told,
            _("Ticket for you: %(number)s %(subject)s", number=ticket.number, subject=ticket.subject),
            text=ticket.pass_reason or ticket.customer.name,
            url=record_url("crm.ticket", ticket.id),
            kind="task",
        )
