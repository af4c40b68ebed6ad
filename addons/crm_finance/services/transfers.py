"""Money from one account to another: both sides or neither (FIN-05)."""

from decimal import ROUND_HALF_UP
from typing import Any

from addons.crm_finance.services.entries import ENTRY, lock_accounts, post_entry, reverse_entry
from addons.crm_finance.services.posting_rights import need_posting
from addons.crm_finance.services.rates import CENT, rate_on
from core.api import Environment, ValidationError, _, system_of


def check_transfer(transfer: Any) -> None:
    """Check the amounts of a transfer, and fill in what arrives where nothing is given.

    Raises:
        ValidationError: An amount is not above 0, both accounts are the same, or amounts in the same currency differ.
    """
    source, target = transfer.from_account, transfer.to_account
    if source == target:
        raise ValidationError(_("Choose two different accounts."), field="to_account")
    if transfer.amount <= 0:
        raise ValidationError(_("The amount must be above 0."), field="amount")
    if source.currency == target.currency:
        if transfer.received not in (None, transfer.amount):
            raise ValidationError(_("Both accounts have the same currency: the same amount arrives."), field="received")
        arrives = transfer.amount
    else:
        arrives = transfer.received or _converted(transfer)
    if arrives <= 0:
        raise ValidationError(_("The amount must be above 0."), field="received")
    if transfer.received != arrives:
        transfer.received = arrives


def book_transfer(transfer: Any) -> None:
    """Post both sides and the fee.

    Raises:
        AccessDenied: The user may not post to both accounts.
    """
    env: Environment = transfer.env
    source, target = transfer.from_account, transfer.to_account
    need_posting(env, source)
    need_posting(env, target)
    lock_accounts(env, [source.id, target.id])
    common = {"date": transfer.date, "source": transfer, "note": transfer.note}
    post_entry(env, account=source, amount=-transfer.amount, kind="transfer", **common)
    post_entry(env, account=target, amount=transfer.received, kind="transfer", **common)
    if transfer.fee:
        post_entry(env, account=source, amount=-transfer.fee, kind="fee", category="bank_fee", **common)


def reverse_transfer(transfer: Any) -> None:
    """Take back all entries of a transfer."""
    env: Environment = transfer.env
    entries = system_of(env)[ENTRY].search([["source", "=", transfer], ["state", "=", "confirmed"]])
    entries = [entry for entry in entries if entry.reverses_id is None]
    lock_accounts(env, [entry.account_id for entry in entries])
    for entry in entries:
        reverse_entry(env.browse(ENTRY, entry.id))


def _converted(transfer: Any) -> Any:
    env, source, target = transfer.env, transfer.from_account, transfer.to_account
    crossed = rate_on(env, source.currency, transfer.date) / rate_on(env, target.currency, transfer.date)
    return (transfer.amount * crossed).quantize(CENT, ROUND_HALF_UP)
