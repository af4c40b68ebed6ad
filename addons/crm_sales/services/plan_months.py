"""Break a year's plan down to months, and a month to weeks (SALE-22)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_sales.services.periods import CENT, month_end, months_of_year


@dataclass(frozen=True)
class Week:
    """The part of a week that lies in a month."""

    first: dt.date
    last: dt.date
    amount: Decimal


def shares(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Divide an amount by weights into parts of 2 decimals that add up to it; none is negative.

    >>> shares(Decimal("0.10"), [1, 1, 1])
    [Decimal('0.03'), Decimal('0.04'), Decimal('0.03')]
    """
    whole, passed = sum(weights), 0
    found, given = [], Decimal("0.00")
    for weight in weights:
        passed += weight
        until = (amount * passed / whole).quantize(CENT, ROUND_HALF_UP)
        found.append(until - given)
        given = until
    return found


def spread_evenly(plan: Any) -> None:
    """Divide the plan's amount over the twelve months of its fiscal year; months that are there are changed, missing ones made."""
    firsts = months_of_year(plan.env, plan.year)
    known = {month.month: month for month in plan.months}
    missing = []
    for first, amount in zip(firsts, shares(plan.amount, [1] * len(firsts)), strict=True):
        if first in known:
            known[first].amount = amount
        else:
            missing.append({"plan": plan, "month": first, "amount": amount})
    if missing:
        plan.env["crm.sales.plan.month"].create(missing)
    plan.env.flush()


def weeks_of(month: dt.date, amount: Decimal) -> list[Week]:
    """Return the weeks of a month, from Monday and cut off at its ends, with their share of its amount by days."""
    last = month_end(month)
    spans: list[tuple[dt.date, dt.date]] = []
    first = month
    while first <= last:
        end = min(first + dt.timedelta(days=6 - first.weekday()), last)
        spans.append((first, end))
        first = end + dt.timedelta(days=1)
    parts = shares(amount, [(end - start).days + 1 for start, end in spans])
    return [Week(start, end, part) for (start, end), part in zip(spans, parts, strict=True)]
