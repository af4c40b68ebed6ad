"""Give points for a visit."""

GIFT = 5


def give_points(visit):
    """Write an entry of five points for the customer's first visit."""
    entries = visit.env["crm.point.entry"]
    if not entries.count([["customer", "=", visit.customer], ["kind", "=", "gift"]]):
        with visit.env.elevated(reason="points for the first visit") as env:
            env["crm.point.entry"].create({"customer": visit.customer, "points": GIFT, "kind": "gift"})
