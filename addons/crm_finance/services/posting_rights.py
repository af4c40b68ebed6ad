"""Who may post to an account: its cashiers and finance managers; and who takes money at all (FIN-01)."""

from typing import Any

from core.api import AccessDenied, Environment, _

MANAGER = "crm_finance.manager"
CASHIER = "crm_sales.cashier"


def is_cashier(env: Environment) -> bool:
    """Tell whether the user receives money and settles receivables; the system does."""
    return bool(env.is_elevated or env.guard.has_group(env, CASHIER))


def may_post(env: Environment, account: Any) -> bool:
    """Tell whether the user may post to an account and see its balance."""
    return env.is_elevated or env.guard.has_group(env, MANAGER) or any(each.id == env.uid for each in account.cashiers)


def need_posting(env: Environment, account: Any) -> None:
    """Raise AccessDenied unless the user may post to the account."""
    if not may_post(env, account):
        raise AccessDenied(
            _("Only the cashiers of %(account)s post to it.", account=account.name),
            code="access.account",
            hint=_("ask a finance manager to make you a cashier of it"),
        )


def usable_accounts(env: Environment, currency: str) -> list[Any]:
    """Return the accounts in use of a currency to which the user may post, in their order."""
    found = env["crm.account"].search([["currency", "=", currency], ["active", "=", True]])
    return [account for account in found if may_post(env, account)]
