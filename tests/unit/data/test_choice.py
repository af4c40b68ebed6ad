"""Which addons a change concerns, from manifests and states alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.lifecycle import choice
from core.errors import AddonError, DependencyError
from core.orm.bookkeeping import AddonState
from core.plugins.addon import Addon
from core.plugins.addonset import AddonSet
from core.plugins.manifest import Manifest


def addon(name: str, *depends: str, bridge: bool = False, version: str = "1.0.0") -> Addon:
    manifest = Manifest(title=name, version=version, depends=depends, bridge=bridge)
    return Addon(name, Path("/nowhere") / name, f"addons.{name}", manifest)


def states(*names: str, disabled: tuple[str, ...] = (), **data: dict[str, object]) -> dict[str, AddonState]:
    found = {name: AddonState(name, "1.0.0", "enabled", data=data.get(name, {})) for name in names}
    return found | {name: AddonState(name, "1.0.0", "disabled", data=data.get(name, {})) for name in disabled}


ADDONS = AddonSet(
    [addon("base"), addon("a"), addon("b", "a"), addon("c"), addon("link", "b", "c", bridge=True), addon("top", "link")]
)


def test_enabling_brings_what_is_needed_and_the_bridges_that_become_possible() -> None:
    assert [found.name for found in choice.to_enable(ADDONS, states("base"), ["b"])] == ["a", "b"]
    assert [found.name for found in choice.to_enable(ADDONS, states("base", "a", "b"), ["c"])] == ["c", "link"]
    declined = states("base", "a", "b", disabled=("link",), link={choice.DECLINED: True})
    assert [found.name for found in choice.to_enable(ADDONS, declined, ["c"])] == ["c"]
    assert choice.to_enable(ADDONS, states("base", "a"), ["a"]) == []


def test_all_wrong_names_are_told_at_once() -> None:
    with pytest.raises(AddonError) as caught:
        choice.to_enable(ADDONS, states("base"), ["aa", "lnik"])
    assert len(caught.value.faults) == 2


def test_taking_away_goes_from_the_top_and_bridges_go_along() -> None:
    present = states("base", "a", "b", "c", "link")
    among = list(present)
    assert choice.with_dependents(ADDONS, present, ["c"], cascade=False, among=among) == ["link", "c"]
    with pytest.raises(DependencyError, match="b"):
        choice.with_dependents(ADDONS, present, ["a"], cascade=False, among=among)
    assert choice.with_dependents(ADDONS, present, ["a"], cascade=True, among=among) == ["link", "b", "a"]


def test_what_an_addon_needed_is_known_without_its_folder() -> None:
    present = states("base", "a", "lost", lost={choice.DEPENDS: ["base", "a"]})
    with pytest.raises(DependencyError, match="lost"):
        choice.with_dependents(ADDONS, present, ["a"], cascade=False, among=list(present))


def test_files_older_than_the_database_are_refused() -> None:
    old = addon("a", version="0.9.0")
    with pytest.raises(AddonError, match=r"0\.9\.0") as caught:
        choice.versions_ahead([old], states("base", "a"))
    assert caught.value.code == "addon.downgrade"
