"""Rules fill in what nobody entered on a new ticket (SERV-04)."""

from typing import Any

from addons.crm_service.services.due import due_of, later
from core.api import system_of

RULE = "crm.service.rule"


def apply_rules(ticket: Any) -> None:
    """Fill in executor, team, flow and due time of a new ticket by the first rule that fits, and the due time by its urgency otherwise.

    What was entered stays.

    Args:
        ticket: A new ticket; the caller lets changes count as the system's.
    """
    rule = find_rule(ticket)
    ticket.answer_by = answer_by(ticket)
    if ticket.due_at is None:
        ticket.due_at = due_of(ticket, None if rule is None else rule.hours)
    if rule is None:
        return
    ticket.rule = rule
    # A team with an executor of another choice would be two answers to one question.
    if ticket.executor is None and ticket.team is None:
        ticket.executor, ticket.team = rule.executor, rule.team
    if ticket.flow is None:
        ticket.flow = rule.flow


def answer_by(ticket: Any) -> Any:
    """Return when a ticket is to be answered first, or None."""
    return later(ticket.received_at, ticket.urgency.answer_hours if ticket.urgency is not None else None)


def find_rule(ticket: Any) -> Any:
    """Return the first active rule that fits a ticket, or None."""
    system = system_of(ticket.env)
    own = system.browse("crm.ticket", ticket.id)
    found = next((rule for rule in system[RULE].search([["active", "=", True]]) if _fits(rule, own)), None)
    return None if found is None else ticket.env.browse(RULE, found.id)


def _fits(rule: Any, ticket: Any) -> bool:
    return (
        rule.kind in (None, ticket.kind)
        and rule.category in (None, ticket.category)
        and rule.product in (None, ticket.product)
        and rule.urgency in (None, ticket.urgency)
        and rule.region in (None, ticket.customer.region)
        and (rule.product_category is None or _lies_under(ticket.product, rule.product_category))
    )


def _lies_under(product: Any, category: Any) -> bool:
    above = product.category if product is not None else None
    while above is not None:
        if above == category:
            return True
        above = above.parent
    return False
