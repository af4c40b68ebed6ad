"""Goods of an order are asked of the warehouse, all that is open or a part; and what a customer brings back is announced to it."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_sales_stock.services.limits import need_effective
from addons.crm_stock.api import StockLine, request_issue, request_receipt
from core.api import AccessDenied, ConflictError, Environment, ValidationError, _, lock_records, system_of

MILLIONTH = Decimal("0.000001")
SKIP_KEEPER = "crm_sales_stock.skip_keeper"
"""Who has this right may confirm a request at once, without being keeper of the warehouse."""


def open_lines(order: Any) -> list[Any]:
    """Return the lines of products of which something can still be requested, in their order."""
    return [line for line in order.lines if line.product is not None and line.to_request > 0]


def request_stock_out(
    order: Any,
    quantities: Mapping[int, Decimal] | None = None,
    *,
    warehouse: Any = None,
    date: Any = None,
    at_once: bool = False,
    places: Mapping[int, tuple[Any, str | None]] | None = None,
) -> Any:
    """Ask the warehouse for goods of an effective order; saves at once.

    Args:
        order: The record of ``crm.order``.
        quantities: Id of an order line → quantity in its unit; None: all that is open and not requested yet.
        warehouse: Record or id; None: the usual one.
        date: Day of the document; None: today.
        at_once: Confirm it too, instead of the keeper.
        places: Id of an order line → place in the warehouse and batch that its goods are taken from; None: of no certain one.

    Returns:
        The record of ``crm.stock.document``: requested, or confirmed if asked for.

    Raises:
        AccessDenied: The user may not do without the keeper.
        ConflictError: The order is not effective, or nothing of it is open.
        ValidationError: A quantity is not above 0, more than is open, or of a line without product.
    """
    need_effective(order)
    # Of two who ask at once the second waits, and sees what was requested.
    lock_records(order.lines)
    if quantities is None:
        quantities = {line.id: line.to_request for line in open_lines(order)}
        if not quantities:
            raise ConflictError(_("Nothing of %(number)s is still to be requested.", number=order.number))
    chosen = _chosen(order, quantities)
    document = request_issue(
        order.env,
        reason="sale",
        lines=[
            StockLine(line.product, line.unit, quantity, *(places or {}).get(line.id, (None, None)))
            for line, quantity in chosen
        ],
        warehouse=warehouse,
        customer=order.customer,
        source=order,
        date=date,
    )
    _link(document, chosen)
    if at_once:
        _confirm(order.env, document)
    return document


def announce_return(
    order: Any,
    quantities: Mapping[int, Decimal],
    *,
    replace: bool = False,
    warehouse: Any = None,
    date: Any = None,
    at_once: bool = False,
) -> Any:
    """Announce to the warehouse what a customer brings back; saves at once (SALE-46).

    Goods come back at what they cost when they were issued.

    Args:
        order: The record of ``crm.order``, effective or ended.
        quantities: Id of an order line → quantity in its unit.
        replace: They are to be delivered again; else the order shrinks.
        warehouse: Record or id; None: the usual one.
        date: Day of the document; None: today.
        at_once: Confirm it too, instead of the keeper.

    Returns:
        The record of ``crm.stock.document``: requested, or confirmed if asked for.

    Raises:
        AccessDenied: The user may not do without the keeper.
        ConflictError: The order is not effective.
        ValidationError: A quantity is not above 0, more than was delivered, or of a line without product.
    """
    if order.state != "done" or replace:
        need_effective(order)
    chosen = _chosen(order, quantities)
    document = request_receipt(
        order.env,
        reason="return",
        lines=[StockLine(line.product, line.unit, quantity, unit_cost=_issue_cost(line)) for line, quantity in chosen],
        warehouse=warehouse,
        customer=order.customer,
        source=order,
        date=date,
    )
    document.replace = replace
    _link(document, chosen)
    if at_once:
        _confirm(order.env, document)
    return document


def cancel_requests(order: Any) -> None:
    """Cancel what was asked of the warehouse for an order and is not confirmed; saves at once."""
    system = system_of(order.env)
    for document in system["crm.stock.document"].search([["order", "=", order.id], ["state", "=", "requested"]]):
        document.cancel()


def _chosen(order: Any, quantities: Mapping[int, Decimal]) -> list[tuple[Any, Decimal]]:
    """Return lines of the order with what is to move of each, in its unit."""
    known = {line.id: line for line in order.lines}
    found = []
    for number, quantity in quantities.items():
        line = known.get(number)
        if line is None:
            raise ValidationError(_("The line belongs to another contract."), field="lines")
        if line.product is None:
            raise ValidationError(_("%(line)s has no product: it is not kept in stock.", line=line.name), field="lines")
        if quantity <= 0:
            raise ValidationError(_("%(line)s: a quantity above 0 is needed.", line=line.name), field="quantity")
        found.append((line, quantity))
    if not found:
        raise ValidationError(_("Enter a quantity."), field="lines")
    return found


def _link(document: Any, chosen: Sequence[tuple[Any, Decimal]]) -> None:
    """Note on each line of a new document the order line it is for; this is where requests beyond what is open are refused."""
    for line, (order_line, _quantity) in zip(
        sorted(document.lines, key=lambda line: int(line.id)), chosen, strict=True
    ):
        line.update(order_line=order_line.id)
    document.env.flush()


def _issue_cost(line: Any) -> Decimal | None:
    """Return what one base unit of an order line had cost when it was issued; None: nothing was issued, the average counts."""
    return (line.issue_cost / line.issued).quantize(MILLIONTH, rounding=ROUND_HALF_UP) if line.issued > 0 else None


def _confirm(env: Environment, document: Any) -> None:
    if not env.has_right(SKIP_KEEPER):
        raise AccessDenied(_("You may not deliver without the keeper."))
    document.confirm()
