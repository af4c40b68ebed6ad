"""No more is requested than is open, and no more comes back than was delivered (SALE-44, SALE-46)."""

from collections.abc import Iterable
from typing import Any

from addons.crm_product.api import plain
from core.api import ConflictError, ValidationError, _


def need_effective(order: Any) -> None:
    """Raise ConflictError unless an order is effective."""
    if order.state != "confirmed":
        raise ConflictError(_("%(number)s is not effective: nothing moves for it.", number=order.number))


def check_requested(lines: Iterable[Any]) -> None:
    """Check lines of stock documents against the order lines they are for, whose figures hold them already.

    Args:
        lines: Records of ``crm.stock.line``; those of documents that are not just requested are passed over.

    Raises:
        ConflictError: An order is not effective.
        ValidationError: More is requested than is open, or more is to come back than was delivered.
    """
    for line in lines:
        if line.order_line is not None and line.document.state == "requested":
            _check(line, line.order_line)


def _check(line: Any, ordered: Any) -> None:
    order, is_return = ordered.order, line.document.kind == "in"
    if not (is_return and order.state == "done"):
        need_effective(order)
    quantity = line.order_quantity
    if is_return and ordered.coming_back > ordered.delivered:
        raise ValidationError(
            _(
                "%(line)s: only %(rest)s can come back, not %(quantity)s.",
                line=ordered.name,
                rest=plain(ordered.delivered - ordered.coming_back + quantity),
                quantity=plain(quantity),
            ),
            field="quantity",
        )
    if not is_return and ordered.to_request < 0:
        raise ValidationError(
            _(
                "%(line)s: only %(rest)s can still be requested, not %(quantity)s.",
                line=ordered.name,
                rest=plain(ordered.to_request + quantity),
                quantity=plain(quantity),
            ),
            field="quantity",
        )
