"""Whom the demo's opportunities of the year met as competitors."""

from decimal import Decimal
from typing import Any

from core.api import DemoYear


def make_met(year: DemoYear) -> None:
    """Note a competitor with its price at two in five opportunities that have none yet, and at all lost ones who won them."""
    chance = year.chance("competitors")
    rivals = list(year.env["crm.competitor"].search([], order="id"))
    taken = {met.opportunity.id for met in year.env["crm.opportunity.competitor"].search([])}
    values: list[dict[str, Any]] = []
    for opportunity in year.env["crm.opportunity"].search([], order="id"):
        if rivals and opportunity.id not in taken and (chance.random() < 0.4 or opportunity.state == "lost"):
            price = (opportunity.amount * Decimal(chance.randint(90, 112)) / 100).quantize(Decimal(1))
            values.append({"opportunity": opportunity, "competitor": chance.choice(rivals), "price": price})
    year.env["crm.opportunity.competitor"].create(values)
    for met in values:
        # One in five lost ones was given up by the customer.
        if met["opportunity"].state == "lost" and chance.random() < 0.8:
            met["opportunity"].lost_to = met["competitor"]
