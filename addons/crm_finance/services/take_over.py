"""Contracts and receipts from before finance was enabled: their receivables and settlements (FIN-08)."""

from typing import Any

from addons.crm_finance.services.receivables import follow_order
from addons.crm_finance.services.settling import open_receivables, settle, spread
from addons.crm_sales.api import EFFECTIVE
from core.api import Environment

CHUNK = 500


def take_over(env: Environment) -> None:
    """Make receivables of effective contracts and settle them with confirmed receipts, as the system.

    Nothing is booked to accounts: their opening balances hold that money. Called once, when the addon is enabled.
    """
    for order in _each(env, "crm.order", [["state", "in", EFFECTIVE], ["receivables", "is_not_set"]]):
        follow_order(order)
    env.flush()
    for receipt in _each(env, "crm.receipt", [["state", "=", "confirmed"], ["settlements", "is_not_set"]]):
        found = open_receivables(env, [["order", "=", receipt.order.id]], receipt.order.currency)
        found.sort(key=lambda each: each.plan != receipt.plan)
        for receivable, amount in spread(found, receipt.amount):
            settle(receivable, amount, receipt.date, receipt=receipt)


def _each(env: Environment, model: str, domain: list[Any]) -> Any:
    """Yield the records that fit, in order of their ids, so many at a time."""
    last = 0
    while found := env[model].search([*domain, ["id", ">", last]], order="id", limit=CHUNK):
        yield from found
        last = found[-1].id
        env.flush()
