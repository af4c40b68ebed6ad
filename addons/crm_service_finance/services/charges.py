"""Charge a customer for a repair, and take the charge back (SERV-14, FIN-13)."""

from typing import Any

from addons.crm_finance.api import cancel_receivable, make_receivable


def charge(repair: Any) -> None:
    """Make a receivable of what the customer pays for ``repair``, due today; nothing where that is 0.00."""
    repair.env.flush()
    if not repair.amount:
        return
    receivable = make_receivable(
        repair.env, customer=repair.customer, amount=repair.amount, due=repair.env.today(), source=repair
    )
    repair.receivable = receivable


def take_back(repair: Any) -> None:
    """Cancel the receivable of ``repair``, if it has one.

    Raises:
        ConflictError: Something was received for it.
    """
    if repair.receivable is not None:
        cancel_receivable(repair.receivable)
        repair.receivable = None
