"""Whom the demo's opportunities of the year met as competitors."""

from decimal import Decimal

from core.api import DemoYear


def make_met(year: DemoYear) -> None:
    """Note a competitor with its price at two in five opportunities that have none yet."""
    chance = year.chance("competitors")
    rivals = list(year.env["crm.competitor"].search([], order="id"))
    taken = {met.opportunity.id for met in year.env["crm.opportunity.competitor"].search([])}
    values = []
    for opportunity in year.env["crm.opportunity"].search([], order="id"):
        if rivals and opportunity.id not in taken and chance.random() < 0.4:
            price = (opportunity.amount * Decimal(chance.randint(90, 112)) / 100).quantize(Decimal(1))
            values.append({"opportunity": opportunity, "competitor": chance.choice(rivals), "price": price})
    year.env["crm.opportunity.competitor"].create(values)
