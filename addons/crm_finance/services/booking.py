"""What confirming a receipt does to accounts, receivables and prepayments, and how reversing takes it back (FIN-09, FIN-16, FIN-24)."""

from decimal import Decimal
from typing import Any

from addons.crm_finance.services.entries import post_entry, reverse_entry
from addons.crm_finance.services.posting_rights import usable_accounts
from addons.crm_finance.services.prepayments import move_prepayment, prepayment_of
from addons.crm_finance.services.rates import rate_on
from addons.crm_finance.services.settling import settle, take_back
from addons.crm_finance.services.shares import parts_of
from addons.crm_sales.api import company_currency
from core.api import ValidationError, _


def fill_receipt(receipt: Any) -> None:
    """Fill in currency and rate where they are left empty: those of the contract, else the company's currency at the rate of the day."""
    order = receipt.order
    if not receipt.currency:
        receipt.currency = order.currency if order else company_currency(receipt.env)
    if receipt.rate is None:
        is_same = order is not None and order.currency == receipt.currency
        day = receipt.date or receipt.env.today()
        receipt.rate = order.rate if is_same else rate_on(receipt.env, receipt.currency, day)


def usual_account(receipt: Any) -> Any:
    """Return the account that a receipt goes into if it names none; None if there is none.

    The first in its currency that the user may post to, of its own branch if that has one.
    """
    usable = usable_accounts(receipt.env, receipt.currency)
    own = [account for account in usable if account.company == receipt.company]
    return next(iter([*own, *usable]), None)


def book_receipt(receipt: Any) -> None:
    """Book the money that arrived, settle receivables with it and keep the rest as prepayment.

    Raises:
        AccessDenied: The user is no cashier of the account.
        ValidationError: There is no account in its currency, or more came than is open and is not to be kept.
    """
    env = receipt.env
    account = receipt.account or usual_account(receipt)
    if account is None:
        raise ValidationError(_("Into which account did the money come?"), field="account")
    if account.currency != receipt.currency:
        raise ValidationError(
            _("%(account)s is kept in %(currency)s.", account=account.name, currency=account.currency), field="account"
        )
    arrived = receipt.amount if receipt.arrived is None else receipt.arrived
    if arrived <= 0:
        raise ValidationError(_("A receipt needs an amount above 0."), field="arrived")
    entry = post_entry(env, account=account, amount=arrived, date=receipt.date, kind="receipt", source=receipt)
    with env.elevated(reason=f"receipt {receipt.number} confirmed"):
        receipt.update(account=account.id, arrived=arrived, entry=entry.id)
        env.flush()
        rest = arrived
        for receivable, amount in parts_of(receipt):
            settle(receivable, amount, receipt.date, receipt=receipt)
            rest -= amount
        if rest > 0:
            prepayment = prepayment_of(receipt.customer, receipt.currency)
            move_prepayment(prepayment, rest, "received", receipt.date, receipt=receipt)


def unbook_receipt(receipt: Any) -> None:
    """Take back what confirming a receipt did, as of today.

    Raises:
        AccessDenied: The user is no cashier of the account.
        ValidationError: Its prepayment was used already.
    """
    env = receipt.env
    if receipt.entry is not None:
        reverse_entry(receipt.entry, env.today())
    with env.elevated(reason=f"receipt {receipt.number} reversed"):
        for settlement in [each for each in receipt.settlements if not each.reversed]:
            take_back(settlement, env.today())
        kept = sum((each.amount for each in receipt.prepayment_entries), Decimal(0))
        if kept:
            prepayment = receipt.prepayment_entries[0].prepayment
            if kept > prepayment.balance:
                raise ValidationError(
                    _(
                        "%(kept)s of %(number)s were kept as prepayment and are used already.",
                        kept=f"{kept:.2f}",
                        number=receipt.number,
                    ),
                    hint=_("take back what was settled from the prepayment first"),
                )
            move_prepayment(prepayment, -kept, "returned", env.today(), receipt=receipt)
