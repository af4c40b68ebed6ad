"""Enabling and disabling: dependencies, bridges, data that stay, what existing records get, plans, hooks, broken addons."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import AddonError, CoreError, DataError, DependencyError

from .world import World

MINI = {
    "models/thing.py": '''
    """Things."""

    from core.api import Model, fields


    class Thing(Model):
        """A thing."""

        _name = "{name}.thing"

        name = fields.Char(required=True)
'''
}


def mini(name: str) -> dict[str, str]:
    return {file: text.replace("{name}", name) for file, text in MINI.items()}


def by_name(world: World, name: str, *fields: str) -> dict[str, Any]:
    with world.database.transaction() as env:
        return env["tcrm.customer"].read([["name", "=", name]], list(fields))[0]


def test_existing_records_get_defaults_and_computed_values(world: World) -> None:
    reports = world.lifecycle.enable(["tpoints"])
    assert [report.addon for report in reports] == ["tpoints"]
    assert by_name(world, "海洋科技", "grade", "points", "total") == {
        "id": 1,
        "grade": "basic",
        "points": 0,
        "total": 16,
    }


@pytest.mark.rows("CORE-01")
def test_disabling_keeps_data_and_enabling_brings_it_back(world: World) -> None:
    world.lifecycle.enable(["tpoints"])
    with world.database.transaction() as env:
        customer = env["tcrm.customer"].get(1)
        customer.update(card="K-1", grade="gold", state="fan", entries=[{"points": 7}], friends=[customer])
    kept = world.rows("tpoints_entry"), world.rows("tcrm_customer_friends_rel", "left_id")
    assert world.lifecycle.disable(["tpoints"]) == ["tpoints"]
    assert world.states()["tpoints"] == "disabled"
    with world.database.transaction() as env:
        assert "card" not in env.registry["tcrm.customer"].fields
        assert "tpoints.entry" not in env
        assert env["tcrm.customer"].get(1).total == 15  # computed anew, by the method that is left
        env["tcrm.customer"].create({"name": "Meanwhile"})
    assert world.lifecycle.enable(["tpoints"])
    assert (world.rows("tpoints_entry"), world.rows("tcrm_customer_friends_rel", "left_id")) == kept
    assert by_name(world, "海洋科技", "card", "grade", "points", "state") == {
        "id": 1,
        "card": "K-1",
        "grade": "gold",
        "points": 7,
        "state": "fan",
    }
    # A required field got its default on the record made while nobody asked for it.
    assert by_name(world, "Meanwhile", "grade", "points")["grade"] == "basic"
    with world.database.transaction() as env:
        assert [found.name for found in env["tcrm.customer"].search([["card", "fuzzy", "k1"]])] == ["海洋科技"]


@pytest.mark.rows("CORE-01")
def test_dependencies_come_first_and_bridges_by_themselves(world: World) -> None:
    world.addon("tother", mini("tother"))
    world.addon("tbridge", mini("tbridge"), depends="tpoints, tother", bridge=True)
    world.addon("ttop", mini("ttop"), depends="tother")
    plan = world.lifecycle.plan("enable", ["ttop"])
    assert (plan.addons, plan.cascaded) == (["tother", "ttop"], ["tother"])
    world.lifecycle.enable(["ttop"])
    assert world.states().get("tbridge") is None
    world.lifecycle.enable(["tpoints"])
    assert world.states()["tbridge"] == "enabled"
    with pytest.raises(DependencyError, match="ttop"):
        world.lifecycle.disable(["tother"])
    assert world.lifecycle.plan("disable", ["tother"], cascade=False).refusals
    assert set(world.lifecycle.disable(["tother"], cascade=True)) == {"ttop", "tbridge", "tother"}
    world.lifecycle.enable(["tother"])
    assert world.states()["tbridge"] == "enabled"
    world.lifecycle.disable(["tbridge"])
    world.lifecycle.disable(["tother"])
    world.lifecycle.enable(["tother"])
    assert world.states()["tbridge"] == "disabled"  # somebody said so
    world.lifecycle.enable(["tbridge"])
    assert world.states()["tbridge"] == "enabled"


def test_plan_says_what_happens_and_changes_nothing(world: World) -> None:
    before = world.tables(), world.states(), world.columns("tcrm_customer")
    plan = world.lifecycle.plan("enable", ["tpoints"])
    assert plan.possible
    assert plan.seconds > 0
    assert ("tpoints_entry", 0) in [(step.table, step.rows) for step in plan.of_kind("table")]
    assert ("tcrm_customer", 2) in [(step.table, step.rows) for step in plan.of_kind("column")]
    assert plan.of_kind("records")[0].rows == 2
    assert any("total" in str(step.text) for step in plan.of_kind("recompute"))
    assert (world.tables(), world.states(), world.columns("tcrm_customer")) == before


def test_plan_of_disabling_names_references_and_views_that_break(world: World) -> None:
    world.addon(
        "tpoints",
        {
            "views/customer.yaml": """
        views:
          - {id: tpoints.customer_form, model: tcrm.customer, type: form, body: [{field: name}, {field: card}]}
    """
        },
        depends="tcrm",
    )
    world.addon(
        "tlooks",
        {
            "views/customer.yaml": """
        views:
          - id: tlooks.customer_form
            inherit: tpoints.customer_form
            patch:
              - {after: field/card, add: [{field: state}]}
    """
        },
        depends="tcrm",
    )
    world.lifecycle.enable(["tpoints", "tlooks"])
    plan = world.lifecycle.plan("disable", ["tpoints"])
    assert any("tpoints_entry.customer_id" in str(step.text) and "cascade" in str(step.text) for step in plan.steps)
    assert [step.addon for step in plan.of_kind("view")] == ["tlooks"]


def test_a_broken_addon_is_refused_with_its_error_and_the_others_run(world: World) -> None:
    world.addon("tbad", {"models/bad.py": '"""Bad."""\n\nraise RuntimeError("no")\n'})
    world.addon("tneeds", mini("tneeds"), depends="tbad")
    for name in ("tbad", "tneeds"):
        with pytest.raises(CoreError, match=r"no|broken"):
            world.lifecycle.enable([name])
    assert world.lifecycle.plan("enable", ["tbad"]).refusals
    world.lifecycle.enable(["tpoints"])
    # It breaks after it was enabled: the others go on, its data stay, and it comes back once mended.
    path = world.addons_path / "tpoints" / "models" / "points.py"
    good = path.read_text()
    path.write_text("raise ValueError('broken since today')\n")
    world.database.use(None)
    with world.database.transaction() as env:
        assert env["tcrm.customer"].count() == 2
    assert "broken since today" in str(world.broken["tpoints"])
    path.write_text(good)
    world.database.use(None)
    with world.database.transaction() as env:
        assert env["tcrm.customer"].get(1).grade == "basic"


def test_unknown_names_propose_the_nearest(world: World) -> None:
    with pytest.raises(AddonError, match=r'did you mean "tpoints"'):
        world.lifecycle.enable(["tpoint"])
    with pytest.raises(AddonError):
        world.lifecycle.disable(["tpoints"])
    with pytest.raises(AddonError, match="base addon"):
        world.lifecycle.disable(["base"])
    with pytest.raises(AddonError, match="already"):
        world.lifecycle.install([])


def test_a_fault_in_the_data_changes_nothing(world: World) -> None:
    before = world.tables(), world.columns("tcrm_customer"), world.states()
    world.addon("tpoints", {"data/more.yaml": "tcrm.level:\n  - {id: bad, nam: X}\n"}, depends="tcrm")
    with pytest.raises(DataError, match=r'more.yaml:2.*did you mean "name"'):
        world.lifecycle.enable(["tpoints"])
    assert (world.tables(), world.columns("tcrm_customer"), world.states()) == before
    with world.database.transaction() as env:
        assert "tpoints.entry" not in env


def test_hooks_hear_of_addons_that_come_and_go(world: World) -> None:
    world.addon(
        "tlistener",
        {
            **mini("tlistener"),
            "hooks.py": '''
        """Notes what happens."""

        from core.api import hookimpl


        @hookimpl
        def addon_enabled(env, addon):
            env["tlistener.thing"].create({"name": f"+{addon.name}"})


        @hookimpl
        def addon_disabled(env, addon):
            env["tlistener.thing"].create({"name": f"-{addon.name}"})
    ''',
        },
    )
    world.lifecycle.enable(["tlistener"])
    world.lifecycle.enable(["tpoints"])
    world.lifecycle.disable(["tpoints"])
    assert [row["name"] for row in world.rows("tlistener_thing")] == ["+tlistener", "+tpoints", "-tpoints"]


def test_a_group_is_a_record_with_the_id_of_its_yaml(world: World) -> None:
    world.lifecycle.enable(["tpoints"])
    with world.database.transaction() as env:
        group = env.ref("tpoints.clerk")
        assert (group.key, group.label, group.addon) == ("tpoints.clerk", "Points clerk", "tpoints")
        assert [implied.key for implied in group.implies] == ["tcrm.clerk"]
        assert env.ref("base.system").id == 1


def test_two_other_processes_worth_of_registries_follow_at_their_next_transaction(
    world: World, open_world: Any
) -> None:
    other = open_world(url=world.database.url, folder=world.folder)
    with other.database.transaction() as env:
        assert "tpoints.entry" not in env
    world.lifecycle.enable(["tpoints"])
    with other.database.transaction() as env:
        assert env["tcrm.customer"].get(1).grade == "basic"
    world.lifecycle.remove(["tpoints"])
    with other.database.transaction() as env:
        assert "tpoints.entry" not in env
        assert env["tcrm.customer"].count() == 2
