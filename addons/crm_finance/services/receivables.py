"""Receivables follow the contracts they come from (FIN-08), and are entered by hand otherwise (FIN-13)."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from addons.crm_finance.services.freeing import free_excess, use_freed
from addons.crm_sales.api import EFFECTIVE
from core.api import AccessDenied, ConflictError, Environment, ValidationError, _, get_parameter

RECEIVABLE = "crm.receivable"
CHANGE_DUE_DATES = "crm_finance.change_due_dates"
_FIXED = frozenset({"customer", "currency", "rate", "order", "kind", "source"})
"""What a receivable keeps once something of it is settled."""
_OF_CONTRACT = _FIXED | {"amount", "date"}
"""What the contract says, not the person who looks at the receivable."""


class Due(NamedTuple):
    """What is to be received when: a row of a payment plan, or all of a contract without one."""

    plan: Any
    date: dt.date
    amount: Decimal


def due_of(order: Any) -> list[Due]:
    """Return what an effective order is to be paid by, earliest first; nothing for others. Rows of 0.00 are left out."""
    if order.state not in EFFECTIVE:
        return []
    rows = [Due(row, row.date, row.amount or Decimal(0)) for row in order.plans if row.date]
    if not rows:
        days = get_parameter(order.env, "crm_finance.payment_days")
        start = order.effective_date or order.date
        rows = [Due(None, start + dt.timedelta(days=days), order.amount or Decimal(0))]
    return sorted((row for row in rows if row.amount > 0), key=lambda row: (row.date, _id(row.plan) or 1 << 62))


def terms_of(order: Any) -> str | None:
    """Return what tells whether the receivables of an order must follow a change: a digest, or None while there is nothing to follow."""
    if order.state not in EFFECTIVE:
        return None
    head = (order.currency, order.rate, _id(order.customer), _id(order.owner))
    rows = sorted((str(row.date), str(row.amount), _id(row.plan) or 0) for row in due_of(order))
    return hashlib.sha256(repr((head, rows)).encode()).hexdigest()


def follow_orders(env: Environment, created: Iterable[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Bring the receivables of saved orders in line with what they are to be paid by. Called by the hook ``records_saved``."""
    ids = [*created, *(number for number, before in changed.items() if "due_terms" in before)]
    orders = [order for order in env.load("crm.order", ids) if order.due_terms or order.receivables]
    if orders:
        with env.elevated(reason="receivables of " + ", ".join(order.number for order in orders[:20])):
            for order in orders:
                follow_order(order)


def follow_order(order: Any) -> None:
    """Make, change or cancel the receivables of one order so that they are its plan; the caller acts as the system.

    What was received stays received: money beyond a row goes to the other rows, and beyond the contract to the customer's prepayment.
    """
    kept = [each for each in order.receivables if not each.cancelled]
    if order.state not in EFFECTIVE:
        for receivable in kept:
            _call_off(receivable)
        return
    by_plan = {_id(each.plan): each for each in kept if each.plan is not None}
    wanted = due_of(order)
    found = {row: by_plan.pop(_id(row.plan), None) for row in wanted}
    # Several may be without a row: those of all rows that were deleted.
    free = [each for each in kept if each.plan is None or _id(each.plan) in by_plan]
    free.sort(key=lambda each: (not each.settled, each.due_date, each.id))
    freed, present = [], []
    for row in wanted:
        receivable = found[row] or (free.pop(0) if free else None)
        values = _values(order, row)
        if receivable is None:
            receivable = order.env[RECEIVABLE].create(values)
        else:
            freed += free_excess(receivable, row.amount)
            receivable.update(values)
        present.append(receivable)
    for receivable in free:
        freed += free_excess(receivable, Decimal(0))
        receivable.cancelled = True
    use_freed(freed, present)


def check_due_dates(env: Environment, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Raise AccessDenied if the day of a planned receipt of an effective contract was moved without the right to (FIN-08)."""
    moved = [number for number, before in changed.items() if "date" in before]
    if not moved or env.has_right(CHANGE_DUE_DATES):
        return
    for row in env.load("crm.payment.plan", moved):
        if row.order.state in EFFECTIVE and row.receivables:
            raise AccessDenied(
                _("You may not change when %(number)s is to be paid.", number=row.order.number),
                hint=_("ask finance to move the due date"),
            )


def check_receivable(receivable: Any) -> None:
    """Check amounts and origin.

    Raises:
        ValidationError: Nothing is owed, more was settled than is owed, or the origin is a contract that is not there.
    """
    if receivable.amount <= 0:
        raise ValidationError(_("A receivable needs an amount above 0."), field="amount")
    if receivable.rate <= 0:
        raise ValidationError(_("The exchange rate must be above 0."), field="rate")
    if (receivable.kind == "contract") != (receivable.order is not None):
        raise ValidationError(_("Receivables of contracts are made by the contracts."), field="kind")
    if not 0 <= receivable.settled <= receivable.amount:
        raise ValidationError(
            _(
                "%(number)s is over %(amount)s: %(settled)s can't be settled.",
                number=receivable.number,
                amount=f"{receivable.amount:.2f}",
                settled=f"{receivable.settled:.2f}",
            ),
            field="amount",
        )
    if receivable.cancelled and receivable.settled:
        raise ConflictError(_("%(number)s is settled in part: it can't be cancelled.", number=receivable.number))


def refuse_changes(env: Environment, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Raise ConflictError if somebody changes what a contract says, or the terms of a receivable that is settled in part."""
    if env.is_elevated:
        return
    suspect = [number for number, before in changed.items() if not _OF_CONTRACT.isdisjoint(before)]
    for receivable in env.load(RECEIVABLE, suspect):
        before = changed[receivable.id]
        if receivable.order is not None and not _OF_CONTRACT.isdisjoint(before):
            raise ConflictError(
                _("%(number)s follows its contract.", number=receivable.number),
                hint=_("change the payment plan of the contract"),
            )
        if receivable.settled and not _FIXED.isdisjoint(before):
            raise ConflictError(
                _("%(number)s is settled in part: only its amount can change.", number=receivable.number)
            )


def untouched_of(env: Environment, orders: Sequence[int]) -> list[int]:
    """Return the ids of receivables of orders with which nobody has worked: nothing was settled or noted."""
    unused = [["notes", "is_not_set", True], ["settlements", "is_not_set", True]]
    return env[RECEIVABLE].search([["order", "in", list(orders)], *unused]).ids


def refuse_deletion(env: Environment, ids: Sequence[int]) -> None:
    """Raise ConflictError if somebody deletes a receivable that is a contract's, or one is deleted of which something was settled once."""
    for receivable in env.load(RECEIVABLE, ids):
        if receivable.settlements or (receivable.order is not None and not env.is_elevated):
            raise ConflictError(
                _("%(number)s can't be deleted.", number=receivable.number), hint=_("cancel it instead")
            )


def cancel_receivable(receivable: Any) -> None:
    """Cancel a receivable that is no contract's: nothing of it is open any more.

    Raises:
        ConflictError: It is one of a contract, or settled in part.
    """
    if receivable.order is not None:
        raise ConflictError(
            _("%(number)s follows its contract.", number=receivable.number), hint=_("cancel the contract")
        )
    with receivable.env.system_changes():
        receivable.cancelled = True
        receivable.env.flush()


def make_receivable(
    env: Environment, *, customer: Any, amount: Decimal | int | str, due: dt.date, source: Any, kind: str = "other"
) -> Any:
    """Record a debt that comes from another document, in base currency; it follows from that, so no right of the user is asked for.

    Args:
        env: Who acts.
        customer: Who owes it, as record.
        amount: Above 0, in the company's currency.
        due: Day by which it is owed.
        source: The record it comes from.
        kind: ``other`` or ``opening``.

    Returns:
        The receivable.

    Raises:
        ValidationError: The amount is not above 0.
    """
    with env.elevated(reason=f"receivable of {source.display_name}"):
        return env[RECEIVABLE].create(
            {
                "kind": kind,
                "customer": customer.id,
                "amount": amount,
                "date": min(due, env.today()),
                "due_date": due,
                "source": source,
                "owner": _id(getattr(source, "owner", None)) or _id(customer.owner),
            }
        )


def _values(order: Any, row: Due) -> dict[str, Any]:
    return {
        "kind": "contract",
        "order": order.id,
        "plan": _id(row.plan),
        "customer": order.customer.id,
        "owner": _id(order.owner),
        "company": _id(order.company),
        "date": order.effective_date or order.date,
        "due_date": row.date,
        "currency": order.currency,
        "rate": order.rate,
        "amount": row.amount,
    }


def _call_off(receivable: Any) -> None:
    if receivable.settled:
        receivable.amount = receivable.settled
    else:
        receivable.cancelled = True


def _id(record: Any) -> Any:
    return None if record is None else record.__dict__.get("id")
