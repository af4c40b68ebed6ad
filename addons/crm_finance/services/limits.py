"""Customers whose overdue total is over their limit: new contracts need approval (FIN-20)."""

from decimal import Decimal
from typing import Any

from addons.crm_finance.services.customer_money import excess, overdue_domain, overdue_of
from addons.crm_sales.api import company_currency
from core.api import Environment, Link, Notice, _, formats, get_parameter, records_url, system_of


def excess_of(env: Environment, customer: int) -> Decimal:
    """Return by how much the overdue receivables of a customer (id) are over its limit, whoever asks: 0 if they are not; two statements."""
    system = system_of(env)
    limit = system["crm.customer"].read([["id", "=", customer]], ["overdue_limit"])
    if not limit or limit[0]["overdue_limit"] is None:
        return Decimal(0)
    return excess(overdue_of(system, customer), limit[0]["overdue_limit"])


def note_excess(order: Any) -> None:
    """Note on a contract that is to become effective by how much its customer is over the limit; a flow of approval starts by it."""
    env = order.env
    over = excess_of(env, order.customer.id)
    needs = bool(over) and bool(get_parameter(env, "crm_finance.limit_needs_approval"))
    if (order.overdue_excess or Decimal(0), order.is_over_limit) == (over, needs):
        return
    with env.system_changes():
        order.overdue_excess, order.is_over_limit = over, needs
        env.flush()


def notices(env: Environment, model: str, number: int) -> list[Notice] | None:
    """Tell who opens a customer, or a draft for it, that it is over its limit."""
    if model == "crm.customer":
        customer = number
    elif model == "crm.order":
        rows = env["crm.order"].read([["id", "=", number], ["state", "in", ["draft", "in_approval"]]], ["customer"])
        if not rows:
            return None
        customer = rows[0]["customer"]
    else:
        return None
    over = excess_of(env, customer)
    if not over:
        return None
    shown = formats.money(over, env.lang, company_currency(env))
    text = _("Overdue receivables of this customer are over the limit by %(over)s.", over=shown)
    look = Link(
        _("Overdue receivables"), records_url("crm.receivable", domain=overdue_domain(env, customer)), icon="list"
    )
    return [Notice(text, "warning", "alert-triangle", links=[look])]
