"""Demo records go without a trace (decision 0043)."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from core.api import Application, ConflictError
from core.base.services.demo_year import DemoYear, make_demo_year
from core.config import Settings
from core.data.lifecycle.bring import DEMO
from core.data.lifecycle.demo_rows import last_ids, note_rows
from core.orm import bookkeeping
from core.plugins.addon import BASE

SIZE = 0.04
OWN = {
    "core_duplicate_key": 1,
    "core_history": 1,
    "core_numbering_counter": 1,
    "crm_customer": 1,
    "crm_pool_customer": 1,
}
"""Rows by table of the customer that somebody made meanwhile."""

STAMPS = {"updated_at", "updated_by_id", "version"}


def contents(app: Any) -> dict[str, Counter[Any]]:
    """Return all rows of each table but those of the addon manager, which counts its own changes, and of indexes of texts."""
    found = {}
    with app.database().engine.connect() as connection:
        tables = sa.MetaData()
        own = ("tangram_addon", "tangram_registry")
        tables.reflect(connection, only=lambda name, _: name not in own and "_fts" not in name)
        for name, table in tables.tables.items():
            columns = [column for column in table.c if column.name not in STAMPS]
            found[name] = Counter(tuple(map(repr, row)) for row in connection.execute(sa.select(*columns)))
    return found


@pytest.fixture
def app(database_url, tmp_path):
    """An application with sales and stock, and without demo records."""
    settings = Settings(root=tmp_path, database_url=database_url, data_dir=tmp_path, language="en", timezone="UTC")
    app = Application(settings)
    app.lifecycle().install(["crm_sales_stock"])
    yield app
    app.close()


def load_demo(app: Any) -> None:
    """Load demo files and make a small year, as an installation with demo records does."""
    with app.database().engine.begin() as connection:
        state = bookkeeping.addon_states(connection)[BASE]
        bookkeeping.write_addon(connection, replace(state, data={**state.data, DEMO: True}))
    app.lifecycle().upgrade()
    with app.env() as env:
        before = last_ids(env.connection, env.registry)
        make_demo_year(env, SIZE)
        note_rows(env.connection, env.registry, before)


def test_after_demo_records_were_removed_every_table_is_as_without_them(app):
    app.lifecycle().upgrade()
    before = contents(app)
    with pytest.raises(ConflictError):
        app.lifecycle().remove_demo()
    load_demo(app)
    with app.env() as env:
        assert env["crm.order"].count([["state", "=", "confirmed"]]) > 0
        held = env["crm.stock.level"].aggregate([], {"on_hand": "sum"}, by=["product"])
        moved = env["crm.stock.move"].aggregate([["lent", "=", False]], {"quantity": "sum"}, by=["product"])
        assert sorted(map(repr, (list(row.values()) for row in held))) == sorted(
            map(repr, (list(row.values()) for row in moved))
        )
        assert held
        own = env["crm.customer"].create({"name": "真实客户有限公司"})
        env["crm.follow_up"].create(
            {
                "customer": env["crm.customer"].search([], order="id", limit=1)[0],
                "content": "x",
                "channel": DemoYear(env).choice("follow_up_channel", "phone"),
            }
        )
        name, kept = own.name, own.id
    app.lifecycle().remove_demo()
    with app.env() as env:
        assert env["crm.customer"].search([]).mapped("name") == [name]
        assert env["crm.customer"].get(kept).number
    after = contents(app)
    left = {table: rows - before[table] for table, rows in after.items() if rows - before[table]}
    lost = {table: before[table] - rows for table, rows in after.items() if before[table] - rows}
    assert not lost
    assert {table: sum(rows.values()) for table, rows in left.items()} == OWN
