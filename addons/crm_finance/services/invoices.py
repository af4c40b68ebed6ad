"""Rules of invoices: one customer and currency, never more than the contract (FIN-15)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from addons.crm_sales.api import EFFECTIVE
from core.api import ConflictError, Environment, ValidationError, _

FIXED = frozenset({"number", "customer", "currency", "amount", "date"})


def check_invoice(invoice: Any) -> None:
    """Check an invoice that was entered or changed.

    Raises:
        ConflictError: It is void.
        ValidationError: It has no contract, its number is used already, or a contract is another customer's or in another currency.
    """
    if invoice.state == "void":
        raise ConflictError(_("%(number)s is void and can't be changed.", number=invoice.number))
    if not invoice.lines:
        raise ValidationError(_("An invoice needs a contract at least."), field="lines")
    same = [["number", "=", invoice.number], ["state", "=", "issued"], ["id", "!=", invoice.id]]
    if invoice.env["crm.invoice"].exists(same):
        raise ValidationError(_("There is an invoice %(number)s already.", number=invoice.number), field="number")
    for line in invoice.lines:
        check_line(line)


def check_line(line: Any) -> None:
    """Raise ValidationError if a line is not above 0, or its contract is not effective, another customer's or in another currency."""
    order, invoice = line.order, line.invoice
    if line.amount <= 0:
        raise ValidationError(_("The amount invoiced must be above 0."), field="amount")
    if order.state not in EFFECTIVE:
        raise ValidationError(
            _("%(number)s is not effective: it can't be invoiced.", number=order.number), field="order"
        )
    if order.customer != invoice.customer:
        raise ValidationError(_("The contract is one of another customer."), field="order")
    if order.currency != invoice.currency:
        raise ValidationError(_("The contract is in another currency."), field="order")


def check_invoiced(order: Any) -> None:
    """Raise ValidationError if more is invoiced of a contract than it is over."""
    if order.invoiced > (order.amount or 0):
        raise ValidationError(
            _(
                "%(number)s is over %(amount)s: %(invoiced)s can't be invoiced.",
                number=order.number,
                amount=f"{order.amount:.2f}",
                invoiced=f"{order.invoiced:.2f}",
            ),
            field="invoiced",
        )


def need_no_invoice(order: Any) -> None:
    """Raise ConflictError if a contract that is to be taken back was invoiced."""
    if order.invoiced:
        raise ConflictError(
            _("%(number)s was invoiced already.", number=order.number), hint=_("have the invoice voided first")
        )


def spread_invoice(orders: Sequence[Any], amount: Decimal) -> list[tuple[Any, Decimal]]:
    """Return how much of an invoice is for which contract, in their order, each up to what is not invoiced yet.

    Raises:
        ValidationError: More than is not invoiced.
    """
    parts, rest = [], amount
    for order in orders:
        taken = min(rest, order.not_invoiced)
        if taken > 0:
            parts.append((order, taken))
            rest -= taken
    if rest > 0:
        raise ValidationError(
            _(
                "%(amount)s is %(rest)s more than is not invoiced of these contracts.",
                amount=f"{amount:.2f}",
                rest=f"{rest:.2f}",
            ),
            field="invoice_amount",
        )
    return parts


def make_invoice(env: Environment, *, customer: Any, parts: Sequence[tuple[Any, Decimal]], **values: Any) -> Any:
    """Issue an invoice over parts of contracts of one customer and return it.

    Args:
        env: Who issues it; must have the right to.
        customer: The customer.
        parts: Contracts, all in one currency, and how much of each.
        values: Further fields: ``number``, ``date``, ``kind``, ``notes``.
    """
    lines = [{"order": order.id, "amount": amount} for order, amount in parts]
    currency = parts[0][0].currency if parts else None
    return env["crm.invoice"].create({"customer": customer.id, "currency": currency, "lines": lines, **values})


def refuse_issued(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Raise ConflictError if an invoice is deleted that was issued, or a line of one: it is voided instead."""
    for record in env.load(model, ids):
        invoice = record if model == "crm.invoice" else record.invoice
        if invoice is not None and invoice.state == "issued":
            raise ConflictError(
                _("%(number)s is issued and can't be deleted.", number=invoice.number), hint=_("void it instead")
            )
