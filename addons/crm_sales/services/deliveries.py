"""Rules of deliveries: no more than was ordered, no more back than went out (SALE-41)."""

from typing import Any

from addons.crm_product.api import plain
from core.api import ConflictError, ValidationError, _


def check_delivery(delivery: Any) -> None:
    """Check a delivery or return that was noted.

    Raises:
        ConflictError: Its order is not effective; one that ended takes goods back for good only.
        ValidationError: The line is of another order; nothing, more than is open, or more than was delivered.
    """
    order, line, quantity = delivery.order, delivery.line, delivery.quantity
    if line.order != order:
        raise ValidationError(_("The line belongs to another contract."), field="line")
    is_late_return = order.state == "done" and delivery.kind == "return" and not delivery.replace
    if order.state != "confirmed" and not is_late_return:
        raise ConflictError(_("%(number)s is not effective: nothing can be delivered.", number=order.number))
    if quantity <= 0:
        raise ValidationError(_("A quantity above 0 is needed."), field="quantity")
    # The figures of the line hold this delivery already.
    if line.open_quantity < 0:
        raise ValidationError(
            _(
                "%(line)s: only %(open)s can still be delivered, not %(quantity)s.",
                line=line.name,
                open=plain(line.open_quantity + quantity),
                quantity=plain(quantity),
            ),
            field="quantity",
        )
    if line.delivered < 0:
        raise ValidationError(
            _(
                "%(line)s: only %(delivered)s were delivered, %(quantity)s can't come back.",
                line=line.name,
                delivered=plain(line.delivered + quantity),
                quantity=plain(quantity),
            ),
            field="quantity",
        )


def check_planned(planned: Any) -> None:
    """Raise ValidationError if a line is planned beyond what was ordered, or is one of another order."""
    line = planned.line
    if line.order != planned.order:
        raise ValidationError(_("The line belongs to another contract."), field="line")
    if planned.quantity <= 0:
        raise ValidationError(_("A quantity above 0 is needed."), field="quantity")
    total = sum(row.quantity for row in line.delivery_plans)
    if total > line.quantity:
        raise ValidationError(
            _(
                "%(line)s: deliveries of %(total)s are planned, but %(quantity)s were ordered.",
                line=line.name,
                total=plain(total),
                quantity=plain(line.quantity),
            ),
            field="quantity",
        )
