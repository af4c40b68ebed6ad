"""Too few leads: how many more somebody needs to reach the quota (SALE-17)."""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from addons.crm_sales.services.conversion import usual_period
from addons.crm_sales.services.forecast import ZERO, read_forecast
from addons.crm_sales.services.people import Branch, Circle, Organisation
from addons.crm_sales.services.periods import CENT, quarter_on
from core.api import Environment, _, formatter_for, notify, records_url


@dataclass(frozen=True)
class Shortage:
    """How the leads of one employee compare with what the quota takes."""

    user: int
    left: Decimal
    """Quota of the quarter that is not closed yet."""
    mean_won: Decimal
    lead_win_rate: Decimal
    """Share of leads that were won, in percent."""
    deals: int
    """Deals needed for what is left."""
    needed: int
    """Leads needed for those deals."""
    open: int
    """Leads under way."""

    @property
    def missing(self) -> int:
        """Leads to be found; 0: enough."""
        return max(0, self.needed - self.open)


def read_shortages(env: Environment, people: Iterable[int], day: dt.date) -> list[Shortage]:
    """Return the shortage of each of ``people`` who has a quota in the quarter of ``day`` and whose history tells a rate.

    Who has won nothing yet is reckoned with the rate and the mean of all of ``people`` together; where these won nothing either, nothing
    can be said. Five statements.
    """
    members = sorted(people)
    circle = Circle(None, "", tuple(Branch("", frozenset([user]), user, is_own=True) for user in members))
    lines = read_forecast(env, quarter_on(env, day), circle).lines
    left = {line.branch.user: line.figures.left for line in lines if line.branch.user is not None}
    history = _History(env, members)
    found = []
    for user, amount in left.items():
        rates = history.of(user) if amount is not None else None
        if rates is None or amount is None:
            continue
        mean, rate = rates
        # In fractions: a rate of one in three would else ask for a lead too many.
        deals = math.ceil(Fraction(amount) / mean)
        needed = math.ceil(deals / rate)
        shown = _rounded(mean), _rounded(rate * 100)
        found.append(Shortage(user, amount, *shown, deals, needed, history.open.get(user, 0)))
    return found


class _History:
    """Leads and wins of people in the usual period, and their open leads: three statements."""

    def __init__(self, env: Environment, members: list[int]) -> None:
        first, last = usual_period(env)
        whose = ["owner", "in", members]
        received = [whose, ["date", ">=", first], ["date", "<=", last]]
        self._leads: dict[int, int] = {}
        self._leads_won: dict[int, int] = {}
        for row in env["crm.lead"].aggregate(received, None, ["owner", "opportunity.state"]):
            self._leads[row["owner"]] = self._leads.get(row["owner"], 0) + row["id"]
            if row["opportunity.state"] == "won":
                self._leads_won[row["owner"]] = row["id"]
        won: list[Any] = [whose, ["state", "=", "won"], ["closed_on", ">=", first], ["closed_on", "<=", last]]
        rows = env["crm.opportunity"].aggregate(won, {"id": "count", "amount": "sum"}, ["owner"])
        self._won = {row["owner"]: (row["id"], row["amount"] or ZERO) for row in rows}
        under_way = [whose, ["state", "in", ["new", "working"]]]
        self.open = {row["owner"]: row["id"] for row in env["crm.lead"].aggregate(under_way, None, ["owner"])}

    def of(self, user: int) -> tuple[Fraction, Fraction] | None:
        """Return the mean amount won and the share of leads won of a person, else of all; None if neither has any."""
        return self._rates([user]) or self._rates(list(self._leads))

    def _rates(self, users: list[int]) -> tuple[Fraction, Fraction] | None:
        count = sum(self._won.get(user, (0, ZERO))[0] for user in users)
        amount = sum((self._won.get(user, (0, ZERO))[1] for user in users), ZERO)
        leads = sum(self._leads.get(user, 0) for user in users)
        won = sum(self._leads_won.get(user, 0) for user in users)
        if not count or not amount or not leads or not won:
            return None
        return Fraction(amount) / count, Fraction(won, leads)


def _rounded(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / value.denominator).quantize(CENT, ROUND_HALF_UP)


def warn_of_few_leads(env: Environment) -> int:
    """Tell everybody who has too few leads, and their superiors, how many are missing; return how many people lack some.

    Args:
        env: An environment of the system, which sees everybody's records.
    """
    quarter = quarter_on(env, env.today())
    where = [["year", "=", quarter.year], ["quarter", "=", str(quarter.number)], ["scope", "=", "person"]]
    people = {row["owner"] for row in env["crm.quota"].read(where, ["owner"])}
    if not people:
        return 0
    organisation = Organisation(env)
    short = [each for each in read_shortages(env, people, env.today()) if each.missing]
    money = formatter_for(env)
    for each in short:
        notify(
            env,
            [each.user, *organisation.superiors(each.user)],
            _("%(name)s: %(count)s leads missing", name=organisation.name(each.user), count=each.missing),
            text=_(
                "Left to the quota: %(left)s. That takes %(deals)s deals and %(needed)s leads; %(open)s are open.",
                left=money.show(env.registry["crm.quota"].fields["amount"], each.left).text,
                deals=each.deals,
                needed=each.needed,
                open=each.open,
            ),
            url=records_url("crm.lead", domain=[["owner", "=", each.user], ["state", "in", ["new", "working"]]]),
            kind="warning",
        )
    return len(short)
