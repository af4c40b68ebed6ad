"""The way of a ticket through its steps (SERV-06 to SERV-09, D23)."""

from decimal import Decimal
from typing import Any

from addons.crm_service.services.due import later
from addons.crm_service.services.people import need_handler
from addons.crm_service.services.response import mark_answer, mark_solution
from core.api import ConflictError, MissingRecord, ValidationError, _, notify, record_url, system_of

OPEN = ("new", "processing")
OVER = ("done", "skipped")


def copy_steps(ticket: Any) -> None:
    """Give a ticket the steps of its flow, and its first handler; without a flow it has one step.

    The first is handled by the usual handler of the template, else the executor, else who received the ticket. The steps follow from the
    ticket, so the system makes them; who handles the first is told.
    """
    env, system = ticket.env, system_of(ticket.env)
    if ticket.flow is not None and ticket.flow.steps:
        rows = [
            {
                "template": step,
                "name": step.name,
                "optional": step.optional,
                "hours": step.hours,
                "handler": step.handler,
            }
            for step in ticket.flow.steps
        ]
    else:
        rows = [{"name": env.services.text(_("Handling"), env.lang), "handler": ticket.executor}]
    moment, first = env.now(), rows[0]
    handler = first["handler"] or ticket.executor or ticket.owner
    due = later(moment, first.get("hours")) or ticket.due_at
    first.update(handler=handler, state="current", assigned_at=moment, due_at=due)
    system["crm.ticket.step"].delete([["ticket", "=", ticket.id]])
    numbered = [{**row, "ticket": ticket.id, "sequence": number * 10} for number, row in enumerate(rows, 1)]
    system["crm.ticket.step"].create(numbered)
    system.flush()
    _tell(ticket, first["name"], handler)


def start_work(ticket: Any) -> None:
    """Begin the first step: the ticket is in process from now on.

    Raises:
        AccessDenied: Another one handles it.
        ConflictError: The ticket has no step to be done.
    """
    step = _present(ticket)
    with ticket.env.system_changes():
        _begin(ticket, step)


def finish_step(ticket: Any, *, note: str | None, next_handler: Any, cost: Decimal | None) -> None:
    """Finish the present step; see ``Ticket.finish_step``."""
    step = _present(ticket)
    with ticket.env.system_changes():
        _begin(ticket, step)
        text = ticket.step_note if note is None else note
        amount = ticket.step_cost if cost is None else cost
        step.note = text or step.note
        step.cost = step.cost if amount is None else amount
        _end(ticket, step, "done", next_handler)


def pass_over(ticket: Any, *, reason: str | None, next_handler: Any) -> None:
    """Pass over the present step; see ``Ticket.pass_over_step``."""
    step = _present(ticket)
    if not step.optional:
        raise ValidationError(_("The step %(step)s can't be passed over.", step=step.name))
    text = ((ticket.step_note if reason is None else reason) or "").strip()
    if not text:
        raise ValidationError(_("Why is the step passed over? Enter the reason first."), field="step_note")
    with ticket.env.system_changes():
        step.note = text
        _end(ticket, step, "skipped", next_handler)


def check_done(ticket: Any) -> None:
    """Raise ValidationError if a ticket counts as processed before all its steps are finished (SERV-09)."""
    if ticket.state in OPEN:
        return
    left = [step.name for step in ticket.steps if step.state not in OVER]
    if left or not ticket.steps:
        raise ValidationError(
            _(
                "A ticket becomes processed by itself when all steps are finished; left: %(steps)s",
                steps=", ".join(left),
            ),
            field="state",
        )


def _present(ticket: Any) -> Any:
    step = ticket.current_step()
    if step is None:
        raise ConflictError(_("%(number)s has no step left to be done.", number=ticket.number))
    need_handler(step)
    return step


def _begin(ticket: Any, step: Any) -> None:
    moment = ticket.env.now()
    if step.started_at is None:
        step.started_at = moment
    if ticket.state == "new":
        ticket.state = "processing"
    mark_answer(ticket, moment)


def _end(ticket: Any, step: Any, state: str, next_handler: Any) -> None:
    """Close a step and hand over; each finishing writes the ticket, so of two at once the later is told."""
    env = ticket.env
    following = next((each for each in ticket.steps if each.state == "waiting"), None)
    person = _next_person(ticket, next_handler)
    if following is not None:
        following.handler = person or following.handler or ticket.executor
        if following.handler is None:
            raise ValidationError(
                _("Who handles the next step, %(step)s?", step=following.name),
                field="next_handler",
                hint=_("name the next handler"),
            )
    step.state, step.ended_at = state, env.now()
    ticket.step_note = ticket.step_cost = ticket.next_handler = None
    if following is not None:
        if ticket.state == "new":
            ticket.state = "processing"
        give_step(ticket, following)
        return
    env.flush()
    ticket.state = "done"
    mark_solution(ticket, env.now())
    env.flush()
    env.hook.ticket_done(ticket=ticket)


def _next_person(ticket: Any, given: Any) -> Any:
    if given is None:
        return ticket.next_handler
    number = getattr(given, "id", given)
    person = ticket.env.browse("core.user", number)
    if person is None or not person.active:
        raise MissingRecord(_("There is no such person."))
    return person


def give_step(ticket: Any, step: Any) -> None:
    """Make it the turn of a step and tell its handler."""
    moment = ticket.env.now()
    step.state, step.assigned_at = "current", moment
    step.due_at = later(moment, step.hours) or ticket.due_at
    ticket.env.flush()
    _tell(ticket, step.name, step.handler)


def _tell(ticket: Any, step: str, handler: Any) -> None:
    if handler is not None and handler.id != ticket.env.uid:
        notify(
            ticket.env,
            [handler],
            _("%(step)s: %(number)s %(subject)s", step=step, number=ticket.number, subject=ticket.subject),
            text=ticket.customer.name,
            url=record_url("crm.ticket", ticket.id),
            kind="task",
        )
