"""What an order brings about, and what stands in the way of taking it back."""

from typing import Any

from core.api import ConflictError, _


def need_untouched(order: Any) -> None:
    """Raise ConflictError if something was delivered, or received and not reversed: an effective order can't be taken back then."""
    if order.delivery_state != "none":
        raise ConflictError(
            _("%(number)s was delivered already, in part at least.", number=order.number),
            hint=_("take the goods back as a return first"),
        )
    if order.receipt_count:
        raise ConflictError(
            _("There are receipts for %(number)s.", number=order.number), hint=_("have them reversed first")
        )
