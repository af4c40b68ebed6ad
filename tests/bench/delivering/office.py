"""A finance office with a million receivables of fifty thousand customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.app import Application
from core.config import Settings
from core.orm.environment import Environment
from tests.bench.filling import fill

TODAY = dt.datetime.now(dt.UTC).date()
EACH = 20
"""Receivables of one customer."""
SALESPEOPLE = 20
OPEN = 5
"""One receivable in so many is not yet received."""


class Office:
    """One PostgreSQL database with receivables.

    Attributes:
        cashier: Id of a user who reads all receivables.
        seller: Id of a salesperson, who reads those of a twentieth of the customers.
        customer: Id of a customer.
        receivable: Id of an open receivable.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.app = Application(Settings(database_url=url, data_dir=folder, addons_path=(), language="en"))
        self.app.lifecycle().install(["crm_finance"])
        self.database = self.app.database()
        with self.app.env() as env:
            self._begin(env)

    def _begin(self, env: Environment) -> None:
        def person(login: str, group: str) -> int:
            values = {"name": login, "login": login, "language": "en", "groups": [env.ref(group)]}
            return int(env["core.user"].create(values).id)

        self.cashier = person("cashier", "crm_finance.manager")
        self.sellers = [person(f"seller{place}", "crm_base.salesperson") for place in range(SALESPEOPLE)]
        self.seller = self.sellers[0]
        self._company = None if env.company is None else env.company.id

    def fill(self, number: int) -> None:
        """Make receivables by SQL, the tables looked at by the database afterwards."""
        customers = max(number // EACH, 1)
        known = {
            "active": True,
            "kind": "company",
            "status": "potential",
            "contact_count": 0,
            "company_id": self._company,
        }
        fill(self.database, "crm.customer", self._customers(customers), self.cashier, known)
        ids = self._ids("crm.customer")
        constant = {
            "company_id": self._company, "kind": "other", "currency": "CNY", "rate": Decimal(1), "cancelled": False
        }  # fmt: skip
        fill(self.database, "crm.receivable", self._receivables(number, ids), self.cashier, constant)
        with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))
        self.customer = ids[0]
        with self.app.env() as env:
            domain = [["customer", "=", self.customer], ["open_amount", ">", 0]]
            self.receivable = int(env["crm.receivable"].read(domain, ["id"], limit=1)[0]["id"])

    def _ids(self, model: str) -> list[int]:
        table = self.database.registry()[model].table
        with self.database.engine.connect() as connection:
            return list(connection.scalars(sa.select(table.c.id).order_by(table.c.id)))

    def _customers(self, number: int) -> Iterator[dict[str, Any]]:
        for place in range(number):
            yield {
                "number": f"KH{place:08}",
                "name": f"Customer {place}",
                "owner_id": self.sellers[place % SALESPEOPLE],
            }

    def _receivables(self, number: int, customers: list[int]) -> Iterator[dict[str, Any]]:
        for place in range(number):
            at = place // EACH % len(customers)
            due = TODAY + dt.timedelta(days=30 - place * 7 % 1000)
            amount = Decimal(place % 9_000 + 1_000)
            is_open = place % OPEN == 0
            open_amount = amount if is_open else Decimal(0)
            yield {
                "number": f"YS{place:09}",
                "customer_id": customers[at],
                "owner_id": self.sellers[at % SALESPEOPLE],
                "date": due - dt.timedelta(days=30),
                "due_date": due,
                "amount": amount,
                "base_amount": amount,
                "settled": amount - open_amount,
                "open_amount": open_amount,
                "open_base": open_amount,
                "state": "open" if is_open else "settled",
            }

    def close(self) -> None:
        """Let go of the database."""
        self.app.close()
