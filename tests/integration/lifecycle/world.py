"""Addons written into a folder, and a database on which they are enabled, without the application around it; also a program for
tests with several processes: ``python world.py FOLDER URL ACTION NAME…``."""

from __future__ import annotations

import datetime as dt
import json
import sys
import textwrap
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.base.services.duties import BaseServices
from core.config.settings import Settings
from core.data.assemble import Assembly, enabled_names
from core.data.lifecycle import Lifecycle, assemble_ready
from core.orm import bookkeeping
from core.orm.database import Database
from core.plugins import AddonSet, discover

NOON = dt.datetime(2026, 7, 31, 4, 0, tzinfo=dt.UTC)


class World:
    """A folder of addons, a database and its lifecycle, in one process."""

    def __init__(self, folder: Path, url: str, language: str = "zh_CN") -> None:
        self.folder = folder
        self.addons_path = folder / "addons"
        self.addons_path.mkdir(parents=True, exist_ok=True)
        settings = Settings(root=folder, data_dir=folder / "var", database_url=url, language=language)
        self.services = BaseServices(lambda env, name, arguments: None)
        self.database = Database("default", url, self.build, settings=settings, clock=lambda: NOON)
        self.broken: dict[str, Any] = {}
        self.lifecycle = Lifecycle(
            self.database, self.discover, self.services, data_dir=folder / "var", adopt=self.adopt
        )

    def discover(self) -> AddonSet:
        return discover([self.addons_path], installed=(), built_in=None)

    def build(self, database: Database, connection: sa.Connection) -> Any:
        assembly = assemble_ready(
            self.discover(), enabled_names(connection), self.services, connection, compositions=database.compositions
        )
        self.adopt(assembly)
        return assembly.registry

    def adopt(self, assembly: Assembly) -> None:
        self.broken = assembly.broken

    def addon(
        self, name: str, files: dict[str, str], *, depends: str = "", version: str = "1.0.0", bridge: bool = False
    ) -> Path:
        """Write an addon: file → content; the manifest is made."""
        path = self.addons_path / name
        manifest = f"title: {name}\nversion: {version}\ncore: '>=1.0,<2'\ndepends: [{depends}]\nbridge: {str(bridge).lower()}\n"
        for file, content in {"__init__.py": f'"""{name}."""\n', "manifest.yaml": manifest, **files}.items():
            target = path / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(textwrap.dedent(content), encoding="utf-8")
            if "/" in file and file.startswith("models/") and not (target.parent / "__init__.py").exists():
                (target.parent / "__init__.py").write_text('"""Models."""\n', encoding="utf-8")
        return path

    def rows(self, table: str, order: str = "id") -> list[dict[str, Any]]:
        with self.database.engine.connect() as connection:
            return [
                dict(row) for row in connection.execute(sa.text(f"select * from {table} order by {order}")).mappings()
            ]

    def tables(self) -> set[str]:
        return set(sa.inspect(self.database.engine).get_table_names())

    def columns(self, table: str) -> set[str]:
        return {column["name"] for column in sa.inspect(self.database.engine).get_columns(table)}

    def states(self) -> dict[str, str]:
        with self.database.engine.connect() as connection:
            return {name: state.state for name, state in bookkeeping.addon_states(connection).items()}

    def close(self) -> None:
        self.database.dispose()


CRM = {
    "models/customer.py": '''
        """Customers with levels and orders."""

        from core.api import Model, depends, fields


        class Level(Model):
            """How important a customer is."""

            _name = "tcrm.level"

            name = fields.Char(required=True, translate=True)
            discount = fields.Decimal(default=0)
            parent = fields.Many2one("tcrm.level")
            successor = fields.Many2one("tcrm.level")


        class Customer(Model):
            """Somebody who buys."""

            _name = "tcrm.customer"

            name = fields.Char(required=True, index="fuzzy", track=True)
            level = fields.Many2one("tcrm.level", ondelete="restrict")
            state = fields.Selection({"lead": "Lead", "won": "Won"}, default="lead")
            orders = fields.One2many("tcrm.order", "customer")
            total = fields.Money(compute="_compute_total", store=True)

            @depends("orders.amount")
            def _compute_total(self):
                self.total = sum(order.amount or 0 for order in self.orders)


        class Order(Model):
            """What a customer bought."""

            _name = "tcrm.order"

            customer = fields.Many2one("tcrm.customer", required=True, ondelete="cascade")
            amount = fields.Money(default=0)
    ''',
    "security/access.yaml": """
        groups:
          - {id: tcrm.clerk, label: Clerk, implies: [base.user]}
        access:
          tcrm.customer: {tcrm.clerk: crud}
          tcrm.order: {tcrm.clerk: crud}
          tcrm.level: {tcrm.clerk: r}
    """,
    "data/levels.yaml": """
        tcrm.level:
          - {id: level_b, name: Ordinary, parent: level_a}
          - {id: level_a, name: VIP, discount: 5}
    """,
    "demo/tcrm.customer.csv": "id,name,level\nocean,海洋科技,level_a\n",
    "i18n/zh_CN.po": 'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "VIP"\nmsgstr "贵宾"\n',
}
POINTS = {
    "models/points.py": '''
        """Points of customers."""

        from core.api import Model, depends, fields


        class Entry(Model):
            """One line of a points account."""

            _name = "tpoints.entry"

            customer = fields.Many2one("tcrm.customer", required=True, ondelete="cascade")
            points = fields.Integer(required=True)
            note = fields.Json()


        class Customer(Model):
            """A customer collects points."""

            _inherit = "tcrm.customer"

            card = fields.Char(index="fuzzy")
            grade = fields.Selection({"basic": "Basic", "gold": "Gold"}, required=True, default="basic")
            sponsor = fields.Many2one("tcrm.customer")
            state = fields.Selection({"fan": "Fan"})
            entries = fields.One2many("tpoints.entry", "customer")
            friends = fields.Many2many("tcrm.customer")
            points = fields.Integer(compute="_compute_points", store=True)

            @depends("entries.points")
            def _compute_points(self):
                self.points = sum(entry.points for entry in self.entries)

            @depends("orders.amount", "entries.points")
            def _compute_total(self):
                super()._compute_total()
                self.total = self.total + 1
    ''',
    "security/access.yaml": """
        groups:
          - {id: tpoints.clerk, label: Points clerk, implies: [tcrm.clerk]}
        access:
          tpoints.entry: {tpoints.clerk: crud}
    """,
    "data/levels.yaml": """
        records:
          - {id: level_points, model: tcrm.level, values: {name: Collector, parent: tcrm.level_a}}
    """,
}


def standard(world: World) -> None:
    """Write the sample addons ``tcrm`` and ``tpoints``."""
    world.addon("tcrm", CRM)
    world.addon("tpoints", POINTS, depends="tcrm")


def main(arguments: list[str]) -> None:
    """Do one action in a process of its own."""
    folder, url, action, *names = arguments
    world = World(Path(folder), url)
    if action == "answer":
        for line in sys.stdin:
            with world.database.transaction(readonly=True) as env:
                found = {
                    model: sorted(info.fields) for model, info in env.registry.models.items() if model in line.split()
                }
            sys.stdout.write(f"{json.dumps(found)}\n")
            sys.stdout.flush()
    elif action == "restore":
        world.lifecycle.restore(Path(names[0]))
    else:
        getattr(world.lifecycle, action)(names)
    world.close()


if __name__ == "__main__":
    main(sys.argv[1:])
