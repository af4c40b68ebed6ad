"""Marking tickets that are late, and raising them to the superior (SERV-04, SERV-26)."""

from typing import Any

from addons.crm_service.services.people import superiors
from addons.crm_service.services.steps import OPEN
from core.api import Environment, _, get_parameter, notify, record_url

CHUNK = 500


def mark_late(env: Environment) -> int:
    """Mark open tickets whose time is over, and tell the superiors of those who handle them; return how many became late.

    Each is marked and raised once; a new due time begins anew. Statements grow with the tickets that became late, not with all.

    Args:
        env: An environment of the system.
    """
    moment = env.now()
    unanswered = [["state", "=", "new"], ["answer_late", "=", False], ["answer_by", "<", moment]]
    for ticket in env["crm.ticket"].search(unanswered, limit=CHUNK):
        ticket.update(answer_late=True)
    overdue = [["state", "in", OPEN], ["late", "=", False], ["due_at", "<", moment]]
    late = env["crm.ticket"].search(overdue, order="due_at", limit=CHUNK)
    raises = get_parameter(env, "crm_service.escalate")
    for ticket in late:
        ticket.update(late=True)
        if raises and (ticket.rule is None or ticket.rule.escalate):
            _raise_to_superior(ticket)
    return len(late)


def _raise_to_superior(ticket: Any) -> None:
    env = ticket.env
    person = ticket.handler or ticket.executor or ticket.owner
    above = superiors(env, person) if person is not None else []
    if not above:
        return
    ticket.update(escalated_at=env.now(), escalated_to=above[0])
    notify(
        env,
        above,
        _("Late: %(number)s %(subject)s", number=ticket.number, subject=ticket.subject),
        text=_("%(name)s handles the step %(step)s.", name=person.name, step=ticket.stage or ""),
        url=record_url("crm.ticket", ticket.id),
        kind="warning",
    )
