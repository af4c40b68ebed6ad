"""What came in and went out in a period, and what lay in the accounts before and after (FIN-06, FIN-07)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.crm_finance.services.entries import ACCOUNT, ENTRY
from addons.crm_finance.services.rates import to_base
from core.api import Environment, ValidationError, _

STEPS = ("day", "week", "month", "year")
MOST_STEPS = 400
ZERO = Decimal(0)


@dataclass(frozen=True)
class FlowRow:
    """One day, week, month or year."""

    start: dt.date
    """First day of it, which may lie before the period asked for."""
    money_in: Decimal
    money_out: Decimal

    @property
    def net(self) -> Decimal:
        """In less out."""
        return self.money_in - self.money_out


@dataclass(frozen=True)
class CashFlow:
    """A period of one account, in its currency, or of all that the reader may see, in base currency."""

    opening: Decimal
    """Before the first day, with opening balances booked in the period; at the rate of the first day."""
    rows: tuple[FlowRow, ...]
    closing: Decimal
    """After the last day, at the rate of that day."""

    @property
    def money_in(self) -> Decimal:
        """All that came in; without transfers where it is of all accounts."""
        return sum((row.money_in for row in self.rows), ZERO)

    @property
    def money_out(self) -> Decimal:
        """All that went out, likewise."""
        return sum((row.money_out for row in self.rows), ZERO)

    @property
    def net(self) -> Decimal:
        """In less out."""
        return self.money_in - self.money_out

    @property
    def difference(self) -> Decimal:
        """What rates changed between the first and the last day, shown apart (D19); 0 for one account."""
        return self.closing - self.opening - self.net


def balance_on(env: Environment, account: Any, day: dt.date) -> Decimal:
    """Return what lay in an account at the end of a day, in its currency: its balance less what was booked for later days."""
    return account.balance - _after(env, day, [["account", "=", account.id]]).get(account.id, ZERO)


def read_flow(env: Environment, first: dt.date, last: dt.date, step: str, account: Any = None) -> CashFlow:
    """Return what came in and went out from the first to the last day.

    Args:
        env: Of the reader; only accounts and entries that they may see count.
        first: First day.
        last: Last day, included.
        step: One of `STEPS`; periods without entries are there too.
        account: One account, with its transfers; None is all of them, in base currency, without transfers between them.

    Raises:
        ValidationError: There are more than `MOST_STEPS` steps.
    """
    starts = list(_starts(first, last, step))
    if len(starts) > MOST_STEPS:
        raise ValidationError(_("Choose a shorter period or longer steps."), field="from")
    domain: list[Any] = [["booked", "=", True], ["date", ">=", first], ["date", "<=", last]]
    kinds = ["opening"] if account is not None else ["opening", "transfer"]
    names = ("money_in", "money_out") if account is not None else ("base_in", "base_out")
    if account is not None:
        domain.append(["account", "=", account.id])
    found = {
        row[f"date:{step}"]: row
        for row in env[ENTRY].aggregate(
            [*domain, ["kind", "not_in", kinds]], dict.fromkeys(names, "sum"), by=[f"date:{step}"]
        )
    }
    rows = tuple(FlowRow(start, *((found.get(start, {}).get(name) or ZERO) for name in names)) for start in starts)
    closing = _total(env, last, last) if account is None else balance_on(env, account, last)
    return CashFlow(read_opening(env, first, last, account), rows, closing)


def read_opening(env: Environment, first: dt.date, last: dt.date, account: Any = None) -> Decimal:
    """Return what lay in an account, or in all, before the first day, with opening balances booked until the last; see `CashFlow.opening`."""
    opened: list[Any] = [["booked", "=", True], ["kind", "=", "opening"], ["date", ">=", first], ["date", "<=", last]]
    yesterday = first - dt.timedelta(days=1)
    if account is None:
        base = env[ENTRY].aggregate(opened, {"base_amount": "sum"})[0]["base_amount"]
        return _total(env, yesterday, first) + (base or ZERO)
    own = env[ENTRY].aggregate([*opened, ["account", "=", account.id]], {"amount": "sum"})[0]["amount"]
    return balance_on(env, account, yesterday) + (own or ZERO)


def _total(env: Environment, day: dt.date, rate_day: dt.date) -> Decimal:
    """Return what lay in all accounts at the end of a day, in base currency at the rate of ``rate_day``."""
    later = _after(env, day, [])
    total = ZERO
    for row in env[ACCOUNT].read([], ["currency", "balance"]):
        amount = row["balance"] - later.get(row["id"], ZERO)
        total += to_base(env, amount, row["currency"], rate_day) if amount else ZERO
    return total


def _after(env: Environment, day: dt.date, domain: list[Any]) -> dict[int, Decimal]:
    """Return account → sum of what was booked for later days: few entries where the day is not long ago."""
    later = [["booked", "=", True], ["date", ">", day], *domain]
    return {row["account"]: row["amount"] for row in env[ENTRY].aggregate(later, {"amount": "sum"}, by=["account"])}


def _starts(first: dt.date, last: dt.date, step: str) -> Iterator[dt.date]:
    """Yield the first days of all steps that the period touches; weeks start on Monday."""
    day = {
        "day": first,
        "week": first - dt.timedelta(days=first.weekday()),
        "month": first.replace(day=1),
        "year": first.replace(month=1, day=1),
    }[step]
    while day <= last:
        yield day
        day = next_start(day, step)


def next_start(start: dt.date, step: str) -> dt.date:
    """Return the first day of the step after the one that begins on ``start``."""
    if step == "year":
        return start.replace(year=start.year + 1)
    if step == "month":
        return (start + dt.timedelta(days=31)).replace(day=1)
    return start + dt.timedelta(days=7 if step == "week" else 1)
