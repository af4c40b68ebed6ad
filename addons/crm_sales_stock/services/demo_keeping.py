"""What the keeper of the demo does besides issues: goods lent, one stock-taking, and limits, of which some are passed."""

import datetime as dt
from decimal import Decimal
from typing import Any

from addons.crm_stock.api import available, default_warehouse, make_return
from core.api import DemoYear

LENT_DAYS = (60, 40, 24, 9, 4)
"""Days ago that goods were lent, for `LENT_FOR` days each: the first two came back, the third is late."""
LENT_FOR = 21
COUNTED_DAYS = 30
"""Days ago that the stock was counted."""
LIMITS = (
    (Decimal("1.5"), Decimal(2)),
    (Decimal("0.5"), Decimal("1.5")),
    (Decimal("0.3"), Decimal("0.8")),
    (Decimal("0.6"), None),
)
"""Lower and upper limit as a multiple of what is there: too little, enough, too much, enough."""


def make_keeping(year: DemoYear) -> None:
    """Lend, count and set limits in the main warehouse; nothing where none holds anything."""
    warehouse = default_warehouse(year.env)
    if warehouse is None:
        return
    domain = [["warehouse", "=", warehouse], ["on_hand", ">", 0]]
    held = {level.product: None for level in year.env["crm.stock.level"].search(domain, order="product, id")}
    if held:
        _lend(year, warehouse)
        _count(year, warehouse)
        _limit(year, warehouse, list(held))


def confirm_as_keeper(document: Any, login: str = "feng") -> Any:
    """Confirm a document as the demo's keeper, or another person, whom the ledger then shows; return the record as they have it."""
    document.env.flush()
    keeper = document.env.as_user(login)
    own = keeper["crm.stock.document"].get(document.id)
    own.confirm()
    return own


def _lend(year: DemoYear, warehouse: Any) -> None:
    customers = list(year.env["crm.customer"].search([["owner", "is_set", True]], order="id", limit=len(LENT_DAYS)))
    product = year.env.ref("crm_product.demo_lp200")
    for step, (ago, customer) in enumerate(zip(LENT_DAYS, customers, strict=False)):
        day = year.today - dt.timedelta(days=ago)
        if available(year.env, [product], warehouse)[product.id] < 1:
            return
        with year.at(day):
            loan = year.env["crm.stock.document"].create(
                {
                    "kind": "loan",
                    "reason": "other",
                    "warehouse": warehouse,
                    "customer": customer,
                    "due_date": day + dt.timedelta(days=LENT_FOR),
                    "notes": "样机试用",
                    "lines": [{"product": product, "unit": product.base_unit, "quantity": 1}],
                }
            )
            loan = confirm_as_keeper(loan)
        if step < 2:
            with year.at(day + dt.timedelta(days=LENT_FOR - 3)):
                confirm_as_keeper(make_return(loan, [(line, line.still_lent) for line in loan.lines]))


def _count(year: DemoYear, warehouse: Any) -> None:
    """Count the warehouse: one product less than in the book, one more."""
    with year.at(year.today - dt.timedelta(days=COUNTED_DAYS), 17):
        count = year.env["crm.stock.document"].create(
            {"kind": "count", "warehouse": warehouse, "notes": "季度盘点"},
        )
        count.list_stock()
        for line, found in zip(count.lines, (-1, 0, 2), strict=False):
            line.quantity = line.quantity + found
        count.request()
        # Keepers may not approve the differences that they found themselves.
        confirm_as_keeper(count, "admin")


def _limit(year: DemoYear, warehouse: Any, products: list[Any]) -> None:
    there = available(year.env, products, warehouse)
    values = []
    for step, product in enumerate(products):
        lower, upper = LIMITS[step % len(LIMITS)]
        amount = max(there[product.id], Decimal(10))
        values.append(
            {
                "product": product,
                "warehouse": warehouse,
                "lower": (amount * lower).quantize(Decimal(1)),
                "upper": None if upper is None else (amount * upper).quantize(Decimal(1)),
            }
        )
    year.env["crm.stock.limit"].create(values)
