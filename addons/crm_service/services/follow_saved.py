"""What follows from tickets that were saved, whichever way."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_service.services.due import due_of
from addons.crm_service.services.passing_on import follow_executor, note_executor
from addons.crm_service.services.people import need_handler
from addons.crm_service.services.rules import answer_by, apply_rules
from addons.crm_service.services.sold_items import take_up_goods
from addons.crm_service.services.steps import OPEN, OVER, copy_steps
from core.api import ConflictError, Environment, _

FOLLOWED = frozenset({"serial", "sold_item", "urgency", "received_at", "due_at", "flow", "executor", "team"})
ENTERED = frozenset({"note", "cost", "handler"})
"""What people may change on a step."""


def tickets_created(env: Environment, ids: Sequence[int]) -> None:
    """Complete new tickets: goods, what rules say, steps. It follows from the ticket, so it counts as done by the system."""
    for ticket in env.load("crm.ticket", list(ids)):
        with env.system_changes():
            take_up_goods(ticket)
            apply_rules(ticket)
        env.flush()
        copy_steps(ticket)
        if ticket.executor is not None or ticket.team is not None:
            note_executor(ticket)


def tickets_changed(env: Environment, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Follow changes of goods, urgency, due time, flow and executor.

    Raises:
        ConflictError: The flow of a ticket that has begun is changed.
        ValidationError: A ticket is passed on without a reason.
    """
    ids = [number for number, before in changed.items() if not FOLLOWED.isdisjoint(before)]
    for ticket in env.load("crm.ticket", ids):
        # A ticket without steps is being made: `tickets_created` completes it.
        if ticket.steps:
            with env.system_changes():
                _follow(ticket, changed[ticket.id])


def _follow(ticket: Any, before: Mapping[str, Any]) -> None:
    if ("serial" in before or "sold_item" in before) and "product" not in before:
        take_up_goods(ticket)
    if "urgency" in before or "received_at" in before:
        ticket.answer_by = answer_by(ticket)
        if "due_at" not in before:
            ticket.due_at = due_of(ticket)
    if "executor" in before or "team" in before:
        follow_executor(ticket, before)
    if "due_at" in before:
        _begin_anew(ticket)
    if "flow" in before:
        _choose_flow(ticket)


def _choose_flow(ticket: Any) -> None:
    if ticket.state != "new":
        raise ConflictError(_("The flow of %(number)s can't be changed any more: it has begun.", number=ticket.number))
    copy_steps(ticket)


def _begin_anew(ticket: Any) -> None:
    """Let a changed due time count for the present step, and for being late."""
    if ticket.state not in OPEN:
        return
    step = ticket.current_step()
    if step is not None and step.hours is None:
        step.due_at = ticket.due_at
    if ticket.due_at is None or ticket.due_at > ticket.env.now():
        ticket.late = False
        ticket.escalated_at = ticket.escalated_to = None


def refuse_finished(env: Environment, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Keep finished steps as they are, and the present one to its handler (SERV-07, SERV-08).

    Raises:
        ConflictError: A finished step was changed.
        AccessDenied: The step of another one was changed.
    """
    # A change of state comes from the services alone, which have checked all this.
    ids = [number for number, before in changed.items() if not ENTERED.isdisjoint(before) and "state" not in before]
    for step in env.load("crm.ticket.step", ids):
        if step.state in OVER:
            raise ConflictError(_("The step %(step)s is finished; it can only be read.", step=step.name))
        if step.state == "current" and "handler" not in changed[step.id]:
            need_handler(step)
