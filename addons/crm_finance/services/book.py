"""The cash book: booked entries of a period in order, each with the balance after it (FIN-27)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.crm_finance.services.cash_flow import ZERO, read_opening
from addons.crm_finance.services.entries import ENTRY
from core.api import Environment

PATHS = [
    "number", "date", "account", "account.name", "kind", "category", "category.name", "note", "source", "customer.name",
    "money_in", "money_out", "base_in", "base_out", "state", "audited",
]  # fmt: skip
ORDER = "date, id"


@dataclass(frozen=True)
class BookQuestion:
    """What is looked at."""

    first: dt.date
    last: dt.date
    account: Any = None
    """One account, in its currency; None is all that the reader may see, in base currency."""
    category: int | None = None
    """Id of an item of ``cash_category``: its entries only, with their running sum instead of a balance."""
    unaudited: bool = False
    """Only what is not audited, likewise."""

    @property
    def is_whole(self) -> bool:
        """Whether the running figure is the balance."""
        return self.category is None and not self.unaudited

    @property
    def names(self) -> tuple[str, str]:
        """Fields of income and spending."""
        return ("money_in", "money_out") if self.account is not None else ("base_in", "base_out")

    @property
    def domain(self) -> list[Any]:
        """The entries, opening balances apart; transfers between accounts cancel out where all accounts are shown."""
        found: list[Any] = [["booked", "=", True], ["date", ">=", self.first], ["date", "<=", self.last]]
        found.append(["kind", "!=", "opening"])
        if self.account is not None:
            found.append(["account", "=", self.account.id])
        if self.category is not None:
            found.append(["category", "under", self.category])
        if self.unaudited:
            found.append(["audited", "=", False])
        return found


@dataclass(frozen=True)
class Book:
    """A page of the book."""

    opening: Decimal
    """Before the first day; 0 where only some entries are shown."""
    start: Decimal
    """Before the first row of this page."""
    rows: list[dict[str, Any]]
    """Entries, each with ``in``, ``out`` and ``balance``."""
    count: int
    money_in: Decimal
    money_out: Decimal

    @property
    def closing(self) -> Decimal:
        """After the last entry of the period, at the rates of the entries."""
        return self.opening + self.money_in - self.money_out


def read_book(env: Environment, asked: BookQuestion, limit: int, offset: int = 0) -> Book:
    """Return a page of the book, oldest entries first; the rows before it cost one sum."""
    names = asked.names
    rows = env[ENTRY].read(asked.domain, PATHS, order=ORDER, limit=limit, offset=offset)
    all_in, all_out, count = _sums(env, asked, [])
    opening = read_opening(env, asked.first, asked.last, asked.account) if asked.is_whole else ZERO
    start = opening
    if offset and rows:
        day, number = rows[0]["date"], rows[0]["id"]
        earlier = {"any": [["date", "<", day], {"all": [["date", "=", day], ["id", "<", number]]}]}
        before_in, before_out, _count = _sums(env, asked, [earlier])
        start += before_in - before_out
    balance = start
    for row in rows:
        row["in"], row["out"] = row[names[0]] or ZERO, row[names[1]] or ZERO
        balance += row["in"] - row["out"]
        row["balance"] = balance
    return Book(opening, start, rows, count, all_in, all_out)


def _sums(env: Environment, asked: BookQuestion, more: list[Any]) -> tuple[Decimal, Decimal, int]:
    first, second = asked.names
    row = env[ENTRY].aggregate([*asked.domain, *more], {first: "sum", second: "sum", "id": "count"})[0]
    return row[first] or ZERO, row[second] or ZERO, row["id"]
