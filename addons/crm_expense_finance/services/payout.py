"""Book the payment of a claim, and take it back (FIN-31)."""

from typing import Any

from addons.crm_finance.api import post_entry, reverse_entry, usable_accounts
from addons.crm_sales.api import company_currency
from core.api import ValidationError, _


def pay_out(claim: Any) -> None:
    """Book what ``claim`` is worth out of its account, today; nothing where that is 0.00.

    Raises:
        AccessDenied: The user is no cashier of the account.
        ValidationError: The account is in another currency, or none is named and the user may post to none.
    """
    env = claim.env
    env.flush()
    if not claim.amount:
        return
    currency = company_currency(env)
    account = claim.account or _usual_account(claim, currency)
    if account is None:
        raise ValidationError(_("From which account is it paid?"), field="account")
    if account.currency != currency:
        raise ValidationError(
            _("%(account)s is kept in %(currency)s.", account=account.name, currency=account.currency), field="account"
        )
    entry = post_entry(
        env, account=account, amount=-claim.amount, date=env.today(), kind="expense", source=claim, note=claim.title
    )
    with env.elevated(reason=f"expense claim {claim.number} paid"):
        claim.update(account=account.id, entry=entry.id)


def take_back(claim: Any) -> None:
    """Reverse the entry of ``claim``, if it has one.

    Raises:
        AccessDenied: The user is no cashier of the account.
    """
    if claim.entry is None:
        return
    reverse_entry(claim.entry, claim.env.today())
    with claim.env.elevated(reason=f"payment of {claim.number} taken back"):
        claim.update(entry=None)


def _usual_account(claim: Any, currency: str) -> Any:
    """Return the first account that the user may post to, of the claim's own branch if that has one."""
    usable = usable_accounts(claim.env, currency)
    own = [account for account in usable if account.company == claim.company]
    return next(iter([*own, *usable]), None)
