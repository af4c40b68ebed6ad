"""Repair orders of a ticket, and what of them is locked (SERV-13)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.api import ConflictError, Environment, _, label_of

LINES = frozenset({"crm.repair.part", "crm.repair.work"})
FACTS = frozenset({"product", "unit", "name", "quantity", "price", "charge", "unit_cost", "repair"})
"""Fields of lines that are locked once the repair is finished; what stock says it cost stays open."""
FINISHED = ("repaired", "handed_back", "cancelled")


def make_repair(ticket: Any) -> Any:
    """Return a new repair order for the product of ``ticket``, repaired by who makes it."""
    return ticket.env["crm.repair"].create({"ticket": ticket})


def fill_repair(repair: Any) -> None:
    """Give a repair the customer of its ticket, and what it leaves empty: contact, product, serial number, fault, warranty.

    Args:
        repair: A record of ``crm.repair``, saved or not; changed in memory only.
    """
    ticket = repair.ticket
    repair.customer = ticket.customer if ticket is not None else None
    if ticket is None or repair.product is not None:
        return
    repair.product = ticket.product
    repair.contact = repair.contact or ticket.contact
    repair.serial = repair.serial or ticket.serial
    repair.fault = repair.fault or ticket.problem or ticket.subject
    repair.in_warranty = ticket.warranty == "in"


def refuse_locked(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Raise ConflictError if parts, work or prices of a finished repair were changed."""
    ids = [*created, *(number for number, before in changed.items() if not FACTS.isdisjoint(before))]
    _refuse(line.repair for line in env.load(model, ids))


def refuse_deletion(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Raise ConflictError if a finished repair is deleted, or one of its lines."""
    if model == "crm.repair":
        _refuse(env.load(model, ids))
    elif model in LINES:
        _refuse(line.repair for line in env.load(model, ids))


def _refuse(repairs: Iterable[Any]) -> None:
    for repair in repairs:
        if repair is not None and repair.state in FINISHED:
            raise ConflictError(
                _(
                    '%(number)s is "%(state)s": parts, work and prices are locked.',
                    number=repair.number,
                    state=label_of(repair, "state"),
                ),
                hint=_('use "Repair again" to change them'),
            )
