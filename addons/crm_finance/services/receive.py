"""Receiving, settling and invoicing in one go: all of it or nothing (FIN-14)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from addons.crm_finance.services.invoices import make_invoice, spread_invoice
from addons.crm_finance.services.settling import open_receivables, settle_from_prepayment, spread
from addons.crm_finance.services.shares import need_within
from core.api import Environment, ValidationError, _

ZERO = Decimal(0)


@dataclass(frozen=True)
class Payment:
    """What one page of receiving asks for; amounts in ``currency``."""

    customer: Any
    currency: str
    date: dt.date
    amount: Decimal = ZERO
    """Money that came into ``account``; 0: none did."""
    prepaid: Decimal = ZERO
    """Taken from the prepayment of the customer."""
    account: int | None = None
    """Id; None takes the usual one."""
    method: int | None = None
    shares: Mapping[int, Decimal] = field(default_factory=dict)
    """Receivable (id) → how much of it; empty: the oldest due first."""
    keep_rest: bool = False
    """Whether more than is settled is kept as prepayment; else it is refused."""
    invoice_number: str = ""
    """Empty: no invoice is issued."""
    invoice_date: dt.date | None = None
    invoice_kind: int | None = None
    invoice_amount: Decimal | None = None
    """None: what is settled of contracts."""
    notes: str | None = None


@dataclass(frozen=True)
class Received:
    """What came of it."""

    receipt: Any
    """None if no money came in."""
    invoice: Any
    """None if none was asked for."""
    settled: Decimal


def receive_at_once(env: Environment, payment: Payment) -> Received:
    """Take prepayment first, then the money that came; settle, and issue the invoice.

    Raises:
        AccessDenied: The user may not enter receipts, post to the account or issue invoices.
        ValidationError: Something does not fit; its field says where. Nothing is saved then.
    """
    if payment.amount < 0 or payment.prepaid < 0:
        raise ValidationError(_("The amount must be above 0."), field="amount" if payment.amount < 0 else "prepaid")
    if not (payment.amount or payment.prepaid or payment.invoice_number):
        raise ValidationError(_("Say how much was received, or what is invoiced."), field="amount")
    with env.savepoint():
        parts = _parts(env, payment)
        from_prepayment, from_money = _split(parts, payment.prepaid)
        settle_from_prepayment(env, from_prepayment, payment.date)
        receipt = _receipt(env, payment, from_money) if payment.amount else None
        invoice = _invoice(env, payment, parts) if payment.invoice_number or payment.invoice_amount else None
    return Received(receipt, invoice, sum((amount for _receivable, amount in parts), ZERO))


def _parts(env: Environment, payment: Payment) -> list[tuple[Any, Decimal]]:
    whole = payment.amount + payment.prepaid
    found = open_receivables(env, [["customer", "=", payment.customer.id]], payment.currency)
    if not payment.shares:
        return spread(found, whole)
    known = {receivable.id: receivable for receivable in found}
    if not payment.shares.keys() <= known.keys():
        raise ValidationError(_("One of the receivables is not open any more."), field="shares")
    parts = [(each, payment.shares[each.id]) for each in found if payment.shares.get(each.id)]
    need_within(sum((amount for _receivable, amount in parts), ZERO), whole)
    return parts


def _split(parts: Sequence[tuple[Any, Decimal]], prepaid: Decimal) -> tuple[list[Any], list[Any]]:
    """Return what is settled from prepayment and what from money."""
    from_prepayment, from_money, rest = [], [], prepaid
    for receivable, amount in parts:
        taken = min(rest, amount)
        rest -= taken
        if taken:
            from_prepayment.append((receivable, taken))
        if amount > taken:
            from_money.append((receivable, amount - taken))
    if rest > 0:
        raise ValidationError(
            _("%(rest)s of the prepayment would settle nothing.", rest=f"{rest:.2f}"), field="prepaid"
        )
    return from_prepayment, from_money


def _receipt(env: Environment, payment: Payment, parts: Sequence[tuple[Any, Decimal]]) -> Any:
    orders = {receivable.order_id for receivable, _amount in parts}
    settled = sum((amount for _receivable, amount in parts), ZERO)
    is_of_one = len(orders) == 1 and settled == payment.amount
    receipt = env["crm.receipt"].create(
        {
            "customer": payment.customer.id,
            "order": orders.pop() if is_of_one else None,
            "currency": payment.currency,
            "date": payment.date,
            "amount": payment.amount,
            "method": payment.method,
            "keep_rest": payment.keep_rest,
            "is_prepayment": payment.keep_rest and not parts,
            "shares": [{"receivable": receivable.id, "amount": amount} for receivable, amount in parts],
            "notes": payment.notes,
            **({"account": payment.account} if payment.account else {}),
        }
    )
    receipt.confirm()
    return receipt


def _invoice(env: Environment, payment: Payment, parts: Sequence[tuple[Any, Decimal]]) -> Any:
    if not payment.invoice_number:
        raise ValidationError(_("An invoice needs a number."), field="invoice_number")
    of_contracts = [(receivable.order, amount) for receivable, amount in parts if receivable.order is not None]
    amount = payment.invoice_amount
    if amount is None:
        amount = sum((part for _order, part in of_contracts), ZERO)
    if amount <= 0:
        raise ValidationError(_("The amount invoiced must be above 0."), field="invoice_amount")
    orders = list(dict.fromkeys(order for order, _part in of_contracts)) or _to_invoice(env, payment)
    return make_invoice(
        env,
        customer=payment.customer,
        parts=spread_invoice(orders, amount),
        number=payment.invoice_number,
        date=payment.invoice_date or payment.date,
        kind=payment.invoice_kind,
    )


def _to_invoice(env: Environment, payment: Payment) -> list[Any]:
    domain = [
        ["customer", "=", payment.customer.id],
        ["currency", "=", payment.currency],
        ["not_invoiced", ">", 0],
    ]
    return list(env["crm.order"].search(domain, order="date, id"))
