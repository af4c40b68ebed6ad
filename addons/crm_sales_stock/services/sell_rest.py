"""Goods lent that stay with the customer become an order (STOCK-06)."""

from decimal import Decimal
from typing import Any

from addons.crm_sales_stock.services.request import request_stock_out
from addons.crm_stock.api import lent_lines, make_return
from core.api import ValidationError, _, system_of


def sell_rest(loan: Any) -> Any:
    """Return a new draft order with everything of a loan that is still out, at the suggested prices.

    Raises:
        ConflictError: Nothing is out any more.
        ValidationError: The goods were lent to nobody who could buy them.
    """
    lines = lent_lines(loan)
    if loan.customer is None:
        raise ValidationError(_("Only what was lent to a customer can be sold."), field="customer")
    return loan.env["crm.order"].create(
        {
            "kind": "order",
            "customer": loan.customer,
            "loan": loan.id,
            "lines": [
                {"product": line.product, "unit": line.product.base_unit, "quantity": line.still_lent} for line in lines
            ],
        }
    )


def issue_lent(order: Any) -> None:
    """Let an order of goods lent, which became effective, take them: they come back from the loan and are issued, without leaving the customer.

    Saves at once, as the system: the keeper had confirmed that they went out. What the order has more than is still lent stays open.
    """
    order.env.flush()
    system = system_of(order.env)
    own = system.browse("crm.order", order.id)
    taken = [(line, ordered, quantity) for line, ordered, quantity in _pairs(own) if quantity > 0]
    if not taken:
        return
    make_return(own.loan, [(line, quantity) for line, _ordered, quantity in taken]).confirm()
    request_stock_out(
        own,
        {ordered.id: quantity / _ratio(ordered) for _line, ordered, quantity in taken},
        warehouse=own.loan.warehouse,
        at_once=True,
        places={ordered.id: (line.place, line.batch) for line, ordered, _quantity in taken},
    )


def _pairs(order: Any) -> list[tuple[Any, Any, Decimal]]:
    """Return lines of the loan with the line of the order that takes them, and how much of it, in base units; each line once."""
    left = [line for line in order.loan.lines if line.still_lent > 0]
    found = []
    for ordered in order.lines:
        line = next((each for each in left if each.product == ordered.product), None)
        if line is not None:
            left.remove(line)
            found.append((line, ordered, min(line.still_lent, ordered.to_request * _ratio(ordered))))
    return found


def _ratio(ordered: Any) -> Decimal:
    return Decimal(ordered.unit.ratio if ordered.unit else 1)
