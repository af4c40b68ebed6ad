"""The opening balance of an account, once (FIN-04)."""

from typing import Any

from addons.crm_finance.services.entries import lock_accounts, post_entry
from core.api import ConflictError, Environment, _, system_of


def open_account(account: Any) -> None:
    """Book the opening balance of an account, if it is not 0, and mark it as opened.

    Raises:
        AccessDenied: The user may not post to the account.
        ConflictError: It is booked already.
    """
    env: Environment = account.env
    env.flush()
    locked = lock_accounts(env, [account.id])[account.id]
    if locked.opened:
        raise ConflictError(_("The opening balance of %(account)s is booked already.", account=locked.name))
    if locked.opening_balance:
        post_entry(
            env, account=account, amount=locked.opening_balance, date=locked.opening_date, kind="opening", source=locked
        )
    locked.opened = True
    system_of(env).flush()
