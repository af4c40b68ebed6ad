"""Upgrading: migrations in order, schema, records; a migration that raises changes nothing; no way back to older files."""

from __future__ import annotations

from typing import Any

import pytest

from core.data.conflicts import conflicts, resolve_conflict
from core.errors import AddonError

from .world import CRM, World

TWO = {
    **CRM,
    "models/customer.py": CRM["models/customer.py"].replace(
        "state = fields.Selection",
        "rank = fields.Integer(default=3)\n            nickname = fields.Char()\n            state = fields.Selection",
    ),
    "data/levels.yaml": """
        tcrm.level:
          - {id: level_a, name: VIP, discount: 8}
          - {id: level_c, name: Bronze}
    """,
    "migrations/1.1.0.py": '''
        """Old names become nicknames."""

        import sqlalchemy as sa


        def before(env):
            rows = env.connection.execute(sa.text("select id, name from tcrm_customer order by id")).all()
            env.connection.execute(sa.text("update tcrm_customer set name = 'v1.1 ' || name"))
            assert len(rows) == 2
    ''',
    "migrations/2.0.0.py": '''
        """Nicknames are lower case."""


        def after(env):
            assert env.ref("tcrm.level_c").name == "Bronze"
            for customer in env["tcrm.customer"].search():
                customer.update(nickname=customer.name.lower())
    ''',
    "migrations/3.0.0.py": "raise RuntimeError('not for this version')\n",
}


def test_migrations_run_in_order_and_existing_records_get_defaults(world: World) -> None:
    world.addon("tcrm", TWO, version="2.0.0")
    plan = world.lifecycle.plan("upgrade", ["tcrm"])
    assert [str(step.text) for step in plan.of_kind("migration")] == ["migrate tcrm to 1.1.0", "migrate tcrm to 2.0.0"]
    world.lifecycle.upgrade(["tcrm"])
    with world.database.transaction() as env:
        found = env["tcrm.customer"].search(order="id")
        assert [(c.name, c.nickname, c.rank) for c in found] == [
            ("v1.1 海洋科技", "v1.1 海洋科技", 3),
            ("v1.1 Acme", "v1.1 acme", 3),
        ]
        assert env.ref("tcrm.level_a").discount == 8
    assert world.lifecycle.plan("upgrade").of_kind("migration", "table", "column", "schema") == []
    reports = world.lifecycle.upgrade()
    assert [(report.created, report.updated, report.removed) for report in reports] == [([], [], [])] * 2


@pytest.mark.parametrize("step", ["before", "after"])
def test_a_migration_that_raises_rolls_everything_back(world: World, step: str) -> None:
    broken = f'''
        """Breaks half-way."""

        import sqlalchemy as sa


        def {step}(env):
            env.connection.execute(sa.text("update tcrm_customer set name = 'lost'"))
            env.connection.execute(sa.text("create table tcrm_leftover (id integer)"))
            raise ValueError("half-way")
    '''
    before = world.rows("tcrm_customer"), world.tables(), world.columns("tcrm_customer"), world.rows("tcrm_level")
    world.addon("tcrm", {**TWO, "migrations/2.0.0.py": broken}, version="2.0.0")
    with pytest.raises(AddonError, match=rf"2.0.0.py:10.*{step}.*half-way"):
        world.lifecycle.upgrade(["tcrm"])
    after = world.rows("tcrm_customer"), world.tables(), world.columns("tcrm_customer"), world.rows("tcrm_level")
    assert after == before
    world.addon("tcrm", TWO, version="2.0.0")
    world.lifecycle.upgrade()
    assert "nickname" in world.columns("tcrm_customer")


def test_older_files_are_refused(world: World) -> None:
    world.addon("tcrm", CRM, version="0.9.0")
    with pytest.raises(AddonError, match=r"version 1.0.0.*0.9.0"):
        world.lifecycle.upgrade()
    assert world.lifecycle.plan("upgrade").refusals


def test_an_addon_upgraded_while_disabled_migrates_when_it_is_enabled(world: World) -> None:
    world.lifecycle.disable(["tcrm"])
    world.addon("tcrm", TWO, version="2.0.0")
    world.lifecycle.enable(["tcrm"])
    assert [row["nickname"] for row in world.rows("tcrm_customer")] == ["v1.1 海洋科技", "v1.1 acme"]


def test_a_file_that_is_no_version_is_named(world: World) -> None:
    world.addon("tcrm", {**CRM, "migrations/first.py": ""}, version="2.0.0")
    with pytest.raises(AddonError, match=r"first.py"):
        world.lifecycle.upgrade()


def levels(world: World) -> dict[str, Any]:
    with world.database.transaction() as env:
        return {level.name: level.discount for level in env["tcrm.level"].search()}


def test_a_persons_change_stays_and_the_conflict_is_listed(world: World) -> None:
    with world.database.transaction() as env:
        env.ref("tcrm.level_a").update(discount=6)
        env.ref("tcrm.level_b").delete()
    world.addon(
        "tcrm",
        {
            **TWO,
            "data/levels.yaml": """
        tcrm.level:
          - {id: level_a, name: Top, discount: 8}
          - {id: level_b, name: Usual}
    """,
        },
        version="1.0.1",
    )
    report = world.lifecycle.upgrade(["tcrm"])[0]
    assert (report.updated, report.skipped) == (["tcrm.level_a"], ["tcrm.level_b"])
    assert levels(world) == {"Top": 6}  # the untouched field follows, the deleted record does not come back
    with world.database.transaction() as env:
        found = conflicts(env)
        assert [(c.xid, c.field, c.base, c.ours, c.theirs) for c in found] == [
            ("tcrm.level_a", "discount", "5.0000", "6.0000", "8.0000")
        ]
    world.lifecycle.upgrade(["tcrm"])
    with world.database.transaction() as env:
        assert len(conflicts(env)) == 1
        resolve_conflict(env, "tcrm.level_a", "discount", "theirs")
        assert conflicts(env) == []
    assert levels(world) == {"Top": 8}


def test_records_no_longer_shipped_go_unless_used_or_changed(world: World) -> None:
    world.addon(
        "tcrm",
        {
            **CRM,
            "data/levels.yaml": """
        tcrm.level:
          - {id: level_a, name: VIP, discount: 5}
          - {id: used, name: Used}
          - {id: changed, name: Changed}
          - {id: plain, name: Plain}
    """,
        },
    )
    world.lifecycle.upgrade()
    with world.database.transaction() as env:
        env["tcrm.customer"].get(1).update(level=env.ref("tcrm.used"))
        env.ref("tcrm.changed").update(name="Mine")
    world.addon("tcrm", {**CRM, "data/levels.yaml": "tcrm.level:\n  - {id: level_a, name: VIP, discount: 5}\n"})
    reports = {report.addon: report for report in world.lifecycle.upgrade()}
    assert reports["tcrm"].removed == ["tcrm.plain"]
    assert sorted(reports["tcrm"].kept) == ["tcrm.changed", "tcrm.used"]
    assert set(levels(world)) == {"贵宾", "Used", "Mine"}


def test_files_that_are_ahead_of_the_database_wait_for_the_upgrade(world: World) -> None:
    world.lifecycle.enable(["tpoints"])
    world.addon("tcrm", TWO, version="2.0.0")
    world.addon("tother", {})
    world.database.use(None)  # as a process does that starts in between
    with world.database.transaction() as env:
        assert "tcrm.customer" not in env
        assert "core.user" in env
    assert "the database holds version 1.0.0" in str(world.broken["tcrm"])
    assert set(world.broken) == {"tcrm", "tpoints"}
    world.lifecycle.enable(["tother"])
    with world.database.transaction() as env:
        assert "tcrm.customer" not in env
    world.lifecycle.upgrade()
    assert world.broken == {}
    with world.database.transaction() as env:
        assert env["tcrm.customer"].get(1).nickname == "v1.1 海洋科技"


def test_a_column_required_by_an_extension_admits_nothing_again_when_that_is_disabled(world: World) -> None:
    model = '''
        """Things."""

        from core.api import Model, fields


        class Thing(Model):
            """A thing."""

            {kind} = "tbase.thing"

            code = fields.Char({options})
            name = fields.Char()
            {more}
    '''
    world.addon("tbase", {"models/thing.py": model.format(kind="_name", options="", more="")})
    strict = model.format(kind="_inherit", options="required=True", more="_unique = [('code', 'name')]")
    world.addon("tstrict", {"models/thing.py": strict}, depends="tbase")
    world.lifecycle.enable(["tstrict"])
    with world.database.transaction() as env:
        env["tbase.thing"].create({"code": "a", "name": "x"})
    world.lifecycle.disable(["tstrict"])
    with world.database.transaction() as env:
        env["tbase.thing"].create({"name": "y"})
        env["tbase.thing"].create({"code": "a", "name": "x"})
    assert len(world.rows("tbase_thing")) == 3
