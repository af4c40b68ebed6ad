"""Taking up a ticket again that was processed or closed: the customer is not content, or a return call says so (SERV-23)."""

from typing import Any

from addons.crm_service.services.steps import give_step
from core.api import ValidationError, _, system_of


def reopen_ticket(ticket: Any, *, next_handler: Any) -> None:
    """Give a finished ticket one more step; it is in process again, and counts as solved only after that.

    Args:
        ticket: The record of ``crm.ticket``.
        next_handler: Id of who handles the step; None takes whom the ticket names, else its executor, else who finished it last.

    Raises:
        ValidationError: There is nobody for the step.
    """
    env, system = ticket.env, system_of(ticket.env)
    last = list(ticket.steps)[-1] if ticket.steps else None
    person = next_handler or ticket.next_handler or ticket.executor or (last.handler if last is not None else None)
    if person is None:
        raise ValidationError(
            _("Who takes the ticket up again?"), field="next_handler", hint=_("name the next handler")
        )
    row = {
        "ticket": ticket.id,
        "name": env.services.text(_("Taken up again"), env.lang),
        "sequence": (last.sequence if last is not None else 0) + 10,
        "handler": getattr(person, "id", person),
    }
    made = system["crm.ticket.step"].create(row).id
    system.flush()
    with env.system_changes():
        ticket.done_at = ticket.solution_hours = ticket.next_handler = None
        give_step(ticket, env.browse("crm.ticket.step", made))
