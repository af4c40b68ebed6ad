"""The payment plan of an order: its rows add up to the amount, and money received fills them by date (SALE-41)."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_product.api import plain
from addons.crm_sales.services.order_states import EFFECTIVE
from core.api import Environment, ValidationError, _

CENT = Decimal("0.01")
WHOLE = Decimal(100)
PLANS = frozenset({"crm.payment.plan"})


def cents(amount: Decimal) -> Decimal:
    """Return an amount rounded half up to 2 decimals."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def in_order(rows: Sequence[Any]) -> list[Any]:
    """Return rows of a plan by date; new ones of one day behind saved ones."""
    return sorted(rows, key=lambda row: (row.date, row.__dict__.get("id") or 1 << 62))


def fill_amounts(order: Any) -> None:
    """Give the rows with a percentage their amounts; what rounding leaves goes into the last of them.

    Rows without a percentage keep the amount they were given, until goods come back for good: then the latest of them get less (SALE-46).
    """
    rows = [row for row in in_order([row for row in order.plans if row.date]) if row.percent is not None]
    total = order.amount or Decimal(0)
    amounts = [cents(total * row.percent / WHOLE) for row in rows]
    if rows and sum(row.percent for row in order.plans if row.percent is not None) == WHOLE:
        fixed = sum((row.amount or 0 for row in order.plans if row.percent is None), Decimal(0))
        amounts[-1] += total - fixed - sum(amounts)
    for row, amount in zip(rows, amounts, strict=True):
        if row.amount != amount:
            row.amount = amount
    _take_off_returns(order, sum(amounts, Decimal(0)))


def _take_off_returns(order: Any, by_percent: Decimal) -> None:
    """Fit the rows without a percentage to the amount, once for each change of what came back; else a plan that is wrong stays so."""
    returned = order.returned_amount or Decimal(0)
    if returned == order.returned_in_plan:
        return
    order.returned_in_plan = returned
    rows = [row for row in in_order([row for row in order.plans if row.date]) if row.percent is None]
    excess = sum((row.amount or Decimal(0) for row in rows), by_percent) - (order.amount or Decimal(0))
    for row in reversed(rows):
        before = row.amount or Decimal(0)
        row.amount = max(before - excess, Decimal(0))
        excess -= before - row.amount


def check_plan(order: Any) -> None:
    """Raise ValidationError unless the plan is empty or adds up to the order: 100 %, or its amount."""
    rows = list(order.plans)
    if not rows:
        return
    if all(row.percent is not None for row in rows):
        percent = sum(row.percent for row in rows)
        if percent != WHOLE:
            raise ValidationError(
                _("The payment plan adds up to %(percent)s %%, not to 100 %%.", percent=plain(percent)),
                field="plans",
            )
    total = sum((row.amount or Decimal(0) for row in rows), Decimal(0))
    if total != order.amount:
        raise ValidationError(
            _(
                "The payment plan adds up to %(total)s; the amount of the contract is %(amount)s.",
                total=f"{total:.2f}",
                amount=f"{order.amount:.2f}",
            ),
            field="plans",
        )


def spread_received(order: Any) -> dict[Any, Decimal]:
    """Return for each row of the plan what was received of it.

    A receipt that names a row fills this row first; everything else fills the rows by date, the earliest first. What is received beyond
    the plan belongs to no row.
    """
    rows = in_order(order.plans)
    found = dict.fromkeys(rows, Decimal(0))
    rest = Decimal(0)
    for receipt in order.receipts:
        if receipt.state != "confirmed":
            continue
        amount = receipt.amount or Decimal(0)
        if receipt.plan in found:
            taken = min(amount, (receipt.plan.amount or Decimal(0)) - found[receipt.plan])
            found[receipt.plan] += taken
            amount -= taken
        rest += amount
    for row in rows:
        taken = min(rest, (row.amount or Decimal(0)) - found[row])
        found[row] += taken
        rest -= taken
    return found


def check_plans(env: Environment, ids: Iterable[int]) -> None:
    """Check the plans of the effective orders that the rows ``ids`` belong to; that of a draft is checked when it becomes effective.

    Raises:
        ValidationError: One does not add up.
    """
    orders = {row.order for row in env.load("crm.payment.plan", sorted(ids))}
    for order in orders:
        if order.state in EFFECTIVE:
            check_plan(order)
