"""A company whose most sold product has moved a million times."""

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
MOVES = 20
"""Movements of one document."""


class Store:
    """One PostgreSQL database with stock.

    Attributes:
        keeper: Id of the keeper of the only warehouse, who has no further right.
        manager: Id of a manager of stock.
        product: Id of the product.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.app = Application(Settings(database_url=url, data_dir=folder, addons_path=(), language="en"))
        self.app.lifecycle().install(["crm_stock"])
        self.database = self.app.database()
        with self.app.env() as env:
            self._begin(env)

    def _begin(self, env: Environment) -> None:
        people = {}
        for name in ("keeper", "manager"):
            values = {"name": name, "login": name, "language": "en", "groups": [env.ref(f"crm_stock.{name}")]}
            people[name] = env["core.user"].create(values)
        self.keeper, self.manager = people["keeper"].id, people["manager"].id
        unit = env.ref("crm_product.unit_unit")
        values = {"name": "LP-200", "cost": 600, "units": [{"unit": unit, "is_base": True}]}
        product = env["crm.product"].create(values)
        warehouse = env["crm.warehouse"].create({"name": "Main", "code": "A", "keepers": [people["keeper"]]})
        line = {"product": product, "quantity": 1000}
        document = env["crm.stock.document"].create({"kind": "opening", "warehouse": warehouse, "lines": [line]})
        document.confirm()
        self.product, self.warehouse = product.id, warehouse.id
        self._company = None if env.company is None else env.company.id
        self._unit = product.base_unit.id

    def fill(self, number: int) -> None:
        """Make movements by SQL that take and bring one piece in turn; the tables are looked at by the database afterwards."""
        documents = max(number // MOVES, 1)
        shared = {"warehouse_id": self.warehouse, "company_id": self._company}
        fill(self.database, "crm.stock.document", self._documents(documents), self.keeper, shared)
        with self.database.engine.connect() as connection:
            table = self.database.registry()["crm.stock.document"].table
            ids = list(connection.scalars(sa.select(table.c.id).order_by(table.c.id)))
        fill(self.database, "crm.stock.line", self._lines(ids), self.keeper, {"product_id": self.product})
        with self.database.engine.connect() as connection:
            table = self.database.registry()["crm.stock.line"].table
            lines = list(connection.execute(sa.select(table.c.id, table.c.document_id).order_by(table.c.id)))
        constant = {**shared, "product_id": self.product, "user_id": self.keeper}
        fill(self.database, "crm.stock.move", self._moves(number, lines), self.keeper, constant)
        with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))

    def _documents(self, number: int) -> Iterator[dict[str, Any]]:
        for place in range(number):
            yield {
                "number": f"CK{place:08}",
                "kind": "out",
                "reason": "sale",
                "state": "confirmed",
                "date": TODAY - dt.timedelta(days=place % 1000),
                "value": Decimal(0),
            }

    def _lines(self, documents: list[int]) -> Iterator[dict[str, Any]]:
        for document in documents:
            yield {
                "document_id": document,
                "unit_id": self._unit,
                "quantity": Decimal(1),
                "base_quantity": Decimal(1),
                "reserved": Decimal(0),
            }

    def _moves(self, number: int, lines: list[Any]) -> Iterator[dict[str, Any]]:
        noon = dt.datetime.now(dt.UTC)
        for place in range(number):
            line, document = lines[place // MOVES % len(lines)]
            quantity = Decimal(1 if place % 2 else -1)
            yield {
                "document_id": document,
                "line_id": line,
                "kind": "out",
                "reason": "sale",
                "date": TODAY - dt.timedelta(days=place // MOVES % 1000),
                "moved_at": noon - dt.timedelta(minutes=number - place),
                "quantity": quantity,
                "quantity_in": quantity if quantity > 0 else None,
                "quantity_out": -quantity if quantity < 0 else None,
                "value": quantity * 600,
                "balance": Decimal(1000 - (place + 1) % 2),
                "lent": False,
                "reverses": False,
            }

    def close(self) -> None:
        """Let go of the database."""
        self.app.close()
