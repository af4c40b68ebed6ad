"""A company that sells, as large as they come: a thousand salespeople, a million customers, three million follow-ups."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from addons.crm_base.services.keys import name_key, phone_key
from core.app import Application
from core.config import Settings
from core.orm import fuzzy
from core.orm.environment import Environment
from tests.bench import rows
from tests.bench.filling import fill

LEADERS, BELOW = 5, 200
"""Leaders under one director, and the salespeople below each."""
NOON = dt.datetime.now(dt.UTC)
TODAY = NOON.date()


class Shop:
    """One PostgreSQL database with the addons of selling.

    Attributes:
        leader: Id of a salesperson with two hundred others below, and no further right.
        manager: Id of a sales manager, who may run the trial of the pool.
        everybody: Ids of all salespeople.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.app = Application(Settings(database_url=url, data_dir=folder, addons_path=(), language="en"))
        self.app.lifecycle().install(["crm_sales"])
        self.database = self.app.database()
        self.registry = self.database.registry()
        with self.app.env() as env:
            self._people(env)

    def _people(self, env: Environment) -> None:
        group = env.ref("crm_base.salesperson")
        director = env["core.position"].create({"name": "Director"})
        boss = {"name": "boss", "login": "boss", "groups": [env.ref("crm_base.manager")], "position": director}
        self.manager = env["core.user"].create({**boss, "language": "en"}).id
        self.everybody: list[int] = []
        for number in range(LEADERS):
            lead = env["core.position"].create({"name": f"Leader {number}", "parent": director})
            below = env["core.position"].create({"name": f"Salesperson {number}", "parent": lead})
            for place, position in enumerate([lead, *[below] * BELOW]):
                name = f"user{number}_{place}"
                values = {"name": name, "login": name, "groups": [group], "position": position, "language": "en"}
                self.everybody.append(env["core.user"].create(values).id)
        self.leader = self.everybody[0]

    def fill(self, customers: int, follow_ups: int, opportunities: int) -> None:
        """Make records by SQL, as years of work would have left them; every table is looked at by the database afterwards."""
        with self.app.env() as env:
            channels = env["core.dictionary.item"].search([["dictionary.code", "=", "follow_up_channel"]]).ids
            stages = [(each.id, each.process.id, each.probability) for each in env["crm.sales.stage"].search()]
            company = env.company.id
        self._insert("crm.customer", self._customers(customers), {"company_id": company})
        with self.database.engine.connect() as connection:
            ids = list(connection.scalars(sa.select(self.registry["crm.customer"].table.c.id)))
        self._insert("crm.follow_up", self._follow_ups(follow_ups, ids, channels), {"company_id": company})
        self._insert("crm.opportunity", self._opportunities(opportunities, ids, stages), {"company_id": company})
        with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))

    def _customers(self, number: int) -> Iterator[dict[str, Any]]:
        for place, row in enumerate(rows.customers(number, self.everybody)):
            phone = row["phone"]
            # One in two thousand has not been looked after for so long that the pool takes it back tomorrow or before.
            last = TODAY - dt.timedelta(days=15 if place % 2000 == 0 else 1 + place % 10)
            yield {
                "name": row["name"],
                "name_fuzzy": fuzzy.normalise(row["name"]),
                "name_key": name_key(row["name"]),
                "phone": phone,
                "phone_key": phone_key(phone),
                "mail": row["mail"],
                "number": row["code"],
                "kind": "company",
                "status": "potential",
                "active": True,
                "contact_count": 0,
                "owner_id": row["owner_id"],
                "last_contact": last,
                "held_since": TODAY - dt.timedelta(days=40),
                "held_contact": last,
            }

    def _follow_ups(self, number: int, customers: Sequence[int], channels: Sequence[int]) -> Iterator[dict[str, Any]]:
        chosen = random.Random(3)
        for place in range(number):
            yield {
                "customer_id": customers[place % len(customers)],
                "at": NOON - dt.timedelta(minutes=chosen.randrange(1_000_000)),
                "channel_id": channels[place % len(channels)],
                "content": "Talked about the offer.",
                "summary": "Talked about the offer.",
                "hour": f"{place % 24:02}",
                "owner_id": self.everybody[place % len(self.everybody)],
            }

    def _opportunities(
        self, number: int, customers: Sequence[int], stages: Sequence[tuple[int, int, int]]
    ) -> Iterator[dict[str, Any]]:
        chosen = random.Random(5)
        for place in range(number):
            stage, process, probability = chosen.choice(stages)
            amount = chosen.randrange(1_000, 500_000)
            yield {
                "name": f"Opportunity {place}",
                "name_fuzzy": fuzzy.normalise(f"Opportunity {place}"),
                "number": f"O{place:07}",
                "customer_id": customers[place * 7 % len(customers)],
                "state": ("open", "open", "won", "lost")[place % 4],
                "stage_id": stage,
                "process_id": process,
                "amount": amount,
                "probability": probability,
                "weighted": Decimal(amount * probability) / 100,
                "date": TODAY + dt.timedelta(days=chosen.randrange(-90, 90)),
                "opened_on": TODAY - dt.timedelta(days=chosen.randrange(200)),
                "owner_id": self.everybody[place % len(self.everybody)],
            }

    def _insert(self, model: str, values: Iterator[dict[str, Any]], constant: Mapping[str, Any]) -> None:
        fill(self.database, model, values, self.leader, constant)

    def close(self) -> None:
        """Let go of the database."""
        self.app.close()
