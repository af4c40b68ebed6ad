"""An installation to measure: an application with one addon, a company of a hundred people, on SQLite or PostgreSQL."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, DropIndex

from core.app import Application
from core.config import Settings
from core.orm import fts, fuzzy
from core.orm.environment import Environment
from core.orm.inserting import insert_rows
from tests.bench import rows

ADDONS = Path(__file__).parent / "addons"
LEADERS, TEAM = 10, 9
"""Ten leaders under one director, each above nine others: positions of three levels."""


class Site:
    """One database with the addon ``bench_shop``.

    Attributes:
        leader: Id of the user who does everything measured: an ordinary clerk with nine people below.
        team: Ids of the leader and the people below.
        everybody: Ids of all clerks.
    """

    def __init__(self, engine: str, url: str, folder: Path) -> None:
        self.engine, self.url, self.folder = engine, url, folder
        self.app = self.with_addons()
        self.database = self.app.database()
        self.app.lifecycle().install(["bench_shop"])
        self.registry = self.database.registry()
        with self.app.env() as env:
            self._people(env)

    def with_addons(self, *folders: Path) -> Application:
        """Another application on the same database, which knows the addons of more folders."""
        paths = (ADDONS, *folders)
        return Application(Settings(database_url=self.url, data_dir=self.folder, addons_path=paths, language="en"))

    def _people(self, env: Environment) -> None:
        group = env.ref("bench_shop.clerk")
        director = env["core.position"].create({"name": "Director"})
        self.everybody = []
        for number in range(LEADERS):
            lead = env["core.position"].create({"name": f"Leader {number}", "parent": director})
            clerk = env["core.position"].create({"name": f"Clerk {number}", "parent": lead})
            for place, position in enumerate([lead] + [clerk] * TEAM):
                name = f"user{number}_{place}"
                values = {"name": name, "login": name, "groups": [group], "position": position, "language": "en"}
                self.everybody.append(env["core.user"].create(values).id)
        self.team = self.everybody[: TEAM + 1]
        self.leader = self.team[0]
        self.clerk_position = env["core.user"].get(self.team[1]).position.id

    def table(self, model: str) -> sa.Table:
        """The table of a model."""
        return self.registry[model].table

    @contextmanager
    def as_leader(self, *, readonly: bool = False) -> Iterator[Environment]:
        """A transaction of the leader."""
        with self.database.transaction(self.leader, readonly=readonly) as env:
            yield env

    @contextmanager
    def raw(self) -> Iterator[sa.Connection]:
        """A transaction of SQLAlchemy Core on the same engine, committed at the end."""
        with self.database.engine.begin() as connection:
            yield connection

    def empty(self, model: str) -> None:
        """Delete all rows of a model and what they leave behind, so that every round finds the same table."""
        table = self.table(model)
        with self.raw() as connection:
            if self.engine == "postgresql":
                connection.execute(sa.text(f"TRUNCATE {table.name} CASCADE"))
            else:
                connection.execute(sa.delete(table))

    def reached(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """The rule as somebody would write it by hand: the leader's own rows, and those of people in the position below."""
        users = self.table("core.user")
        below = sa.select(users.c.id).where(users.c.position_id == self.clerk_position)
        alive: Any = table.c.deletion_id.is_(None)
        return sa.and_(alive, sa.or_(table.c.owner_id == self.leader, table.c.owner_id.in_(below)))

    def stamps(self) -> dict[str, Any]:
        """What every row has beside its own values; Core has to write it too."""
        now = self.app.clock()
        who = {"created_by_id": self.leader, "updated_by_id": self.leader}
        return {"created_at": now, "updated_at": now, **who, "version": 1}

    def fill_countries(self) -> list[int]:
        """Make fifty countries unless they are there, and return their ids."""
        table = self.table("bench.country")
        with self.raw() as connection:
            found = connection.scalars(sa.select(table.c.id).order_by(table.c.id)).all()
            if not found:
                values = [{"name": f"country {number}", **self.stamps()} for number in range(50)]
                connection.execute(sa.insert(table), values)
                found = connection.scalars(sa.select(table.c.id).order_by(table.c.id)).all()
        return list(found)

    def fill_parts(self, number: int) -> None:
        """Make the table of parts hold ``number`` rows of the leader's team."""
        self.empty("bench.part")
        values = rows.parts(number, self.team, self.fill_countries())
        columns = {name: [row[name] for row in values] for name in values[0]}
        with self.raw() as connection:
            insert_rows(connection, self.table("bench.part"), columns, self.stamps(), number)
        self.analyse()

    def fill_customers(self, number: int) -> None:
        """Fill the large table, without its search index, which is faster to make for all rows together."""
        table = self.table("bench.customer")
        gin = [index for index in table.indexes if fts.ONLY_ON in index.info]
        searches = table.info[fts.INFO_KEY]
        triggers = [fts.DropFtsTrigger(search, kind) for search in searches for kind in fts.TRIGGERS]
        with self.raw() as connection:
            for element in triggers if self.engine == "sqlite" else map(DropIndex, gin):
                connection.execute(element)
            everything = rows.customers(number, self.everybody)
            while page := list(itertools.islice(everything, 20_000)):
                columns = {name: [row[name] for row in page] for name in page[0]}
                columns["name_fuzzy"] = [fuzzy.normalise(name) for name in columns["name"]]
                insert_rows(connection, table, columns, self.stamps(), len(page))
            if self.engine == "sqlite":
                for search in searches:
                    connection.execute(fts.RebuildFts(search))
                    for kind in fts.TRIGGERS:
                        connection.execute(fts.CreateFtsTrigger(search, kind))
            else:
                for index in gin:
                    connection.execute(CreateIndex(index))
        self.analyse()

    def analyse(self) -> None:
        """Tell the database how its tables look now, as it finds out by itself in time."""
        with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE" if self.engine == "sqlite" else "VACUUM ANALYZE"))

    def close(self) -> None:
        """Close the connections."""
        self.app.close()
