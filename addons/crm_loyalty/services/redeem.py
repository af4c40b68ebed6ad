"""Exchange points for gifts and back (LOY-10)."""

from typing import Any

from addons.crm_loyalty.services.book_points import book_points
from addons.crm_loyalty.services.switches import points_on
from core.api import ConflictError, ValidationError, _


def take_points(redemption: Any) -> None:
    """Check a redemption and take its points.

    Of two redemptions at once that together are too many, one is run again and refused: both write the customer's balance.

    Raises:
        ConflictError: Points are switched off.
        ValidationError: Too few points, the gift is not offered that day, or the customer has had as many as allowed.
    """
    if not points_on(redemption.env):
        raise ConflictError(_("Points are switched off."))
    _check_offered(redemption)
    _check_limit(redemption)
    customer, needed = redemption.customer, redemption.points
    if customer.points < needed:
        raise ValidationError(
            _(
                "%(customer)s has %(points)s points, %(needed)s are needed.",
                customer=customer.name,
                points=customer.points,
                needed=needed,
            ),
            field="quantity",
        )
    book_points(customer, -needed, "redeem", f"points for gift {redemption.number}", redemption=redemption)


def give_back(redemption: Any) -> None:
    """Give the points of a redemption back; also while points are off, so that the balance is right when they are on again."""
    reason = f"points of undone redemption {redemption.number}"
    book_points(redemption.customer, redemption.points, "undo", reason, redemption=redemption)


def _check_offered(redemption: Any) -> None:
    gift, day = redemption.gift, redemption.date
    is_early = gift.start_date is not None and day < gift.start_date
    is_late = gift.end_date is not None and day > gift.end_date
    if not gift.active or is_early or is_late:
        raise ValidationError(_("%(gift)s is not offered on this day.", gift=gift.name), field="gift")


def _check_limit(redemption: Any) -> None:
    gift = redemption.gift
    if gift.limit is None:
        return
    same = [["customer", "=", redemption.customer.id], ["gift", "=", gift.id], ["state", "=", "redeemed"]]
    had = redemption.env["crm.redemption"].aggregate(same, {"quantity": "sum"})[0]["quantity"] or 0
    if had + redemption.quantity > gift.limit:
        raise ValidationError(
            _(
                "%(customer)s has had %(had)s of %(gift)s, at most %(limit)s are given.",
                customer=redemption.customer.name,
                had=had,
                gift=gift.name,
                limit=gift.limit,
            ),
            field="quantity",
        )
