"""Write entries of points accounts."""

from typing import Any


def book_points(customer: Any, points: int, kind: str, reason: str, **source: Any) -> Any:
    """Write one entry and return it; the sums of the customer follow.

    Points follow from what was checked already, such as an order, so whoever makes that needs no right to write entries. Two bookings for
    one customer at once wait for each other: both write the customer's balance.

    Args:
        customer: A record of ``crm.customer``.
        points: Positive or negative, not 0.
        kind: A kind of ``crm.point.entry``.
        reason: Of the elevated rights, for the audit log.
        **source: ``order`` or ``redemption`` that the points come from.
    """
    with customer.env.elevated(reason=reason) as env:
        return env["crm.point.entry"].create({"customer": customer, "points": points, "kind": kind, **source})
