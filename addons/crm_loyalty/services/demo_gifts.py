"""Points of the demo's year that customers got as presents and exchanged for gifts; what they earned follows from their contracts."""

import datetime as dt

from core.api import DemoYear

PRESENT = 60
"""Points that the company gave on its anniversary, once, twice or three times as many."""


def make_redemptions(year: DemoYear) -> None:
    """Give some customers points, and let those with the most redeem a gift; one redemption is undone."""
    env = year.env
    chance = year.chance("gifts")
    gifts = list(env["crm.gift"].search([["active", "=", True]], order="points, id"))
    if not gifts:
        return
    with year.at(year.today - dt.timedelta(days=90)):
        for customer in env["crm.customer"].search([["owner", "is_set", True]], order="id", limit=year.some(16)):
            points = PRESENT * chance.randint(1, 3)
            env["crm.point.entry"].create(
                {"customer": customer, "points": points, "kind": "adjust", "notes": "店庆赠送积分"}
            )
    rich = list(
        env["crm.customer"].search([["points", ">=", gifts[0].points]], order="points desc, id", limit=year.some(12))
    )
    days = year.days("gifts", len(rich))
    for step, customer in enumerate(rich):
        # Not before the points were given.
        with year.at(max(days[step % len(days)], year.today - dt.timedelta(days=80 - step))):
            redemption = env["crm.redemption"].create({"customer": customer, "gift": gifts[0], "owner": customer.owner})
            if chance.random() < 0.8:
                redemption.redeem()
        if step == 1 and redemption.state == "redeemed":
            redemption.undo()
