"""Keep what customers bought in all (LOY-14)."""

from collections.abc import Collection
from decimal import Decimal

from addons.crm_sales.api import EFFECTIVE
from core.api import Environment, system_of

CHANGING = frozenset({"state", "base_amount", "customer", "effective_date"})
"""Fields of an order whose change changes what its customer bought."""


def keep_purchases(env: Environment, customers: Collection[int]) -> None:
    """Sum up the effective orders of some customers anew; two statements, and one for each customer whose figures change."""
    if not customers:
        return
    rows = system_of(env)["crm.order"].aggregate(
        [["customer", "in", list(customers)], ["state", "in", EFFECTIVE]],
        {"base_amount": "sum", "effective_date": "max"},
        ["customer"],
    )
    sums = {row["customer"]: row for row in rows}
    with env.system_changes():
        for customer in env.load("crm.customer", list(customers)):
            found = sums.get(customer.id, {})
            customer.purchases = found.get("base_amount") or Decimal(0)
            customer.last_purchase = found.get("effective_date")


def count_purchases(env: Environment, limit: int = 500) -> None:
    """Sum up what customers bought before the addon was there, some at a time."""
    last, ids = 0, [0]
    while ids:
        rows = env["crm.customer"].read([["id", ">", last], ["orders", "is_set"]], ["id"], "id", limit)
        ids = [row["id"] for row in rows]
        keep_purchases(env, ids)
        last = ids[-1] if ids else last
