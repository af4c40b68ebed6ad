"""Money that a receivable no longer needs, since its contract shrank or its plan changed: it goes to what else is open, then to prepayment."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from addons.crm_finance.services.prepayments import move_prepayment, prepayment_of
from addons.crm_finance.services.settling import settle, take_back


class Freed(NamedTuple):
    """A part of a settlement that was taken back."""

    settlement: Any
    """The settlement it was a part of."""
    amount: Decimal


def free_excess(receivable: Any, most: Decimal) -> list[Freed]:
    """Take back what is settled of a receivable beyond ``most``, the newest settlements first, and return it; the caller acts as the system."""
    excess, freed = receivable.settled - most, []
    day = receivable.env.today()
    active = [each for each in receivable.settlements if not each.reversed]
    for settlement in sorted(active, key=lambda each: each.id, reverse=True):
        if excess <= 0:
            break
        part = min(excess, settlement.amount)
        take_back(settlement, day)
        if settlement.amount > part:
            _settle_like(settlement, receivable, settlement.amount - part)
        freed.append(Freed(settlement, part))
        excess -= part
    return freed


def use_freed(freed: Sequence[Freed], receivables: Sequence[Any]) -> None:
    """Settle ``receivables`` in their order with what was freed; the rest becomes prepayment. The caller acts as the system."""
    for settlement, rest in freed:
        for receivable in receivables:
            part = min(rest, receivable.open_amount)
            if part > 0:
                _settle_like(settlement, receivable, part)
                rest -= part
        if rest > 0:
            owed = settlement.receivable
            prepayment = settlement.prepayment or prepayment_of(owed.customer, owed.currency)
            day = owed.env.today()
            move_prepayment(prepayment, rest, "returned", day, receipt=settlement.receipt, settlement=settlement)


def _settle_like(settlement: Any, receivable: Any, amount: Decimal) -> None:
    day = receivable.env.today()
    settle(receivable, amount, day, receipt=settlement.receipt, prepayment=settlement.prepayment)
