"""An addon that is switched off by its parameter shows nothing to anybody, and keeps its data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.access import guard_of
from core.errors import AccessDenied
from core.orm.registry import Registry

from .world import SECURITY, Maker, World, make_registry

SWITCH = "test.on"


@pytest.fixture(scope="module")
def switched_registry() -> Registry:
    """The test world, with a switch for everything of the addon ``test``."""
    return make_registry(f"switch: {SWITCH}\n{SECURITY}")


@pytest.fixture(scope="module")
def switched_world(switched_registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Its database on SQLite."""
    return World(f"sqlite:///{tmp_path_factory.mktemp('switch') / 'world.db'}", switched_registry)


@pytest.fixture
def env(switched_world: World) -> Iterator[Any]:
    """The system's environment, in which the parameter is declared and on."""
    with switched_world.env() as env:
        env["core.parameter"].create(
            {"key": SWITCH, "label": "On", "addon": "test", "kind": "boolean", "default": True}
        )
        env.flush()
        yield env


def switch(env: Any, value: bool) -> None:
    env["core.parameter"].search([["key", "=", SWITCH]])[0].update(value=value)
    env.flush()


@pytest.mark.rows("LOY-01")
@pytest.mark.parametrize("group", ["test.manager", "base.administrator"])
def test_what_is_switched_off_nobody_reads_and_on_again_it_is_as_before(env: Any, make: Maker, group: str) -> None:
    make.customer(name="Hai", region="north")
    seen = env.as_user(make.user(group).id)
    assert seen["test.customer"].search().mapped("name") == ["Hai"]
    switch(env, False)
    with pytest.raises(AccessDenied):
        seen["test.customer"].search()
    assert {"name", "region"} <= seen.hidden_fields(env.registry["test.customer"], "read")
    assert {"name", "region"} <= seen.hidden_fields(env.registry["test.customer"], "update")
    assert not seen.guard.sees_menu(seen, "test.menu")
    assert seen.guard.sees_menu(seen, "base.menu")
    switch(env, True)
    assert seen["test.customer"].search().mapped("name") == ["Hai"]
    assert seen.guard.sees_menu(seen, "test.menu")


def test_the_system_reads_what_is_switched_off(env: Any, make: Maker) -> None:
    make.customer(name="Hai")
    switch(env, False)
    with env.elevated(reason="test") as system:
        assert system["test.customer"].count() == 1


def test_the_refusal_names_the_switch_as_its_source(env: Any, make: Maker) -> None:
    boss = make.user("test.manager")
    switch(env, False)
    policy, people = guard_of(env).reader.principals(env, [boss.id])
    verdict = policy.model_right(people[boss.id], "test.customer", "read")
    assert (verdict.allowed, [given.allowed for given in verdict.given]) == (False, [False])
