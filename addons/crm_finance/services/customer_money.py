"""What a customer owes and has paid ahead, in base currency (FIN-20)."""

from decimal import Decimal
from typing import Any

from addons.crm_finance.services.rates import to_base
from core.api import AccessDenied, Environment

_OPEN = ["open_base", ">", 0]


def money_of(customer: Any) -> dict[str, Decimal]:
    """Return ``outstanding``, ``overdue``, ``prepaid`` and ``overdue_excess`` (over the limit; 0 without one); three statements.

    Only what the user may read counts; empty for who may read no receivables.
    """
    env = customer.env
    try:
        outstanding = _open_sum(env, [["customer", "=", customer.id], _OPEN])
        overdue = overdue_of(env, customer.id)
        rows = env["crm.prepayment"].read([["customer", "=", customer.id]], ["currency", "balance"])
    except AccessDenied:
        return {}
    return {
        "outstanding": outstanding,
        "overdue": overdue,
        "prepaid": sum((to_base(env, row["balance"], row["currency"], env.today()) for row in rows), Decimal(0)),
        "overdue_excess": excess(overdue, customer.overdue_limit),
    }


def excess(overdue: Decimal, limit: Decimal | None) -> Decimal:
    """Return by how much a limit is passed; 0 if it is not, or there is none."""
    return Decimal(0) if limit is None else max(Decimal(0), overdue - limit)


def overdue_domain(env: Environment, customer: int) -> list[Any]:
    """Return the condition on receivables of a customer (id) that are overdue; what is due today is not (D10)."""
    return [["customer", "=", customer], _OPEN, ["due_date", "<", env.today()]]


def overdue_of(env: Environment, customer: int) -> Decimal:
    """Return what is overdue of a customer (id), as far as the user may read it.

    Raises:
        AccessDenied: The user may read no receivables.
    """
    return _open_sum(env, overdue_domain(env, customer))


def _open_sum(env: Environment, domain: list[Any]) -> Decimal:
    return env["crm.receivable"].aggregate(domain, {"open_base": "sum"})[0]["open_base"] or Decimal(0)
