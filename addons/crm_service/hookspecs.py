"""Hooks that service offers."""

from typing import Any

from core.api import hookspec


@hookspec
def ticket_done(ticket: Any) -> None:
    """Act on a ticket of which every step is finished (SERV-09): ask how satisfied the customer is, settle its repair.

    Called: in the transaction that finishes its last step; its state is ``done`` already.

    Args:
        ticket: The record of ``crm.ticket``.

    Raises:
        ValidationError: The last step can't be finished yet; the message is shown.
    """


@hookspec
def repair_confirmed(repair: Any) -> None:
    """Act on a repair whose work is finished: issue its parts, charge the customer.

    Called: in the same transaction; its state is still ``received``, amount and cost are those of its lines.

    Args:
        repair: The record of ``crm.repair``.

    Raises:
        ValidationError: The repair can't be finished yet; the message is shown.
    """


@hookspec
def repair_reopened(repair: Any) -> None:
    """Undo what the end of a repair brought about.

    Called: in the transaction that takes the work up again; its state is still ``repaired``.

    Args:
        repair: The record of ``crm.repair``.

    Raises:
        ConflictError: It can't be undone, such as a charge that was paid; the message is shown.
    """
