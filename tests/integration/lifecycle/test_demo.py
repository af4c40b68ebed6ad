"""Demo records are plausible, the same each time, and go without a trace (decision 0043)."""

import datetime as dt
from collections import Counter
from contextlib import suppress
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
def now(request):
    """The instant at which the clock stands: a Wednesday, or the parameter of the test."""
    return getattr(request, "param", dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC))


@pytest.fixture
def app(database_url, tmp_path, now):
    """An application with sales, stock, service and expenses, and without demo records."""
    settings = Settings(root=tmp_path, database_url=database_url, data_dir=tmp_path, language="en", timezone="UTC")
    app = Application(settings, clock=lambda: now)
    app.lifecycle().install(["crm_sales_stock", "crm_service", "crm_expense"])
    yield app
    app.close()


def load_demo_files(app: Any) -> None:
    """Load the demo files of all addons, as an installation with demo records does."""
    with app.database().engine.begin() as connection:
        state = bookkeeping.addon_states(connection)[BASE]
        bookkeeping.write_addon(connection, replace(state, data={**state.data, DEMO: True}))
    app.lifecycle().upgrade()


def load_demo(app: Any) -> None:
    """Load the demo files and make a small year, both noted as demo records."""
    load_demo_files(app)
    with app.env() as env:
        before = last_ids(env.connection, env.registry)
        make_demo_year(env, SIZE)
        note_rows(env.connection, env.registry, before)


class Undo(Exception):
    """Ends a transaction without keeping anything of it."""


def year_of(app: Any, size: float) -> dict[str, list[tuple[Any, ...]]]:
    """Make a year, undo it, and return what contracts, repairs, activities and appointments there were in it."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with suppress(Undo), app.env() as env:
        make_demo_year(env, size)
        found["orders"] = [(order.state, order.margin) for order in env["crm.order"].search([], order="id")]
        found["repairs"] = [(repair.state, repair.promised_on) for repair in env["crm.repair"].search([], order="id")]
        found["activities"] = [
            (each.state, each.kind.code, each.owner.login, each.start, each.name)
            for each in env["crm.activity"].search([], order="id")
        ]
        found["appointments"] = [
            (each.name, each.owner.login, each.start) for each in env["crm.schedule"].search([], order="id")
        ]
        raise Undo
    return found


NEW_YEAR = dt.datetime(2027, 1, 3, 1, tzinfo=dt.UTC)
"""A Sunday."""


@pytest.mark.parametrize("now", [dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC), NEW_YEAR], indirect=True)
def test_the_year_has_plausible_margins_repairs_in_every_state_and_weeks_of_activities_one_at_a_time(app, now):
    load_demo_files(app)
    year = year_of(app, 0.25)
    margins = [margin for _state, margin in year["orders"]]
    assert len(margins) > 10
    assert min(margins) >= 5
    assert max(margins) <= 45
    with app.env() as env:
        states = set(env.registry["crm.repair"].fields["state"].options)
    assert {state for state, _promised in year["repairs"]} == states
    promised = {day for state, day in year["repairs"] if state != "handed_back" and day}
    assert min(promised) < now.date() < max(promised)
    weeks: dict[int, set[str]] = {}
    for state, kind, _login, start, _name in year["activities"]:
        assert start < now or state == "planned"
        weeks.setdefault((start - now).days // 7, set()).add(kind)
    assert weeks.keys() >= {-4, -3, -2, -1, 0, 1, 2}
    assert set().union(*weeks.values()) >= {"call", "visit", "meeting"}
    assert {state for state, *_more in year["activities"]} >= {"planned", "done"}
    assert {(start - now).days // 7 for _name, _login, start in year["appointments"]} >= {-3, -2, -1, 0, 1, 2}
    sellers = [each for each in year["activities"] if each[2] in ("wang", "zhao", "lin")]
    starts = Counter((login, start) for _state, _kind, login, start, _name in sellers)
    assert max(starts.values()) == 1


def test_two_years_of_one_day_are_alike(app):
    load_demo_files(app)
    assert year_of(app, 0.1) == year_of(app, 0.1)


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
