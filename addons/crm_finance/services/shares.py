"""Which receivables a receipt settles: by hand, or the oldest due first (FIN-09, FIN-10)."""

from decimal import Decimal
from typing import Any

from addons.crm_finance.services.settling import open_receivables, spread
from core.api import ConflictError, ValidationError, _


def parts_of(receipt: Any) -> list[tuple[Any, Decimal]]:
    """Return the receivables that a receipt settles when it is confirmed, and how much of each; the caller acts as the system.

    Its shares where it has some; else what is open of its contract, the planned receipt that it names first, or of its customer.

    Raises:
        ValidationError: More came than is open, and it is not to be kept as prepayment.
    """
    if receipt.is_prepayment:
        return []
    arrived = receipt.arrived
    if receipt.shares:
        parts = [(share.receivable, share.amount) for share in receipt.shares]
    else:
        domain = ["order", "=", receipt.order.id] if receipt.order else ["customer", "=", receipt.customer.id]
        found = open_receivables(receipt.env, [domain], receipt.currency)
        if receipt.plan is not None:
            found.sort(key=lambda each: each.plan != receipt.plan)
        parts = spread(found, arrived)
    rest = arrived - sum((amount for _receivable, amount in parts), Decimal(0))
    if rest > 0 and not receipt.keep_rest:
        raise ValidationError(
            _("%(amount)s is %(rest)s more than is settled by it.", amount=f"{arrived:.2f}", rest=f"{rest:.2f}"),
            code="validation.more_than_open",
            field="keep_rest",
            hint=_("keep what is more as prepayment?"),
        )
    return parts


def check_shares(receipt: Any) -> None:
    """Raise ValidationError if the shares are more than the receipt, or there are some though all of it is prepayment."""
    if not receipt.shares:
        return
    if receipt.is_prepayment:
        raise ValidationError(_("A prepayment settles nothing: it has no shares."), field="shares")
    total = sum((share.amount or Decimal(0) for share in receipt.shares), Decimal(0))
    need_within(total, receipt.amount if receipt.arrived is None else receipt.arrived)


def need_within(total: Decimal, most: Decimal) -> None:
    """Raise ValidationError if shares add up to more than what was received."""
    if total > most:
        raise ValidationError(
            _(
                "The shares add up to %(total)s, more than the %(amount)s received.",
                total=f"{total:.2f}",
                amount=f"{most:.2f}",
            ),
            field="shares",
        )


def check_share(share: Any) -> None:
    """Check one share.

    Raises:
        ValidationError: It is not above 0, or its receivable is another customer's or in another currency.
        ConflictError: The receipt is confirmed already.
    """
    receipt, receivable = share.receipt, share.receivable
    if receipt.state != "entered":
        raise ConflictError(_("%(number)s is confirmed and can't be changed.", number=receipt.number))
    if share.amount <= 0:
        raise ValidationError(_("A share must be above 0."), field="amount")
    if receivable.customer != receipt.customer or receivable.currency != receipt.currency:
        raise ValidationError(
            _("%(number)s is another customer's, or in another currency.", number=receivable.number),
            field="receivable",
        )
    check_shares(receipt)
