"""Settling receivables with money of receipts or with prepayment, and taking that back (FIN-10, FIN-12, FIN-24).

Nothing here locks: each settlement writes its receivable, and each use of a prepayment the prepayment, whose versions let only one of two
transactions pass; the other runs again and finds what is left (decision 0008).
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from addons.crm_finance.services.posting_rights import is_cashier
from addons.crm_finance.services.prepayments import move_prepayment, prepayment_of
from core.api import AccessDenied, ConflictError, Environment, ValidationError, _

SETTLEMENT = "crm.settlement"


def open_receivables(env: Environment, domain: Sequence[Any], currency: str, limit: int | None = None) -> list[Any]:
    """Return what is open, oldest due first, as far as the user may read it."""
    wanted = [*domain, ["currency", "=", currency], ["open_amount", ">", 0]]
    return list(env["crm.receivable"].search(wanted, order="due_date, id", limit=limit))


def spread(receivables: Sequence[Any], amount: Decimal) -> list[tuple[Any, Decimal]]:
    """Return how an amount settles receivables in their order; what is more than all of them is left over."""
    parts = []
    for receivable in receivables:
        taken = min(amount, receivable.open_amount)
        if taken > 0:
            parts.append((receivable, taken))
            amount -= taken
    return parts


def settle(receivable: Any, amount: Decimal, date: dt.date, *, receipt: Any = None, prepayment: Any = None) -> Any:
    """Settle a part of a receivable and return the settlement; the caller acts as the system.

    Raises:
        ValidationError: More than is open.
    """
    if amount > receivable.open_amount:
        raise ValidationError(
            _(
                "Of %(number)s only %(open)s is open, not %(amount)s.",
                number=receivable.number,
                open=f"{receivable.open_amount:.2f}",
                amount=f"{amount:.2f}",
            ),
            field="amount",
        )
    values = {"receivable": receivable, "receipt": receipt, "prepayment": prepayment, "date": date, "amount": amount}
    return receivable.env[SETTLEMENT].create(values)


def take_back(settlement: Any, date: dt.date) -> Any:
    """Write the opposite of a settlement and return it; its receivable is open again. The caller acts as the system."""
    settlement.reversed = True
    return settlement.env[SETTLEMENT].create(
        {
            "receivable": settlement.receivable,
            "receipt": settlement.receipt,
            "prepayment": settlement.prepayment,
            "date": date,
            "amount": -settlement.amount,
            "reverses": settlement,
            "reversed": True,
        }
    )


def settle_from_prepayment(
    env: Environment, parts: Sequence[tuple[Any, Decimal]], date: dt.date | None = None
) -> list[Any]:
    """Settle parts of receivables from the prepayment of their customer; no account moves (FIN-12).

    Args:
        env: Who acts; must be a cashier.
        parts: Receivables, all of one customer and currency, and how much of each.
        date: Day of the settlement; None is today.

    Returns:
        The settlements.

    Raises:
        AccessDenied: The user is no cashier.
        ValidationError: The prepayment is not that high, or more than is open would be settled.
    """
    if not is_cashier(env):
        raise AccessDenied(_("Only cashiers settle from prepayments."))
    if not parts:
        return []
    first, day = parts[0][0], date or env.today()
    with env.elevated(reason=f"settled from the prepayment of {first.customer.display_name}"):
        prepayment = prepayment_of(first.customer, first.currency)
        _check_parts(prepayment, parts)
        made = []
        for receivable, amount in parts:
            settlement = settle(receivable, amount, day, prepayment=prepayment)
            move_prepayment(prepayment, -amount, "used", day, settlement=settlement)
            made.append(settlement)
        return made


def undo_by_hand(settlement: Any) -> None:
    """Give what was settled from prepayment back to it.

    Raises:
        ConflictError: It is money of a receipt, or was taken back already.
    """
    if settlement.prepayment is None:
        raise ConflictError(
            _("This was settled by %(number)s.", number=settlement.receipt.number), hint=_("reverse that receipt")
        )
    if settlement.reversed:
        raise ConflictError(_("This settlement was taken back already."))
    env = settlement.env
    with env.elevated(reason=f"settlement of {settlement.receivable.number} taken back"):
        opposite = take_back(settlement, env.today())
        move_prepayment(settlement.prepayment, settlement.amount, "returned", env.today(), settlement=opposite)


def _check_parts(prepayment: Any, parts: Sequence[tuple[Any, Decimal]]) -> None:
    total = sum((amount for _receivable, amount in parts), Decimal(0))
    if any(amount <= 0 for _receivable, amount in parts):
        raise ValidationError(_("A share must be above 0."), field="prepaid")
    if any(each.customer != prepayment.customer or each.currency != prepayment.currency for each, _amount in parts):
        raise ValidationError(_("The prepayment is another customer's, or in another currency."), field="prepaid")
    if total > prepayment.balance:
        raise ValidationError(
            _(
                "The prepayment is %(balance)s: %(amount)s can't be taken from it.",
                balance=f"{prepayment.balance:.2f}",
                amount=f"{total:.2f}",
            ),
            field="prepaid",
        )
