"""Points of the demo's year that customers exchanged for gifts; what they earned follows from their contracts."""

from core.api import DemoYear


def make_redemptions(year: DemoYear) -> None:
    """Let the customers with the most points redeem a gift."""
    chance = year.chance("gifts")
    gifts = list(year.env["crm.gift"].search([["active", "=", True]], order="points, id"))
    if not gifts:
        return
    rich = year.env["crm.customer"].search(
        [["points", ">=", gifts[0].points]], order="points desc, id", limit=year.some(12)
    )
    for customer in list(rich):
        redemption = year.env["crm.redemption"].create(
            {"customer": customer, "gift": gifts[0], "owner": customer.owner}
        )
        if chance.random() < 0.8:
            redemption.redeem()
