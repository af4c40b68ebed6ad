"""When and by whom receipts are entered (SALE-40)."""

from typing import Any

from addons.crm_sales.services.order_states import EFFECTIVE
from core.api import AccessDenied, ConflictError, ValidationError, _, get_parameter

RIGHT = "crm_sales.enter_receipts"


def may_enter(order: Any) -> bool:
    """Tell whether the user may enter a receipt for ``order`` in its present state."""
    if order.state in EFFECTIVE:
        return bool(order.env.has_right(RIGHT)) or is_direct(order)
    return order.state == "draft" and is_direct(order)


def is_direct(order: Any) -> bool:
    """Tell whether money may come in together with a new contract: the setting is on, and nobody has to approve the contract."""
    if not get_parameter(order.env, "crm_sales.direct_receipts"):
        return False
    return not order.env.hook.sales_order_needs_approval(order=order)


def check_entry(receipt: Any) -> None:
    """Check a receipt that was entered or changed.

    Raises:
        ConflictError: It is confirmed already.
        AccessDenied: The user has no right to enter receipts.
        ValidationError: It has no order where it needs one, its order is not effective, or it names a planned receipt of another order.
    """
    order = receipt.order
    if receipt.state == "confirmed":
        raise ConflictError(
            _("%(number)s is confirmed and can't be changed.", number=receipt.number), hint=_("have it reversed")
        )
    if order is None:
        _check_without_order(receipt)
        return
    if receipt.plan is not None and receipt.plan.order != order:
        raise ValidationError(_("This planned receipt belongs to another contract."), field="plan")
    if receipt.customer != order.customer:
        raise ValidationError(_("The contract is one of another customer."), field="customer")
    if order.state in ("draft", "in_approval", "cancelled") and not may_enter(order):
        raise ValidationError(
            _("%(number)s is not effective: no money can be entered for it.", number=order.number),
            field="order",
            hint=_("have the contract approved first"),
        )
    if not may_enter(order):
        raise AccessDenied(_("You may not enter receipts."))


def _check_without_order(receipt: Any) -> None:
    if receipt.needs_order():
        raise ValidationError(_("A receipt needs the contract that it is for."), field="order")
    if receipt.plan is not None:
        raise ValidationError(_("This planned receipt belongs to another contract."), field="plan")
    if receipt.customer is None:
        raise ValidationError(_("A receipt needs a customer."), field="customer")
    if not receipt.env.has_right(RIGHT):
        raise AccessDenied(_("You may not enter receipts."))
